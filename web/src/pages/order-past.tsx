/** What happened to an order, each step with its place in the log and its proof. */

import { useQueries } from "@tanstack/react-query";
import { api, ask } from "../api";
import { useWords } from "../language";
import { count, moment } from "../number";
import { Icon } from "../parts/icon";
import { Claim } from "../parts/measure";
import { checkProof, type Proof } from "../proof";
import type { components } from "../types";

type Order = components["schemas"]["OrderView"];
type Proved = "holds" | "fails" | "unable" | "pending" | "unknown";

const STAGES = [
  "order_placed",
  "order_agreed",
  "order_delivered",
  "order_accepted",
  "order_settled",
];
const REACHED: Record<string, number> = {
  placed: 1,
  signed_by_buyer: 1,
  signed_by_supplier: 1,
  agreed: 2,
  delivering: 2,
  delivered: 3,
  accepted: 4,
  settled: 5,
};
export function Past({ order }: { order: Order }) {
  const words = useWords();
  const reached = REACHED[order.state];
  const coming = reached === undefined ? [] : STAGES.slice(reached);
  const proofs = useProofs(order);
  const states = [...proofs.values()];
  const n_held = states.filter((one) => one === "holds").length;
  const n_checked = states.filter((one) => one === "holds" || one === "fails").length;
  return (
    <section className="card c7">
      <header>
        <h2>{words.order.past}</h2>
        <p>{words.order.pastNote}</p>
      </header>
      <ol className="tl">
        {order.arrows.map((arrow, i) => (
          <li key={arrow.event_id} className="done">
            <span className="dot">
              <Icon name="yes" />
            </span>
            <div className="grow">
              <div className="row wrap">
                <b>{words.order.events[arrow.event] ?? arrow.event}</b>
                <span className="small dim">{moment(arrow.time_utc)}</span>
              </div>
            </div>
            <Proven
              order={order.id}
              step={i + 1}
              index={arrow.log_index}
              proved={proofs.get(arrow.event_id) ?? "unknown"}
            />
          </li>
        ))}
        {coming.map((stage, i) => (
          <li
            key={stage}
            className={i === 0 ? "now" : "next"}
            aria-current={i === 0 ? "step" : undefined}
          >
            <span className="dot" />
            <b>{words.order.events[stage]}</b>
          </li>
        ))}
      </ol>
      {n_checked ? (
        <p className="sum" role="status">
          <Claim holds={n_held === n_checked}>
            {n_held === order.arrows.length
              ? words.order.allProved(n_held)
              : words.order.nProved(n_held, order.arrows.length)}
          </Claim>
        </p>
      ) : null}
    </section>
  );
}

/** The proofs of all steps, each checked by this browser. */
function useProofs(order: Order): Map<string, Proved> {
  const events = order.arrows
    .map((arrow, i) => ({ ...arrow, step: i + 1 }))
    .filter(({ log_index }) => log_index !== null);
  const checked = useQueries({
    queries: events.map(({ event_id, step }) => ({
      queryKey: ["proof", event_id],
      queryFn: async () => {
        const proof = await ask(
          api.GET("/api/orders/{order_id}/proof", {
            params: { path: { order_id: order.id }, query: { step } },
          }),
        );
        const verifier = await fetch("/log/verifier").then((answer) => answer.text());
        return checkProof(proof as unknown as Proof, verifier);
      },
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  return new Map(
    events.map(({ event_id }, i) => [
      event_id,
      checked[i]?.isError ? "unknown" : (checked[i]?.data ?? "pending"),
    ]),
  );
}

/** A place in the log, ticked once this browser has checked its proof. */
function Proven(props: { order: string; step: number; index: number | null; proved: Proved }) {
  const words = useWords();
  const { index, proved } = props;
  if (index === null) return <span className="log dim">{words.order.pending}</span>;
  const number = <span className="mono">#{count(index)}</span>;
  return (
    <span className="log nowrap">
      {proved === "unknown" ? (
        number
      ) : (
        <a
          href={`/api/orders/${props.order}/proof?step=${props.step}`}
          download
          title={words.order.proof}
        >
          {number}
        </a>
      )}
      {proved === "holds" ? (
        <span title={words.order.proved}>
          <Icon name="yes" className="ok" />
        </span>
      ) : proved === "fails" ? (
        <span className="bad row" role="alert">
          <Icon name="no" />
          {words.order.forged}
        </span>
      ) : null}
    </span>
  );
}
