/** Reviewing: another person's word on an answer. Who gave it is not said. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, path } from "../address";
import { api, ask, newKey } from "../api";
import { useKeys } from "../key";
import { useSaid, useWords } from "../language";
import { Blank, Loaded, Problem } from "../parts/face";
import { Area, Segments } from "../parts/field";
import {
  Answers,
  answerOf,
  type Draft,
  isWhole,
  Pick,
  Prompt,
  Rubric,
  type Scores,
  type Side,
} from "../parts/task";
import { Shell } from "../shell";
import type { components } from "../types";
import { useProject } from "./work";

type ToReview = components["schemas"]["ReviewItemView"];
type Project = components["schemas"]["ProjectView"];
type Verdict = "accept" | "fix" | "return";

const VERDICTS: Verdict[] = ["accept", "fix", "return"];

export function ReviewPage({ id }: { id: string }) {
  const words = useWords();
  const project = useProject(id);
  const queries = useQueryClient();
  const next = useQuery({
    queryKey: ["review", id],
    queryFn: () =>
      ask(
        api.POST("/api/projects/{project_id}/reviews/next", {
          params: { path: { project_id: id } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const again = () => queries.resetQueries({ queryKey: ["review", id] });
  return (
    <Shell pane="annotate">
      {project.data && next.data?.next ? (
        <Item
          key={next.data.next.annotation.id}
          item={next.data.next}
          project={project.data}
          done={again}
        />
      ) : (
        <main className="page" id="main">
          <Loaded of={project}>
            {() => (
              <Loaded of={next}>
                {() => (
                  <Blank
                    title={words.annotate.reviewEmpty}
                    action={
                      <div className="row">
                        <button type="button" className="btn" onClick={() => void again()}>
                          {words.annotate.lookAgain}
                        </button>
                        <Link className="btn" to={path("annotate", id)}>
                          {words.action.back}
                        </Link>
                      </div>
                    }
                  />
                )}
              </Loaded>
            )}
          </Loaded>
        </main>
      )}
    </Shell>
  );
}

function Item({ item, project, done }: { item: ToReview; project: Project; done: () => unknown }) {
  const words = useWords();
  const { plan } = project;
  const sides = item.task.answers.map(({ side }) => side);
  const given = item.annotation.answer;
  const [verdict, setVerdict] = useState<Verdict>("accept");
  const [comment, setComment] = useState("");
  const [fixed, setFixed] = useState<Draft>({
    choice: given.choice ?? null,
    scores: (given.scores ?? {}) as Scores,
    reason: given.reason ?? "",
  });
  const [shown, show] = useState<Side>("A");
  const [key] = useState(newKey);
  const review = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/annotations/{annotation_id}/review", {
          params: {
            path: { annotation_id: item.annotation.id },
            header: { "idempotency-key": key },
          },
          body: {
            verdict,
            comment,
            answer:
              verdict === "fix"
                ? { ...answerOf(fixed, plan, sides), active_s: given.active_s }
                : null,
          },
        }),
      ),
    onSuccess: done,
  });
  const isReady =
    verdict === "accept" ||
    (verdict === "return" ? comment.trim() !== "" : isWhole(fixed, plan, sides));
  const submit = () => {
    if (isReady && !review.isPending) review.mutate();
  };
  useKeys({
    "1": () => setVerdict("accept"),
    "2": () => setVerdict("fix"),
    "3": () => setVerdict("return"),
    Enter: submit,
    "mod+Enter": submit,
  });
  const score = (side: Side, row: string, value: number) =>
    setFixed((now) => ({
      ...now,
      scores: { ...now.scores, [side]: { ...now.scores[side], [row]: value } },
    }));
  return (
    <>
      <section className="sub">
        <h1 className="nowrap cut sub-title">
          <Link to={path("annotate", project.id)}>{plan.name}</Link> · {words.annotate.review}
        </h1>
        {item.annotation.round > 1 ? (
          <span className="tag warn">{words.annotate.round(item.annotation.round)}</span>
        ) : null}
      </section>
      <main className="panes alone" id="main">
        <section className="pane flat">
          <div className="work">
            <Prompt task={item.task} plan={plan} />
            {sides.length === 2 ? (
              <div className="ab-tabs">
                <div className="seg">
                  {sides.map((side) => (
                    <button
                      key={side}
                      type="button"
                      aria-pressed={shown === side}
                      onClick={() => show(side)}
                    >
                      {side}
                    </button>
                  ))}
                </div>
              </div>
            ) : null}
            <Answers
              task={item.task}
              isMarked
              shown={shown}
              enlarged={null}
              enlarge={show}
              best={given.choice}
            />
            <Given answer={given} project={project} />
            {verdict === "fix" ? (
              <section className="card stack">
                <h2>{words.annotate.fixIt}</h2>
                {plan.kind === "pair" ? (
                  <Pick choice={fixed.choice} choose={(choice) => setFixed({ ...fixed, choice })} />
                ) : null}
                <Rubric plan={plan} sides={sides} scores={fixed.scores} at={-1} score={score} />
                <Area
                  label={words.annotate.reason}
                  rows={2}
                  value={fixed.reason}
                  onChange={(event) => setFixed({ ...fixed, reason: event.target.value })}
                />
              </section>
            ) : null}
            <Area
              label={words.annotate.comment}
              hint={words.annotate.commentHint}
              rows={2}
              value={comment}
              maxLength={2_000}
              onChange={(event) => setComment(event.target.value)}
            />
            <Problem error={review.error} />
          </div>
        </section>
      </main>
      <footer className="dock">
        <Segments<Verdict>
          label={words.annotate.verdict}
          value={verdict}
          options={VERDICTS.map((one, i) => [one, words.annotate[one], String(i + 1)])}
          onChange={setVerdict}
        />
        <div className="row right">
          <button
            type="button"
            className="btn main big"
            disabled={!isReady}
            aria-busy={review.isPending || undefined}
            onClick={submit}
          >
            {words.annotate.submitReview} <kbd>↵</kbd>
          </button>
        </div>
      </footer>
    </>
  );
}

function Given({
  answer,
  project,
}: {
  answer: ToReview["annotation"]["answer"];
  project: Project;
}) {
  const words = useWords();
  const said = useSaid();
  const rows = new Map(project.plan.rubric.map((row) => [row.id, said(row.title)]));
  return (
    <section className="card">
      <header>
        <h2>{words.annotate.given}</h2>
        {answer.choice ? (
          <span className="tag info">{words.annotate.choices[answer.choice]}</span>
        ) : null}
      </header>
      <dl className="kv">
        {Object.entries(answer.scores ?? {}).map(([side, scores]) => (
          <div key={side} style={{ display: "contents" }}>
            <dt>{side}</dt>
            <dd>
              {Object.entries(scores)
                .map(([row, value]) => `${rows.get(row) ?? row} ${value}`)
                .join(" · ")}
            </dd>
          </div>
        ))}
        <dt>{words.annotate.reason}</dt>
        <dd className="said">{answer.reason || "—"}</dd>
      </dl>
    </section>
  );
}
