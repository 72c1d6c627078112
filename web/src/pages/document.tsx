/** One document: its text with edits, what became of it, and its scores beside their rules. */

import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { Link, useQueryValue, withQuery } from "../address";
import { api, ask } from "../api";
import { useKeys } from "../key";
import { useWords } from "../language";
import { count, real } from "../number";
import { difference } from "../parts/difference";
import { Loaded } from "../parts/face";
import { Icon } from "../parts/icon";
import { Bar, onBar } from "../parts/measure";
import { countChanges, Edited, type View } from "../parts/text";
import type { components } from "../types";
import { lineMoved, useLines } from "./document-filter";
import type { Marks } from "./documents";
import { type Named, split } from "./version";

type Document = components["schemas"]["DocumentView"];
type Claim = components["schemas"]["ClaimView"];

export const TONE = { kept: "gold", dropped: "bad", quarantined: "warn" } as const;

/** How a document is asked for; it never changes. */
function documentOf(named: Named, id: string) {
  return {
    queryKey: ["document", named.organisation, named.name, named.version, id],
    queryFn: () =>
      ask(
        api.GET("/api/datasets/{organisation}/{name}/versions/{version}/documents/{identifier}", {
          params: { path: { ...named, identifier: id } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  };
}

export function Reader({
  named,
  id,
  view,
  marks,
}: {
  named: Named;
  id: string;
  view: View;
  marks: Marks;
}) {
  const words = useWords();
  const document = useQuery(documentOf(named, id));
  const pane = useRef<HTMLElement>(null);
  useEffect(() => {
    if (id) pane.current?.scrollTo(0, 0);
  }, [id]);
  return (
    <>
      <article className="pane lift readp" ref={pane} aria-label={words.document.title}>
        <Loaded of={document}>
          {(found) => (
            <Read key={found.id} named={named} document={found} view={view} marks={marks} />
          )}
        </Loaded>
      </article>
      <aside className="pane flat sidep" aria-label={words.document.scores}>
        {document.data ? <Side named={named} document={document.data} /> : null}
      </aside>
    </>
  );
}

function Read(props: { named: Named; document: Document; view: View; marks: Marks }) {
  const { document, view, marks } = props;
  const words = useWords();
  const [edit, setEdit] = useQueryValue("edit");
  const [undone, setUndone] = useQueryValue("undone");
  const n_changes = countChanges(document.text);
  const current = edit === "" ? -1 : Number(edit);
  const taken = useMemo(
    () => new Set(undone === "" ? [] : undone.split(",").map(Number)),
    [undone],
  );
  const next = () => {
    const to = (current + 1) % Math.max(1, n_changes);
    setEdit(String(to));
    const mark = window.document.querySelector(`[data-edit="${to}"]`);
    if (mark instanceof HTMLDetailsElement) mark.open = true;
    mark?.scrollIntoView({ block: "center" });
  };
  const undo = () => {
    if (current < 0) return next();
    const left = new Set(taken);
    if (!left.delete(current)) left.add(current);
    setUndone([...left].sort((a, b) => a - b).join(","));
  };
  useKeys({ n: next, u: undo }, n_changes > 0);
  const { about } = document;
  const title = typeof about.title === "string" ? about.title : firstLine(document);
  const facts = [about.published, about.author, about.licence, about.origin].filter(
    (value): value is string => typeof value === "string" && value !== "",
  );
  return (
    <div className="read">
      <p className="mono dim small said">{document.id}</p>
      <h1 className="serif">{title || words.document.noTitle}</h1>
      <p className="dim small said">
        {facts.length
          ? facts.join(" · ")
          : words.document.source(
              document.source.path,
              count(document.source.start),
              count(document.source.end),
            )}
      </p>
      <Verdict named={props.named} document={document} />
      {taken.size ? (
        <p className="note info" role="status">
          <span className="grow">{words.document.takenBack(taken.size)}</span>
          <button type="button" className="btn tiny" onClick={() => setUndone("")}>
            {words.document.redo}
          </button>
        </p>
      ) : null}
      <Twin named={props.named} document={document} />
      <Edited text={document.text} view={view} current={current} undone={taken} />
      <Turns turns={document.turns} />
      {document.is_cut ? <p className="note">{words.document.isCut}</p> : null}
      {document.head ? (
        <section>
          <h2>{words.document.bytes}</h2>
          <pre className="code hex">
            {document.head.replace(/(..)/g, "$1 ").replace(/((?:.. ){16})/g, "$1\n")}
          </pre>
        </section>
      ) : null}
      {document.text.length || document.turns.length ? null : <About about={about} />}
      <p className="row wrap gap reader-acts">
        {n_changes ? (
          <>
            <button type="button" className="btn tiny" onClick={next}>
              {words.document.nextEdit} <kbd>N</kbd>
            </button>
            <button type="button" className="btn tiny" disabled={current < 0} onClick={undo}>
              {taken.has(current) ? words.document.redoEdit : words.document.undoEdit} <kbd>U</kbd>
            </button>
          </>
        ) : null}
        <button
          type="button"
          className="btn tiny"
          aria-pressed={marks.marked.has(document.id)}
          onClick={() => marks.turn(document.id)}
        >
          <Icon name="flag" />
          {marks.marked.has(document.id) ? words.document.unmark : words.document.mark} <kbd>M</kbd>
        </button>
      </p>
    </div>
  );
}

/** What an untitled text begins with. */
function firstLine({ text, turns }: Document): string {
  const first = turns[0]?.content ?? "";
  const mended = text.filter(({ kind }) => kind !== "cut").map((one) => one.text);
  const points = Array.from((mended.join("").trim() || first.trim()).split("\n")[0] ?? "");
  return points.length > 32 ? `${points.slice(0, 32).join("")}…` : points.join("");
}

/** What became of it: the rule that dropped it and by how much, its twin, or that it was kept. */
function Verdict({ named, document }: { named: Named; document: Document }) {
  const words = useWords();
  const lines = useLines(named);
  const outcome = document.outcome;
  const link = document.links.find(({ step }) => step === document.step);
  const rule = document.step === null ? "" : split(document.steps[document.step] ?? "")[1];
  const part = document.decided_by === rule ? null : document.decided_by;
  const twin = link !== undefined && outcome === "dropped";
  // By how much: what the rule that decided saw.
  const failed = document.claims.find(({ step, holds }) => step === document.step && !holds);
  const seen = Object.entries(failed?.values ?? {})
    .map(([name, value]) => `${name} = ${typeof value === "number" ? real(value) : String(value)}`)
    .join(words.list);
  // The line that it fell short of, if one score alone decided.
  const line = lines.data?.lines.find(
    (one) => one.step === document.step && failed?.text.includes(one.text),
  );
  const score = line ? failed?.values[line.score] : undefined;
  return (
    <div className={`why ${outcome}`}>
      <div className="row wrap">
        <span className={`strong row ${TONE[outcome]}`}>
          <Icon name={outcome === "kept" ? "yes" : outcome === "dropped" ? "no" : "warn"} />
          {words.document[outcome]}
        </span>
        {rule ? <code>{rule}</code> : null}
      </div>
      {part || seen ? (
        <p className="small">
          {part ? <code>{part}</code> : null} {seen ? <span className="mono">{seen}</span> : null}
        </p>
      ) : document.reason_text && document.step === null ? (
        <p className="small said">{document.reason_text}</p>
      ) : null}
      {line && typeof score === "number" ? (
        <p className="small">
          <Link to={lineMoved(line, score)}>
            {words.document.ifLine(`${line.score} ${line.operator} ${real(score)}`)}
          </Link>
        </p>
      ) : null}
      {twin ? <p className="small said">{document.reason_text}</p> : null}
      {link && link.kept_id !== document.id ? (
        <p className="small">
          <Link to={withQuery({ id: link.kept_id, edit: "" })}>{words.document.twinKept}</Link>
        </p>
      ) : null}
    </div>
  );
}

/** A duplicate beside the copy that was kept, with what only one of them has. */
function Twin({ named, document }: { named: Named; document: Document }) {
  const words = useWords();
  const [isOpen, setOpen] = useQueryValue("twin");
  const link = document.links.find(({ step }) => step === document.step);
  const isTwin = link !== undefined && link.kept_id !== document.id;
  const kept = useQuery({
    ...documentOf(named, link?.kept_id ?? ""),
    enabled: isTwin && isOpen !== "",
  });
  const mine = mended(document);
  const other = kept.data ? mended(kept.data) : "";
  const runs = useMemo(() => difference(mine, other), [mine, other]);
  if (!isTwin) return null;
  return (
    <>
      <p className="twin-key">
        <button
          type="button"
          className="btn tiny"
          aria-expanded={isOpen !== ""}
          onClick={() => setOpen(isOpen ? "" : "1")}
        >
          {words.document.beside}
        </button>
      </p>
      {isOpen && kept.data ? (
        <div className="twins">
          {[document.id, link.kept_id].map((id, i) => (
            <div key={id}>
              <small className="mono said">
                {i === 0 ? words.document.dropped : words.document.kept} · {id}
              </small>
              {(runs[i] ?? []).map((run, j) =>
                run.isOwn ? <em key={j}>{run.text}</em> : <span key={j}>{run.text}</span>,
              )}
            </div>
          ))}
        </div>
      ) : isOpen ? (
        <Loaded of={kept} rows={3}>
          {() => null}
        </Loaded>
      ) : null}
    </>
  );
}

/** A document's text as it was judged. */
function mended({ text, turns }: Document): string {
  const said = text.filter(({ kind }) => kind !== "cut").map((one) => one.text);
  return said.join("") || turns.map(({ content }) => content).join("\n");
}

/** A dialogue turn by turn, or a preference part by part. */
function Turns({ turns }: { turns: Document["turns"] }) {
  const words = useWords();
  if (!turns.length) return null;
  return (
    <div className="talk">
      {turns.map((turn, i) => (
        <div key={i}>
          <small>{words.document.roles[turn.role] ?? turn.role}</small>
          {turn.content}
        </div>
      ))}
    </div>
  );
}

function About({ about }: { about: Document["about"] }) {
  const words = useWords();
  const said = Object.entries(about).filter(([, value]) => value !== null && value !== "");
  if (!said.length) return null;
  return (
    <section>
      <h2>{words.document.about}</h2>
      <dl className="kv">
        {said.map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt className="mono">{name}</dt>
            <dd className="said">{String(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const NUMBER = "(-?[\\d_]+(?:\\.\\d+)?)";
const COMPARES = "\\s*(?:>=|<=|>|<|==)\\s*";
const RULE = new RegExp(`^\\s*(?:[\\w.]+${COMPARES}${NUMBER}|${NUMBER}${COMPARES}[\\w.]+)\\s*$`);

/** The number that a claim compares its score with; null where it says more than that. */
function lineOf(claim: string): number | null {
  const found = RULE.exec(claim);
  return found ? Number((found[1] ?? found[2] ?? "").replaceAll("_", "")) : null;
}

function Side({ named, document }: { named: Named; document: Document }) {
  const words = useWords();
  const titles = new Map(useLines(named).data?.scores.map(({ name, title }) => [name, title]));
  const judged = new Set(document.claims.flatMap(({ values }) => Object.keys(values)));
  const others = Object.entries(document.scores).filter(
    ([name, value]) => value !== null && !judged.has(name),
  );
  // What decided comes first; of equals the recipe's order stays.
  const claims = [...document.claims].sort(
    (a, b) => Number(a.holds !== false) - Number(b.holds !== false),
  );
  return (
    <div className="side">
      {claims.length ? (
        <section>
          <h2>{words.document.scores}</h2>
          <ul className="sc">
            {claims.map((claim, i) => (
              <li key={i}>
                <ClaimBar claim={claim} titles={titles} />
              </li>
            ))}
          </ul>
          <p className="small dim">{words.document.line}</p>
        </section>
      ) : null}
      <section>
        <h2>
          {document.edits.length
            ? words.document.edits(countChanges(document.text))
            : words.document.noEdits}
        </h2>
        {document.edits.length ? (
          <table>
            <thead>
              <tr>
                <th>{words.document.editStep}</th>
                <th className="num">{words.document.editCount}</th>
              </tr>
            </thead>
            <tbody>
              {document.edits.map((edit) => (
                <tr key={`${edit.step}-${edit.rule}`}>
                  <td>
                    {split(document.steps[edit.step] ?? "")[1]}
                    <br />
                    <code className="dim">{edit.rule}</code>
                  </td>
                  <td className="num">{count(edit.count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
      </section>
      {others.length ? (
        <section>
          <h2>{words.document.otherScores}</h2>
          <table>
            <tbody>
              {others.map(([name, value]) => (
                <tr key={name}>
                  <td>
                    {titles.get(name) ?? null} <code className="dim">{name}</code>
                  </td>
                  <td className="num">
                    {typeof value === "number" ? real(value) : value === null ? "—" : String(value)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </div>
  );
}

function ClaimBar({ claim, titles }: { claim: Claim; titles: Map<string, string> }) {
  const words = useWords();
  const [name, value] = Object.entries(claim.values)[0] ?? ["", null];
  const line = lineOf(claim.text);
  const tone = claim.holds === null ? "" : claim.holds ? "ok" : "bad";
  const shown =
    typeof value === "number"
      ? real(value)
      : value === null
        ? words.document.absent
        : String(value);
  const bar =
    typeof value === "number" && line !== null
      ? onBar(value, line, /_ratio$|^confidence$/.test(name) || (value <= 1 && line < 1))
      : null;
  return (
    <>
      <div className="row">
        <b className="grow cut" title={name}>
          {titles.get(name) ?? (name || claim.text)}
        </b>
        <span className={`${tone} row`}>
          {claim.holds === null ? null : <Icon name={claim.holds ? "yes" : "no"} />}
          <b>{shown}</b>
        </span>
      </div>
      {bar ? (
        <Bar value={bar[0]} line={bar[1]} tone={tone} label={`${name} ${shown}, ${claim.text}`} />
      ) : null}
      <code className="dim">{claim.text}</code>
    </>
  );
}
