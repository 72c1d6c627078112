/** Jobs: builds and evaluations that the server does, as they go; closing the page stops none. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, path } from "../address";
import { api, ask } from "../api";
import { type Far, isGoing, type Job, useJob } from "../job";
import { useWords } from "../language";
import { bytes, clock, count, moment } from "../number";
import { Loaded, Problem } from "../parts/face";
import { Dialog } from "../parts/layer";
import { VersionLink } from "./version";

const SHOWN = 10;
/** Browsers have six connections to a server; those that were asked for first run first. */
const FOLLOWED = 3;
/** Stages whose progress is in bytes; that of the others is in parts or records. */
const IN_BYTES = ["read", "commit"];
const TONE: Record<string, string> = { done: "ok", failed: "bad", running: "info" };

/** The jobs of one's organisation, the newest first; of one dataset, if it is named. */
export function Jobs({ of }: { of?: { organisation: string; name: string } }) {
  const words = useWords();
  const [isAll, showAll] = useState(false);
  const jobs = useQuery({
    queryKey: ["jobs"],
    queryFn: () => ask(api.GET("/api/jobs", { params: { query: { limit: 100 } } })),
  });
  const full = of ? `${of.organisation}/${of.name}@` : "";
  const isMine = (job: Job) =>
    !of ||
    (job.kind === "build"
      ? job.dataset === of.name
      : job.kind === "export"
        ? job.dataset.startsWith(full)
        : job.version.startsWith(full));
  return (
    <section className="card list-page">
      <header>
        <h2>{words.job.title}</h2>
        <p>{words.job.lede}</p>
      </header>
      <Loaded of={jobs} rows={3}>
        {(all) => {
          const mine = all.filter(isMine);
          const followed = new Set(mine.filter(isGoing).slice(-FOLLOWED));
          if (!mine.length) return <p className="dim2">{words.job.none}</p>;
          return (
            <div className="scroll">
              <table className="list">
                <thead>
                  <tr>
                    <th>{words.job.what}</th>
                    <th>{words.job.state}</th>
                    <th className="num">{words.job.begun}</th>
                    <th className="num">{words.job.took}</th>
                  </tr>
                </thead>
                <tbody>
                  {mine.slice(0, isAll ? mine.length : SHOWN).map((job) => (
                    <Row key={job.id} first={job} isFollowed={followed.has(job)} />
                  ))}
                </tbody>
              </table>
              {mine.length > SHOWN && !isAll ? (
                <button type="button" className="btn tiny" onClick={() => showAll(true)}>
                  {words.action.more}
                </button>
              ) : null}
            </div>
          );
        }}
      </Loaded>
    </section>
  );
}

function Row({ first, isFollowed }: { first: Job; isFollowed: boolean }) {
  const words = useWords();
  const { job, far } = useJob(isFollowed ? first.id : null);
  const now = job.data ?? first;
  const result = now.result ?? {};
  const made = now.kind === "build" && typeof result.version === "string" ? result.version : null;
  const s =
    now.started_utc && now.ended_utc
      ? (Date.parse(now.ended_utc) - Date.parse(now.started_utc)) / 1_000
      : null;
  return (
    <tr>
      <td>
        <b>{words.job.kinds[now.kind] ?? now.kind}</b>{" "}
        {made ? (
          <VersionLink name={made} />
        ) : now.kind === "build" ? (
          <span className="mono">{`${now.dataset}@${now.version}`}</span>
        ) : now.kind === "export" ? (
          <VersionLink name={now.dataset} />
        ) : (
          <VersionLink name={now.version} />
        )}
        {typeof result.evaluation === "string" ? (
          <small>
            <Link to={path("evaluations", result.evaluation)}>{words.evaluation.open}</Link>
          </small>
        ) : null}
      </td>
      <td>
        <span className={`tag ${TONE[now.state] ?? ""}`}>{words.job.states[now.state]}</span>
        {isGoing(now) ? <Progress job={now} far={far} /> : null}
        {now.failure ? <small className="said">{now.failure.message}</small> : null}
      </td>
      <td className="num dim" data-label={words.job.begun}>
        {moment(now.created_utc)}
      </td>
      <td className="num dim" data-label={words.job.took}>
        {s === null ? "—" : words.job.seconds(s)}
      </td>
    </tr>
  );
}

/** Done and all, rate, remaining; and stop beside it. */
export function Progress({ job, far }: { job: Job; far: Far | null }) {
  const words = useWords();
  const queries = useQueryClient();
  const [isAsking, asking] = useState(false);
  const left = useRemaining(far);
  const stop = useMutation({
    mutationFn: () =>
      ask(api.POST("/api/jobs/{job_id}/cancel", { params: { path: { job_id: job.id } } })),
    onSuccess: (after) => {
      asking(false);
      queries.setQueryData(["job", job.id], after);
      return queries.invalidateQueries({ queryKey: ["jobs"] });
    },
  });
  const share = far?.total ? far.done / far.total : 0;
  return (
    <div className="prog" role="status">
      <div
        className="meter"
        role="progressbar"
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-label={words.job.states[job.state]}
      >
        <i style={{ width: `${share * 100}%` }} />
      </div>
      <p>
        {far ? (
          <>
            <span>{words.job.stages[far.stage] ?? far.stage}</span>
            <span>
              {IN_BYTES.includes(far.stage)
                ? `${bytes(far.done).join(" ")} / ${bytes(far.total).join(" ")}`
                : `${count(far.done)} / ${count(far.total)}`}
            </span>
            {left === null ? null : <span>{words.job.left(clock(left))}</span>}
          </>
        ) : (
          <span>{words.job.waits}</span>
        )}
        <span>{words.job.goesOn}</span>
        <button type="button" className="link" onClick={() => asking(true)}>
          {words.job.stop}
        </button>
      </p>
      {isAsking ? (
        <Dialog
          title={words.job.stopAsk}
          confirm={words.job.stop}
          harm
          busy={stop.isPending}
          onConfirm={() => stop.mutate()}
          onClose={() => asking(false)}
        >
          <p>{words.job.stopNote}</p>
          <Problem error={stop.error} />
        </Dialog>
      ) : null}
    </div>
  );
}

/** Seconds that are left of a stage at the rate since it began; null until that says anything. */
function useRemaining(far: Far | null): number | null {
  const [begun, begin] = useState<{ stage: string; at: number; done: number } | null>(null);
  const stage = far?.stage;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a stage begins where it is first told
  useEffect(() => {
    begin(stage && far ? { stage, at: performance.now(), done: far.done } : null);
  }, [stage]);
  if (!far || !begun || begun.stage !== far.stage || far.done <= begun.done) return null;
  const s_each = (performance.now() - begun.at) / 1_000 / (far.done - begun.done);
  return s_each * (far.total - far.done);
}
