/** A new project: what is asked about the records of a version, of whom, with which review. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { go, Link, path, useQueryValue } from "../address";
import { api, ask, newKey } from "../api";
import { useWords } from "../language";
import { Problem } from "../parts/face";
import { Area, Choice, Field, filled } from "../parts/field";
import { useRoles } from "../session";
import { Shell } from "../shell";

type Kind = "pair" | "rubric";
interface Row {
  id: string;
  title: string;
  about: string;
}

const FIRST: Row[] = [
  { id: "correct", title: "正确 Correct", about: "事实与因果 Facts" },
  { id: "useful", title: "有用 Useful", about: "照做能否解决 Does it help" },
];

/** A text that is typed once for both languages: `正确 Correct` is 正确 and Correct. */
function both(text: string): { zh: string; en: string } {
  const found = /^([^A-Za-z]*[\p{Script=Han}）。？]+)\s+([A-Za-z].*)$/su.exec(text.trim());
  return found ? { zh: found[1] ?? "", en: found[2] ?? "" } : { zh: text.trim(), en: text.trim() };
}

export function NewProject() {
  const words = useWords();
  const { session, roles } = useRoles();
  const [version] = useQueryValue("version");
  const [kind, setKind] = useState<Kind>("pair");
  const [rows, setRows] = useState<Row[]>(FIRST);
  const [annotators, setAnnotators] = useState<string[]>([]);
  const [reviewers, setReviewers] = useState<string[]>([]);
  const organisation = session?.organisation ?? "";
  const members = useQuery({
    queryKey: ["members", organisation],
    queryFn: () =>
      ask(
        api.GET("/api/organisations/{organisation_id}/members", {
          params: { path: { organisation_id: organisation } },
        }),
      ),
    enabled: organisation !== "" && roles.has("owner"),
  });
  const make = useMutation({
    mutationFn: (value: (name: string) => string) =>
      ask(
        api.POST("/api/projects", {
          params: { header: { "idempotency-key": newKey() } },
          body: {
            name: value("name"),
            dataset: value("dataset").trim(),
            kind,
            question: {
              zh: value("question_zh"),
              en: value("question_en") || value("question_zh"),
            },
            guideline: value("guideline"),
            rubric: rows
              .filter(({ title }) => title.trim())
              .map((row) => ({
                id: row.id,
                title: both(row.title),
                about: both(row.about),
                lowest: 1,
                highest: 5,
                weight: 1,
              })),
            overlap: Number(value("overlap")),
            review_share: Number(value("review_share")) / 100,
            lease_s: Number(value("lease_s")),
            reason_chars: kind === "pair" ? Number(value("reason_chars")) : 0,
            order: value("order") === "shuffled" ? "shuffled" : "as_is",
            annotators: annotators.length ? annotators : [organisation],
            reviewers: reviewers.length ? reviewers : [organisation],
            level: "普通标注员",
          },
        }),
      ),
    onSuccess: (project) => go(path("annotate", project.id)),
  });
  const people: [string, string][] = [
    [organisation, words.annotate.wholeOrganisation],
    ...(members.data ?? []).map((one): [string, string] => [one.user, one.name]),
  ];
  const rowAt = (i: number, part: Partial<Row>) =>
    setRows(rows.map((row, j) => (i === j ? { ...row, ...part } : row)));
  return (
    <Shell>
      <main className="page narrow" id="main">
        <p className="trail">
          <Link to="/annotate">{words.nav.annotate}</Link> /
        </p>
        <h1>{words.annotate.newTitle}</h1>
        <p className="dim2">{words.annotate.newLede}</p>
        <form className="card stack gap" onSubmit={(event) => make.mutate(filled(event))}>
          <Field
            label={words.annotate.version}
            name="dataset"
            defaultValue={version}
            hint={words.annotate.versionHint}
            className="in mono"
            required
            error={make.error}
          />
          <Field
            label={words.annotate.name}
            name="name"
            maxLength={200}
            required
            error={make.error}
          />
          <Choice
            label={words.annotate.kind}
            value={kind}
            options={[
              ["pair", words.annotate.kinds.pair ?? ""],
              ["rubric", words.annotate.kinds.rubric ?? ""],
            ]}
            onChange={(to) => setKind(to === "rubric" ? "rubric" : "pair")}
          />
          <Area label={words.annotate.questionZh} name="question_zh" rows={2} required />
          <Area label={words.annotate.questionEn} name="question_en" rows={2} />
          <Area
            label={words.annotate.guideline}
            name="guideline"
            rows={6}
            hint={words.annotate.guidelineHint}
          />
          <fieldset className="stack">
            <legend className="strong">{words.annotate.rubricTitle}</legend>
            {rows.map((row, i) => (
              <div key={row.id} className="row">
                <input
                  className="in"
                  aria-label={words.annotate.rubricRow}
                  value={row.title}
                  onChange={(event) => rowAt(i, { title: event.target.value })}
                />
                <input
                  className="in"
                  aria-label={words.annotate.rubricAbout}
                  value={row.about}
                  onChange={(event) => rowAt(i, { about: event.target.value })}
                />
                <button
                  type="button"
                  className="btn tiny"
                  onClick={() => setRows(rows.filter((_, j) => j !== i))}
                >
                  {words.action.remove}
                </button>
              </div>
            ))}
            <button
              type="button"
              className="btn"
              onClick={() =>
                setRows([...rows, { id: `row_${newKey().slice(0, 8)}`, title: "", about: "" }])
              }
            >
              {words.annotate.addRow}
            </button>
          </fieldset>
          <div className="two-fields">
            <Field
              label={words.annotate.overlap}
              name="overlap"
              type="number"
              min={1}
              max={20}
              defaultValue={2}
              required
              error={make.error}
            />
            <Field
              label={`${words.annotate.reviewShare} %`}
              name="review_share"
              type="number"
              min={0}
              max={100}
              defaultValue={20}
              required
              error={make.error}
            />
            <Field
              label={words.annotate.lease}
              name="lease_s"
              type="number"
              min={10}
              max={86400}
              defaultValue={600}
              required
              error={make.error}
            />
            {kind === "pair" ? (
              <Field
                label={words.annotate.reasonChars}
                name="reason_chars"
                type="number"
                min={0}
                max={500}
                defaultValue={0}
                required
                error={make.error}
              />
            ) : null}
          </div>
          <label className="field">
            <span>{words.annotate.order}</span>
            <select className="in" name="order">
              <option value="as_is">{words.annotate.asIs}</option>
              <option value="shuffled">{words.annotate.shuffled}</option>
            </select>
          </label>
          <People
            label={words.annotate.annotators}
            all={people}
            chosen={annotators.length ? annotators : [organisation]}
            choose={setAnnotators}
          />
          <People
            label={words.annotate.reviewers}
            all={people}
            chosen={reviewers.length ? reviewers : [organisation]}
            choose={setReviewers}
          />
          <Problem error={make.error} />
          <div className="row end">
            <button type="submit" className="btn main big" aria-busy={make.isPending || undefined}>
              {words.annotate.make}
            </button>
          </div>
        </form>
      </main>
    </Shell>
  );
}

function People(props: {
  label: string;
  all: [string, string][];
  chosen: string[];
  choose: (chosen: string[]) => void;
}) {
  return (
    <fieldset>
      <legend className="small dim">{props.label}</legend>
      <div className="row wrap">
        {props.all.map(([id, name]) => (
          <label key={id} className="tick">
            <input
              type="checkbox"
              checked={props.chosen.includes(id)}
              onChange={(event) =>
                props.choose(
                  event.target.checked
                    ? [...props.chosen, id]
                    : props.chosen.filter((one) => one !== id),
                )
              }
            />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
