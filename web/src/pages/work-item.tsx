/** One task on the screen: read, scored, chosen, and submitted; its draft and its lease. */

import { useEffect, useRef, useState } from "react";
import { Link, path } from "../address";
import { api, ask } from "../api";
import { keepDraft, newestDraft } from "../draft";
import { useKeys } from "../key";
import { useWords } from "../language";
import { useSecondsUntil } from "../lease";
import { clock } from "../number";
import { Problem } from "../parts/face";
import { Area } from "../parts/field";
import { Icon } from "../parts/icon";
import { Dialog } from "../parts/layer";
import {
  Answers,
  answerOf,
  CHOICES,
  type Draft,
  EMPTY,
  isWhole,
  needsReason,
  Pick,
  type Plan,
  Prompt,
  Rubric,
  SCORE_KEYS,
  type Side,
} from "../parts/task";
import { Mine } from "./mine";
import type { Project, Served } from "./work";

const LAST_S = 30;
const ANNOUNCED_S = [60, 30, 10];
const DRAFT_MS = 800;

export function Offline() {
  const words = useWords();
  return (
    <p className="offline" role="status">
      <Icon name="cloud" />
      {words.annotate.offline}
    </p>
  );
}

/** Saves a draft a moment after the last change, here and on the server. */
function useDraft(
  served: Served,
): [Draft, (change: Partial<Draft>) => void, "none" | "saving" | "saved" | "kept"] {
  const { assignment } = served;
  const [first] = useState(() =>
    newestDraft(assignment.id, assignment.draft, assignment.draft_number),
  );
  const [draft, setDraft] = useState<Draft>({ ...EMPTY, ...first?.draft });
  const [state, setState] = useState<"none" | "saving" | "saved" | "kept">("none");
  const number = useRef(Math.max(first?.number ?? 0, assignment.draft_number));
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (part: Partial<Draft>) => {
    const changed = { ...draft, ...part };
    setDraft(changed);
    setState("saving");
    const mine = ++number.current;
    keepDraft(assignment.id, changed, mine);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      ask(
        api.PUT("/api/assignments/{assignment_id}/draft", {
          params: { path: { assignment_id: assignment.id } },
          body: { draft: { ...changed }, number: mine },
        }),
      ).then(
        () => setState((now) => (number.current === mine ? "saved" : now)),
        () => setState("kept"),
      );
    }, DRAFT_MS);
  };
  return [draft, change, state];
}

/** Until when the task is one's own: while somebody writes, it is made so for longer. */
function useRenewal(served: Served, lease_s: number): [string, (left_s: number) => void] {
  const [until, setUntil] = useState(served.assignment.until_utc);
  const isAsked = useRef(false);
  const renew = (left_s: number) => {
    if (isAsked.current || left_s <= 0 || left_s > lease_s / 2) return;
    isAsked.current = true;
    ask(
      api.POST("/api/assignments/{assignment_id}/renew", {
        params: { path: { assignment_id: served.assignment.id } },
      }),
    ).then(
      (found) => {
        isAsked.current = false;
        setUntil(found.until_utc);
      },
      // As often as possible already: the clock says how long there still is.
      () => undefined,
    );
  };
  return [until, renew];
}

/** Seconds that this page was in sight since the task came. */
function useActiveSeconds(): () => number {
  const seen = useRef({ ms: 0, since: document.hidden ? 0 : performance.now() });
  useEffect(() => {
    const turned = () => {
      const now = performance.now();
      if (document.hidden)
        seen.current = { ms: seen.current.ms + now - seen.current.since, since: 0 };
      else seen.current = { ...seen.current, since: now };
    };
    document.addEventListener("visibilitychange", turned);
    return () => document.removeEventListener("visibilitychange", turned);
  }, []);
  return () => {
    const { ms, since } = seen.current;
    return Math.round((ms + (since ? performance.now() - since : 0)) / 1_000);
  };
}

export function Item(props: {
  served: Served;
  project: Project;
  n_done: number;
  isOffline: boolean;
  wrong: unknown;
  submit: (body: Record<string, unknown>) => void;
  skip: (reason: string) => Promise<void>;
  pause: () => void;
  takeBack: (() => void) | null;
  reload: () => void;
}) {
  const words = useWords();
  const { served, project } = props;
  const plan = project.plan;
  const sides = served.task.answers.map(({ side }) => side);
  const [draft, write, draftState] = useDraft(served);
  const [isMarked, mark] = useState(true);
  const [shown, show] = useState<Side>("A");
  const [enlarged, enlarge] = useState<Side | null>(null);
  const [row, setRow] = useState(0);
  const [isGuide, guide] = useState(() => window.innerWidth > 1180 && plan.guideline !== "");
  const [asking, setAsking] = useState<"" | "skip" | "broken">("");
  const [until, renew] = useRenewal(served, plan.lease_s);
  const left = useSecondsUntil(until);
  const change = (part: Partial<Draft>) => {
    write(part);
    renew(left);
  };
  const active = useActiveSeconds();
  const isOver = left <= 0;
  const isReady = isWhole(draft, plan, sides) && !isOver;
  const submit = () => {
    if (isReady)
      props.submit({ ...answerOf(draft, plan, sides), active_s: Math.min(active(), 3_600) });
  };
  const score = (side: Side, id: string, value: number) =>
    change({ scores: { ...draft.scores, [side]: { ...draft.scores[side], [id]: value } } });
  const scoreAt = (side: Side, i: number) => {
    const at = plan.rubric[row];
    if (at && sides.includes(side) && at.lowest + i <= at.highest)
      score(side, at.id, at.lowest + i);
  };
  const toggle = (side: Side) => enlarge((now) => (now === side ? null : side));
  const turnGuide = () => guide((is) => !is);
  useKeys({
    ...(plan.kind === "pair"
      ? Object.fromEntries(CHOICES.map((choice, i) => [String(i + 1), () => change({ choice })]))
      : {}),
    ...Object.fromEntries(
      SCORE_KEYS.flatMap((key, i) => [
        [key, () => scoreAt("A", i)],
        [`shift+${key}`, () => scoreAt("B", i)],
      ]),
    ),
    ArrowDown: () => setRow((now) => Math.min(now + 1, plan.rubric.length - 1)),
    ArrowUp: () => setRow((now) => Math.max(now - 1, 0)),
    d: () => mark((is) => !is),
    a: () => toggle("A"),
    b: () => toggle("B"),
    g: turnGuide,
    x: () => setAsking("broken"),
    Backspace: () => setAsking("skip"),
    p: props.pause,
    Enter: submit,
    "mod+Enter": submit,
    "mod+z": () => props.takeBack?.(),
  });
  const isPair = sides.length === 2;
  return (
    <>
      <section className="sub">
        <h1 className="nowrap cut sub-title">
          <Link to={path("annotate", project.id)}>{plan.name}</Link>
        </h1>
        <Lease left={left} total={plan.lease_s} />
        <Mine project={project.id} n_done={props.n_done} />
        <button
          type="button"
          className="btn quiet wide-only"
          aria-expanded={isGuide}
          onClick={turnGuide}
        >
          {words.annotate.guide} <kbd>G</kbd>
        </button>
        <button type="button" className="btn quiet wide-only" onClick={props.pause}>
          {words.annotate.paused} <kbd>P</kbd>
        </button>
      </section>
      <main className={`panes ${isGuide ? "" : "alone"}`} id="main">
        <section className="pane flat">
          {props.isOffline ? <Offline /> : null}
          <div className="work">
            {served.comment ? (
              <p className="note warn said">
                <Icon name="warn" />
                <span>
                  {words.annotate.returnedWith} {served.comment}
                </span>
              </p>
            ) : null}
            {isOver ? (
              <p className="note warn" role="alert">
                <Icon name="clock" />
                <span className="grow">{words.annotate.leaseOver}</span>
                <button type="button" className="btn tiny" onClick={props.reload}>
                  {words.annotate.takeAgain}
                </button>
              </p>
            ) : null}
            <Problem error={props.wrong} />
            <Prompt task={served.task} plan={plan} />
            <div className="row wrap">
              {isPair ? (
                <>
                  <label className="tick">
                    <input
                      type="checkbox"
                      checked={isMarked}
                      onChange={(event) => mark(event.target.checked)}
                    />
                    {words.annotate.differences} <kbd className="wide-only">D</kbd>
                  </label>
                  <span className="small dim wide-only">{words.annotate.random}</span>
                </>
              ) : null}
              <button type="button" className="btn quiet tiny right phone-only" onClick={turnGuide}>
                <Icon name="book" />
                {words.annotate.guide}
              </button>
              <button
                type="button"
                className={`btn quiet tiny ${isPair ? "flagb" : "right"}`}
                onClick={() => setAsking("broken")}
              >
                <Icon name="flag" />
                {words.annotate.broken} <kbd>X</kbd>
              </button>
            </div>
            {isPair ? <SideTabs shown={shown} show={show} served={served} /> : null}
            <Answers
              task={served.task}
              isMarked={isMarked}
              shown={shown}
              enlarged={enlarged}
              enlarge={toggle}
              best={draft.choice}
            />
            <Rubric plan={plan} sides={sides} scores={draft.scores} at={row} score={score} />
            <Area
              label={
                <>
                  {words.annotate.reason}{" "}
                  <span className="dim">
                    {plan.reason_chars && plan.kind === "pair"
                      ? words.annotate.reasonHint(plan.reason_chars)
                      : words.annotate.reasonFree}
                  </span>
                </>
              }
              rows={2}
              maxLength={10_000}
              value={draft.reason}
              aria-required={needsReason(draft) && plan.reason_chars > 0}
              onChange={(event) => change({ reason: event.target.value })}
              hint={draftWords(draftState, words)}
            />
            <Keys
              hasRubric={plan.rubric.length > 0}
              isPair={isPair}
              canTakeBack={props.takeBack !== null}
            />
          </div>
        </section>
        {isGuide ? <Guide plan={plan} close={turnGuide} /> : null}
      </main>
      <footer className="dock">
        {plan.kind === "pair" ? (
          <Pick choice={draft.choice} choose={(choice) => change({ choice })} />
        ) : (
          <span className="grow" />
        )}
        <div className="row">
          <button type="button" className="btn skip" onClick={() => setAsking("skip")}>
            {words.annotate.skip} <kbd>⌫</kbd>
          </button>
          <button type="button" className="btn main big grow" disabled={!isReady} onClick={submit}>
            {words.annotate.submit} <kbd>↵</kbd>
          </button>
        </div>
      </footer>
      {asking ? (
        <SkipDialog
          isBroken={asking === "broken"}
          close={() => setAsking("")}
          skip={async (reason) => {
            setAsking("");
            await props.skip(asking === "broken" ? `broken: ${reason}` : reason);
          }}
        />
      ) : null}
    </>
  );
}

function draftWords(
  state: "none" | "saving" | "saved" | "kept",
  words: ReturnType<typeof useWords>,
): string {
  if (state === "saving") return words.annotate.drafting;
  if (state === "kept") return words.annotate.kept;
  if (state === "saved")
    return words.annotate.drafted(new Date().toLocaleTimeString("sv-SE", { timeStyle: "short" }));
  return "";
}

function Lease({ left, total }: { left: number; total: number }) {
  const words = useWords();
  const said = useRef(0);
  const mark = ANNOUNCED_S.find((at) => left <= at && left > at - 2) ?? 0;
  if (mark) said.current = mark;
  return (
    <div
      className={`clock ${left <= LAST_S ? "last" : ""}`}
      role="timer"
      aria-label={words.annotate.leaseOf(clock(left))}
    >
      <span className="row small nowrap">
        <Icon name="clock" />
        <b>{clock(left)}</b>
        <span className="dim wide-only">{words.annotate.left}</span>
      </span>
      <div className="meter">
        <i style={{ width: `${Math.max(0, Math.min(1, left / total)) * 100}%` }} />
      </div>
      <span className="hide" aria-live="polite">
        {said.current ? words.annotate.leaseSoon(said.current) : ""}
      </span>
    </div>
  );
}

function SideTabs({
  shown,
  show,
  served,
}: {
  shown: Side;
  show: (side: Side) => void;
  served: Served;
}) {
  const words = useWords();
  return (
    <div className="ab-tabs">
      <div className="seg">
        {served.task.answers.map(({ side, text }) => (
          <button key={side} type="button" aria-pressed={shown === side} onClick={() => show(side)}>
            {side} · {words.annotate.chars(Array.from(text).length)}
          </button>
        ))}
      </div>
    </div>
  );
}

function Guide({ plan, close }: { plan: Plan; close: () => void }) {
  const words = useWords();
  useKeys({ Escape: close });
  return (
    <aside className="pane lift guidep" aria-label={words.annotate.guide}>
      <header>
        <Icon name="book" />
        <b>{words.annotate.guide}</b>
        <button type="button" className="btn quiet tiny right" onClick={close}>
          {words.action.close} <kbd>G</kbd>
        </button>
      </header>
      <div className="guide">
        {plan.guideline || <p className="dim">{words.annotate.noGuide}</p>}
      </div>
    </aside>
  );
}

function Keys(props: { hasRubric: boolean; isPair: boolean; canTakeBack: boolean }) {
  const words = useWords();
  return (
    <p className="keys">
      {props.hasRubric ? (
        <>
          <span>
            <kbd>↑</kbd>
            <kbd>↓</kbd>
            {words.keys.row}
          </span>
          <span>
            <kbd>Q</kbd>–<kbd>T</kbd> {words.keys.score}
          </span>
        </>
      ) : null}
      {props.canTakeBack ? (
        <span>
          <kbd>⌘Z</kbd>
          {words.annotate.takeBack}
        </span>
      ) : null}
      <span>
        <kbd>?</kbd>
        {words.keys.help}
      </span>
    </p>
  );
}

function SkipDialog(props: {
  isBroken: boolean;
  close: () => void;
  skip: (reason: string) => Promise<void>;
}) {
  const words = useWords();
  const [reason, setReason] = useState("");
  return (
    <Dialog
      title={props.isBroken ? words.annotate.brokenAsk : words.annotate.skipAsk}
      confirm={props.isBroken ? words.annotate.broken : words.annotate.skip}
      disabled={!reason.trim()}
      onConfirm={() => void props.skip(reason)}
      onClose={props.close}
    >
      {props.isBroken ? <p className="dim2">{words.annotate.brokenHint}</p> : null}
      <Area
        label={words.annotate.skipReason}
        value={reason}
        maxLength={2_000}
        autoFocus
        onChange={(event) => setReason(event.target.value)}
      />
    </Dialog>
  );
}
