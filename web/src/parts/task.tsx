/** A task as it is read and answered: prompt, answers with their differences, rubric, choice. */

import { memo, useMemo } from "react";
import { useLanguage, useSaid, useWords } from "../language";
import type { components } from "../types";
import { difference, type Run } from "./difference";

export type Task = components["schemas"]["TaskView"];
export type Plan = components["schemas"]["PlanBody"];
export type Choice = NonNullable<components["schemas"]["AnswerBody"]["choice"]>;
export type Side = "A" | "B";
export type Scores = Partial<Record<Side, Record<string, number>>>;

/** An answer while it is being given. */
export interface Draft {
  choice: Choice | null;
  scores: Scores;
  reason: string;
}

export const EMPTY: Draft = { choice: null, scores: {}, reason: "" };
export const CHOICES: Choice[] = [
  "a_much",
  "a_slightly",
  "same",
  "b_slightly",
  "b_much",
  "both_bad",
];
export const SCORE_KEYS = ["q", "w", "e", "r", "t"];

/** Whether an answer says all that the plan asks for. */
export function isWhole(draft: Draft, plan: Plan, sides: Side[]): boolean {
  if (plan.kind === "pair" && !draft.choice) return false;
  const isScored = plan.rubric.every((row) =>
    sides.every((side) => draft.scores[side]?.[row.id] !== undefined),
  );
  return (
    isScored && (!needsReason(draft) || Array.from(draft.reason.trim()).length >= plan.reason_chars)
  );
}

export function needsReason({ choice }: Draft): boolean {
  return choice === "a_much" || choice === "b_much";
}

/** A draft as it is sent: scores of the sides that the plan has. */
export function answerOf(draft: Draft, plan: Plan, sides: Side[]) {
  const scores: Record<string, Record<string, number>> = {};
  if (plan.rubric.length) for (const side of sides) scores[side] = draft.scores[side] ?? {};
  return { choice: plan.kind === "pair" ? draft.choice : null, scores, reason: draft.reason };
}

export function Prompt({ task, plan }: { task: Task; plan: Plan }) {
  const words = useWords();
  const said = useSaid();
  const question = said(plan.question);
  return (
    <div className="stack">
      {question ? <p className="dim2 said">{question}</p> : null}
      {task.context.map((turn, i) => (
        <div key={i} className="ask">
          <p className="small dim">{words.annotate.said[turn.role] ?? turn.role}</p>
          <p>{turn.content}</p>
        </div>
      ))}
    </div>
  );
}

export const Answers = memo(function Answers(props: {
  task: Task;
  isMarked: boolean;
  shown: Side;
  enlarged: Side | null;
  enlarge: (side: Side) => void;
  best?: Choice | null;
}) {
  const words = useWords();
  const [a, b] = props.task.answers;
  const runs = useMemo(() => {
    if (!a) return [[], []] as [Run[], Run[]];
    if (!b || !props.isMarked)
      return [[{ text: a.text, isOwn: false }], [{ text: b?.text ?? "", isOwn: false }]] as [
        Run[],
        Run[],
      ];
    return difference(a.text, b.text);
  }, [a, b, props.isMarked]);
  const best = props.best?.startsWith("a_") ? "A" : props.best?.startsWith("b_") ? "B" : null;
  const isOne = props.task.answers.length === 1;
  return (
    <div
      className={`two ${isOne || props.enlarged ? "one" : ""}`}
      data-side={isOne ? undefined : props.shown}
    >
      {props.task.answers.map((answer, i) =>
        props.enlarged && props.enlarged !== answer.side ? null : (
          <article
            key={answer.side}
            className={`ans ${answer.side.toLowerCase()}-side ${best === answer.side ? "best" : ""}`}
          >
            <header>
              {isOne ? null : <b>{answer.side}</b>}
              {words.annotate.chars(Array.from(answer.text).length)}
              {isOne ? null : (
                <button
                  type="button"
                  className="btn quiet tiny right wide-only"
                  onClick={() => props.enlarge(answer.side)}
                >
                  {words.annotate.enlarge} <kbd>{answer.side}</kbd>
                </button>
              )}
            </header>
            <div className="body">
              {(runs[i] ?? []).map((run, j) =>
                run.isOwn ? <em key={j}>{run.text}</em> : <span key={j}>{run.text}</span>,
              )}
            </div>
          </article>
        ),
      )}
    </div>
  );
});

/** The rubric: each row scored for each answer. `at` is the row that the keys score. */
export function Rubric(props: {
  plan: Plan;
  sides: Side[];
  scores: Scores;
  at: number;
  score: (side: Side, row: string, value: number) => void;
}) {
  const words = useWords();
  const said = useSaid();
  if (!props.plan.rubric.length) return null;
  const isSingle = props.sides.length === 1;
  return (
    <section className="rub" aria-label={words.annotate.rubric}>
      {props.plan.rubric.map((row, i) => (
        <div
          key={row.id}
          className={`rr ${i === props.at ? "on" : ""} ${isSingle ? "single" : ""}`}
        >
          <div>
            <b>{said(row.title)}</b>
            <span className="small dim">{said(row.about)}</span>
          </div>
          {props.sides.map((side) => (
            <Scale
              key={side}
              row={row}
              side={side}
              title={said(row.title)}
              isSingle={isSingle}
              scores={props.scores}
              score={props.score}
            />
          ))}
        </div>
      ))}
    </section>
  );
}

function Scale(props: {
  row: Plan["rubric"][number];
  side: Side;
  title: string;
  isSingle: boolean;
  scores: Scores;
  score: (side: Side, row: string, value: number) => void;
}) {
  const { row, side } = props;
  const values = Array.from({ length: row.highest - row.lowest + 1 }, (_, i) => row.lowest + i);
  return (
    <>
      {props.isSingle ? null : <span className="ab">{side}</span>}
      <fieldset className="seg five" aria-label={`${props.title} ${side}`}>
        {values.map((value) => (
          <label key={value}>
            <input
              type="radio"
              name={`${row.id}-${side}`}
              checked={props.scores[side]?.[row.id] === value}
              onChange={() => props.score(side, row.id, value)}
            />
            {value}
          </label>
        ))}
      </fieldset>
    </>
  );
}

export function Pick({
  choice,
  choose,
}: {
  choice: Choice | null;
  choose: (choice: Choice) => void;
}) {
  const words = useWords();
  const language = useLanguage();
  return (
    <div
      className="pick"
      role="radiogroup"
      aria-label={words.annotate.choose}
      data-language={language}
    >
      {CHOICES.map((one, i) => (
        <label key={one} className="btn">
          <input type="radio" name="choice" checked={choice === one} onChange={() => choose(one)} />
          <span>{words.annotate.choices[one]}</span>
          <kbd>{i + 1}</kbd>
        </label>
      ))}
    </div>
  );
}
