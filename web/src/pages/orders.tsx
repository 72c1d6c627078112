/** The orders of one's organisation, bought and sold. */

import { useQuery } from "@tanstack/react-query";
import { Link, path } from "../address";
import { api, ask } from "../api";
import { useWords } from "../language";
import { moment, yuan } from "../number";
import { Blank, Loaded } from "../parts/face";
import { useRoles } from "../session";
import { Shell } from "../shell";

const TONES: Record<string, string> = {
  placed: "warn",
  signed_by_buyer: "warn",
  signed_by_supplier: "warn",
  agreed: "info",
  delivering: "info",
  delivered: "warn",
  accepted: "ok",
  settled: "gold",
  disputed: "bad",
};

export function OrderState({ state }: { state: string }) {
  const words = useWords();
  return <span className={`tag ${TONES[state] ?? ""}`}>{words.order.states[state] ?? state}</span>;
}

export function Orders() {
  const words = useWords();
  const { roles, session } = useRoles();
  const orders = useQuery({ queryKey: ["orders"], queryFn: () => ask(api.GET("/api/orders")) });
  const wallet = useQuery({
    queryKey: ["wallet"],
    queryFn: () => ask(api.GET("/api/wallet")),
    enabled: roles.has("buyer") || roles.has("owner"),
  });
  return (
    <Shell>
      <main className="page" id="main">
        <div className="head">
          <div className="grow">
            <h1>{words.order.title}</h1>
            <p className="dim2">{words.order.lede}</p>
          </div>
          {wallet.data ? (
            <b className="price">{words.market.free(yuan(wallet.data.free_fen))}</b>
          ) : null}
        </div>
        <section className="card list-page gap">
          <Loaded of={orders}>
            {(all) =>
              all.length === 0 ? (
                <Blank
                  title={words.order.empty}
                  action={
                    <Link className="btn main" to="/market">
                      {words.nav.market}
                    </Link>
                  }
                >
                  {words.order.emptyHint}
                </Blank>
              ) : (
                <div className="scroll">
                  <table className="list">
                    <thead>
                      <tr>
                        <th>{words.order.set}</th>
                        <th>{words.order.with}</th>
                        <th>{words.order.state}</th>
                        <th className="num">{words.order.price}</th>
                        <th className="num">{words.order.since}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {all.map((order) => (
                        <tr key={order.id}>
                          <td>
                            <Link className="whole" to={path("orders", order.id)}>
                              {order.version}
                            </Link>
                            <small className="mono">{order.id}</small>
                          </td>
                          <td>
                            {order.supplier === session?.organisation
                              ? words.order.sells(order.buyer_title)
                              : words.order.buys(order.supplier_title)}
                          </td>
                          <td>
                            <OrderState state={order.state} />
                          </td>
                          <td className="num">{yuan(order.price_fen)}</td>
                          <td className="num dim" data-label={words.order.since}>
                            {moment(order.created_utc)}
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )
            }
          </Loaded>
        </section>
      </main>
    </Shell>
  );
}
