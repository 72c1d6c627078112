/** The faces of a page without its contents: waiting, empty, failed, refused. */

import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Link } from "../address";
import { Refusal } from "../api";
import { useWords } from "../language";
import { Icon, type IconName } from "./icon";

const GHOST_MS = 300;
const WAITING_MS = 5_000;

/** Grey lines where text will be: nothing at first, after 5 s with a word on what is awaited. */
export function Ghosts({ rows = 6, what }: { rows?: number; what?: string }) {
  const [stage, setStage] = useState(0);
  const words = useWords();
  useEffect(() => {
    const first = setTimeout(() => setStage(1), GHOST_MS);
    const second = setTimeout(() => setStage(2), WAITING_MS);
    return () => {
      clearTimeout(first);
      clearTimeout(second);
    };
  }, []);
  if (stage === 0) return <div aria-busy="true" className="ghosts" />;
  return (
    <div aria-busy="true" className="ghosts">
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="ghost" style={{ width: `${[92, 78, 86, 64, 90, 72][i % 6]}%` }} />
      ))}
      <p className="small dim" role="status">
        {stage === 2 ? words.face.waitingFor(what ?? words.face.server) : ""}
      </p>
    </div>
  );
}

/** A face: a picture, a sentence, and the next step. */
export function Blank(props: {
  icon?: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  alert?: boolean;
}) {
  return (
    <div className="blank" role={props.alert ? "alert" : undefined}>
      <Icon name={props.icon ?? "box"} />
      <b>{props.title}</b>
      {props.children ? <p>{props.children}</p> : null}
      {props.action}
    </div>
  );
}

/** What is shown for a refusal: not signed in, not there, not permitted, no network, a failure. */
export function Refused({ error, retry }: { error: unknown; retry?: () => void }) {
  const words = useWords();
  const refusal = error instanceof Refusal ? error : new Refusal(-1, "bug", String(error));
  const again = retry ? (
    <button type="button" className="btn" onClick={retry}>
      {words.face.again}
    </button>
  ) : null;
  if (refusal.status === 0)
    return (
      <Blank icon="cloud" title={words.face.offline} action={again} alert>
        {words.face.offlineHint}
      </Blank>
    );
  if (refusal.status === 401)
    return (
      <Blank
        icon="lock"
        title={words.face.signIn}
        action={
          <Link className="btn main" to={`/sign-in?next=${encodeURIComponent(here())}`}>
            {words.session.signIn}
          </Link>
        }
      />
    );
  if (refusal.status === 404)
    return (
      <Blank icon="search" title={words.face.notFound}>
        {words.face.notFoundHint}
      </Blank>
    );
  if (refusal.status === 403)
    return (
      <Blank icon="lock" title={refusal.message || words.face.refused}>
        {refusal.hint || words.face.refusedHint}
      </Blank>
    );
  return (
    <Blank icon="warn" title={refusal.message || words.face.failed} action={again} alert>
      {refusal.hint}
      {refusal.requestId ? <span className="mono dim"> {refusal.requestId}</span> : null}
    </Blank>
  );
}

function here(): string {
  return window.location.pathname + window.location.search;
}

/** A query's contents, or the face that stands for them. */
export function Loaded<T>(props: {
  of: UseQueryResult<T>;
  rows?: number;
  what?: string;
  children: (data: T) => ReactNode;
}) {
  const { of: query } = props;
  if (query.data !== undefined) return <>{props.children(query.data)}</>;
  if (query.isError) return <Refused error={query.error} retry={() => void query.refetch()} />;
  return <Ghosts rows={props.rows} what={props.what} />;
}

/** Why the last action was refused, beside the action. */
export function Problem({ error }: { error: unknown }) {
  const words = useWords();
  if (!error) return null;
  const refusal = error instanceof Refusal ? error : new Refusal(-1, "bug", String(error));
  return (
    <p className="note bad" role="alert">
      <Icon name="warn" />
      <span>
        {refusal.status === 0 ? words.face.offline : refusal.message || words.face.failed}
        {refusal.hint ? <span className="dim2"> {refusal.hint}</span> : null}
      </span>
    </p>
  );
}
