/** An order: accept or dispute before the window closes; what happened, the money, the data. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "../address";
import { api, ask, newKey } from "../api";
import { useKeys } from "../key";
import { useWords } from "../language";
import { useSecondsUntil } from "../lease";
import { bytes, moment, yuan } from "../number";
import { Loaded, Problem } from "../parts/face";
import { Area } from "../parts/field";
import { Icon } from "../parts/icon";
import { Dialog } from "../parts/layer";
import { Claim } from "../parts/measure";
import { Digest } from "../parts/text";
import { useRoles } from "../session";
import { Shell } from "../shell";
import type { components } from "../types";
import { download } from "./certificate";
import { Delivery } from "./delivery";
import { Past } from "./order-past";
import { OrderState } from "./orders";
import { VersionLink } from "./version";

type Order = components["schemas"]["OrderView"];
type Move = "sign" | "cancel" | "accept" | "dispute" | "uphold" | "dismiss";

const MAIN: Move[] = ["sign", "accept", "dismiss"];

export function OrderPage({ id }: { id: string }) {
  const words = useWords();
  const order = useQuery({
    queryKey: ["order", id],
    queryFn: () => ask(api.GET("/api/orders/{order_id}", { params: { path: { order_id: id } } })),
    refetchInterval: (query) =>
      ["agreed", "delivering", "accepted"].includes(query.state.data?.state ?? "") ? 5_000 : false,
  });
  return (
    <Shell>
      <main className="page" id="main">
        <Loaded of={order} rows={8}>
          {(found) => (
            <>
              <p className="trail">
                <Link to="/orders">{words.nav.orders}</Link> /{" "}
                <span className="mono">{found.id}</span>
              </p>
              <div className="head">
                <div className="grow">
                  <div className="row wrap">
                    <h1>{found.version.split("@")[0]}</h1>
                    <span className="dim big-version">{found.version.split("@")[1]}</span>
                    <OrderState state={found.state} />
                  </div>
                  <p className="dim2">
                    {words.order.parties(found.buyer_title, found.supplier_title)}
                  </p>
                </div>
                <button
                  type="button"
                  className="btn"
                  onClick={() => download(`${found.id}.agreement.json`, found.agreement)}
                >
                  {words.order.downloadAgreement}
                </button>
              </div>
              <Decision order={found} />
              <div className="grid gap">
                <Past order={found} />
                <Escrow order={found} />
                <Delivery order={found} />
                <Papers order={found} />
              </div>
            </>
          )}
        </Loaded>
      </main>
    </Shell>
  );
}

/** What is to be decided now, and by when. */
function Decision({ order }: { order: Order }) {
  const words = useWords();
  const [asking, ask_] = useState<Move | null>(null);
  const moves = order.moves.filter((move): move is Move => move in TEXTS);
  const left = useSecondsUntil(order.deadline_utc ?? undefined);
  const can = (move: Move) => moves.includes(move);
  useKeys({ a: () => can("accept") && ask_("accept"), d: () => can("dispute") && ask_("dispute") });
  const fetched = order.received_bytes;
  const n_bytes = Object.values(fetched).reduce((sum, n) => sum + n, 0);
  const span =
    left <= 0
      ? words.order.overdue
      : words.order.left(
          words.order.days(Math.floor(left / 86_400), Math.floor((left % 86_400) / 3_600)),
        );
  return (
    <section className={`card gap ${moves.length ? "now-card" : ""}`}>
      <div>
        <h2>
          {words.order.now[order.state] ?? order.state}
          {order.deadline_utc ? <span className="dim2">{words.comma + span}</span> : null}
        </h2>
        <p className="dim2">{words.order.nowNote[order.state]}</p>
        {order.reason ? (
          <p className="said">
            {words.order.reason}: {order.reason}
          </p>
        ) : null}
        <ul>
          {n_bytes ? (
            <li>
              <Claim holds>{words.order.fetched(bytes(n_bytes).join(" "))}</Claim>
            </li>
          ) : null}
          {order.receipt ? (
            <li>
              <Claim holds>{words.order.receipt}</Claim>
            </li>
          ) : null}
        </ul>
      </div>
      {moves.length ? (
        <div className="row">
          {[...moves]
            .sort((a, b) => Number(MAIN.includes(a)) - Number(MAIN.includes(b)))
            .map((move) => (
              <button
                key={move}
                type="button"
                className={`btn big ${MAIN.includes(move) ? "main" : "harm"}`}
                onClick={() => ask_(move)}
              >
                {words.order[move]}
                {move === "accept" ? <kbd>A</kbd> : move === "dispute" ? <kbd>D</kbd> : null}
              </button>
            ))}
        </div>
      ) : null}
      {asking ? <Ask order={order} move={asking} close={() => ask_(null)} /> : null}
    </section>
  );
}

const TEXTS: Record<Move, boolean> = {
  sign: false,
  cancel: true,
  accept: false,
  dispute: true,
  uphold: true,
  dismiss: true,
};

function send(order: Order, move: Move, reason: string, key: string): Promise<Order> {
  const params = { path: { order_id: order.id }, header: { "idempotency-key": key } };
  if (move === "sign") return ask(api.POST("/api/orders/{order_id}/sign", { params, body: {} }));
  if (move === "accept") return ask(api.POST("/api/orders/{order_id}/accept", { params }));
  if (move === "cancel")
    return ask(api.POST("/api/orders/{order_id}/cancel", { params, body: { reason } }));
  if (move === "dispute")
    return ask(api.POST("/api/orders/{order_id}/dispute", { params, body: { reason } }));
  return ask(
    api.POST("/api/orders/{order_id}/decide", {
      params,
      body: { upholds: move === "uphold", reason },
    }),
  );
}

/** Every move is asked again, with subject and amount. */
function Ask({ order, move, close }: { order: Order; move: Move; close: () => void }) {
  const words = useWords();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [key] = useState(newKey);
  const act = useMutation({
    mutationFn: () => send(order, move, reason, key),
    onSuccess: (after) => {
      queries.setQueryData(["order", order.id], after);
      for (const name of ["orders", "wallet"]) void queries.invalidateQueries({ queryKey: [name] });
      close();
    },
  });
  const needsReason = move === "dispute" || move === "uphold" || move === "dismiss";
  const price = yuan(order.price_fen);
  const said = {
    sign: words.order.signAsk,
    accept: words.order.acceptAsk(price, order.supplier_title),
    cancel: words.order.cancelAsk,
    dispute: words.order.disputeAsk,
    uphold: words.order.cancelAsk,
    dismiss: words.order.acceptAsk(price, order.supplier_title),
  }[move];
  return (
    <Dialog
      title={`${words.order[move]}: ${order.version}`}
      confirm={`${words.order[move]} ${move === "sign" ? "" : price}`}
      harm={!MAIN.includes(move)}
      busy={act.isPending}
      disabled={needsReason && !reason.trim()}
      onConfirm={() => act.mutate()}
      onClose={close}
    >
      <p>{said}</p>
      {move === "sign" ? <pre className="code agreement">{pretty(order.agreement)}</pre> : null}
      {TEXTS[move] ? (
        <Area
          label={words.order.reason}
          value={reason}
          maxLength={4_000}
          onChange={(event) => setReason(event.target.value)}
        />
      ) : null}
      <Problem error={act.error} />
    </Dialog>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function Escrow({ order }: { order: Order }) {
  const words = useWords();
  const isOut = order.state === "settled";
  const isBack = order.state === "refunded";
  const shares = sharesOf(order);
  const paid = order.transfers.filter(({ purpose }) => purpose === "share");
  return (
    <section className="card c5">
      <header>
        <h2>{words.order.escrow}</h2>
      </header>
      <p className="esc">{yuan(order.price_fen)}</p>
      <div className="flow">
        <span>
          <Icon name="yes" /> {words.order.paid}
        </span>
        <Icon name="right" />
        <span className={isOut || isBack ? "" : "on"}>{words.order.held}</span>
        <Icon name="right" />
        <span className={isOut || isBack ? "on" : ""}>
          {isBack ? words.order.back : words.order.out}
        </span>
      </div>
      <table>
        <thead>
          <tr>
            <th>{words.order.split}</th>
            <th className="num">{words.order.share}</th>
            <th className="num">{words.order.yuan}</th>
          </tr>
        </thead>
        <tbody>
          {paid.length
            ? paid.map((one) => (
                <tr key={one.id}>
                  <td>{payee(one.credit, order, words)}</td>
                  <td className="num dim">
                    {((one.amount_fen / order.price_fen) * 100).toFixed(2)} %
                  </td>
                  <td className="num">{yuan(one.amount_fen).slice(1)}</td>
                </tr>
              ))
            : shares.map(([name, parts]) => (
                <tr key={name}>
                  <td>{words.order.purposes[name] ?? name}</td>
                  <td className="num dim">{(parts / 100).toFixed(2)} %</td>
                  <td className="num dim">
                    {words.order.about(
                      yuan(Math.round((order.price_fen * parts) / 10_000)).slice(1),
                    )}
                  </td>
                </tr>
              ))}
          <tr>
            <td className="strong">{words.order.total}</td>
            <td className="num dim">100 %</td>
            <td className="num strong">{yuan(order.price_fen).slice(1)}</td>
          </tr>
        </tbody>
      </table>
      <p className="small dim">{words.order.splitNote}</p>
    </section>
  );
}

/** The shares that the agreement names, in parts of 10,000. */
function sharesOf(order: Order): [string, number][] {
  try {
    return Object.entries(
      (JSON.parse(order.agreement) as { shares: Record<string, number> }).shares,
    );
  } catch {
    return [];
  }
}

function payee(account: string, order: Order, words: ReturnType<typeof useWords>): string {
  if (account === `wallet/${order.supplier}`)
    return `${words.order.purposes.supplier} ${order.supplier_title}`;
  if (account.startsWith("annotator/"))
    return `${words.order.purposes.annotators} ${account.slice(-6)}`;
  if (account === "fees") return words.order.purposes.fees ?? account;
  return words.order.purposes.assessor ?? account;
}

function Papers({ order }: { order: Order }) {
  const words = useWords();
  const { session } = useRoles();
  return (
    <section className="card c5">
      <header>
        <h2>{words.order.agreement}</h2>
      </header>
      <dl className="kv">
        <dt>{words.market.version}</dt>
        <dd>
          {session?.organisation === order.supplier ? (
            <VersionLink name={order.version} />
          ) : (
            <Link to={`/market/${order.listing_id}`}>{order.version}</Link>
          )}
        </dd>
        <dt>{words.version.root}</dt>
        <dd>
          <Digest of={order.root} />
        </dd>
        <dt>{words.order.agreement}</dt>
        <dd>
          <Digest of={order.agreement_digest} />
        </dd>
        {order.signatures.map((one) => (
          <div key={one.organisation} style={{ display: "contents" }}>
            <dt>{one.organisation === order.buyer ? order.buyer_title : order.supplier_title}</dt>
            <dd>
              <Claim holds>{words.order.signedBy(moment(one.signed_utc))}</Claim>
            </dd>
          </div>
        ))}
      </dl>
      {order.receipt ? (
        <div className="gap">
          <button
            type="button"
            className="btn"
            onClick={() => download(`${order.id}.receipt.json`, order.receipt?.receipt ?? "")}
          >
            {words.order.downloadReceipt}
          </button>
        </div>
      ) : null}
    </section>
  );
}
