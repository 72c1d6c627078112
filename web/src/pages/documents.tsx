/** Documents: was this one rightly repaired, and rightly dropped. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { go, Link, path, useAddress, useQueryValue, withQuery } from "../address";
import { api, ask } from "../api";
import { useKeys } from "../key";
import { useWords } from "../language";
import { count, real } from "../number";
import { Blank, Ghosts, Loaded, Refused } from "../parts/face";
import { Segments } from "../parts/field";
import { Icon } from "../parts/icon";
import { Bar, onBar } from "../parts/measure";
import { countChanges, Edited, type View } from "../parts/text";
import { Shell } from "../shell";
import type { components } from "../types";
import { type Named, split, useVersion } from "./version";

type Document = components["schemas"]["DocumentView"];
type Line = components["schemas"]["DocumentLine"];
type Outcome = "kept" | "dropped" | "quarantined";

const OUTCOMES: Outcome[] = ["kept", "dropped", "quarantined"];
const TONE = { kept: "gold", dropped: "bad", quarantined: "warn" } as const;

function useDocuments(named: Named) {
  const { query } = useAddress();
  const [outcome, step, reason] = [query.get("outcome"), query.get("step"), query.get("reason")];
  return useInfiniteQuery({
    queryKey: ["documents", named.organisation, named.name, named.version, outcome, step, reason],
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/api/datasets/{organisation}/{name}/versions/{version}/documents", {
          params: {
            path: { ...named },
            query: {
              place: pageParam,
              ...(outcome ? { outcome: outcome as Outcome } : {}),
              ...(step ? { step: Number(step) } : {}),
              ...(reason ? { reason } : {}),
            },
          },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => page.following,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function DocumentsPage(named: Named) {
  const words = useWords();
  const pages = useDocuments(named);
  const [id, setId] = useQueryValue("id");
  const [view, setView] = useQueryValue("view", "marked");
  const [isFilters, filters] = useState(false);
  const lines = pages.data?.pages.flatMap(({ documents }) => documents) ?? [];
  const at = lines.findIndex((line) => line.id === id);
  const step = (by: number) => {
    const to = lines[at === -1 ? 0 : at + by];
    if (to) go(withQuery({ id: to.id, edit: "" }), true);
    else if (by > 0 && pages.hasNextPage) void pages.fetchNextPage();
  };
  const first = lines[0]?.id;
  useEffect(() => {
    if (!id && first && window.innerWidth > 720) go(withQuery({ id: first }), true);
  }, [id, first]);
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    "1": () => setView(""),
    "2": () => setView("mended"),
    "3": () => setView("raw"),
  });
  const here = path("datasets", named.organisation, named.name, named.version);
  return (
    <Shell pane>
      <section className="sub" aria-label={words.document.title}>
        {id ? (
          <button type="button" className="btn quiet phone-only" onClick={() => setId("")}>
            <Icon name="left" />
            {words.document.list}
          </button>
        ) : (
          <button
            type="button"
            className="btn quiet phone-only"
            onClick={() => filters(!isFilters)}
          >
            {words.document.filters}
          </button>
        )}
        <div className="row wide-only">
          <Link to={here}>
            {named.name} {named.version}
          </Link>
          <span className="dim">/</span>
          <b>{words.document.title}</b>
          <button
            type="button"
            className="btn tiny filter-key"
            aria-expanded={isFilters}
            onClick={() => filters(!isFilters)}
          >
            {words.document.filters}
          </button>
        </div>
        <div className={id ? "right" : "right wide-only"}>
          <Segments<View>
            label={words.document.view}
            value={view as View}
            options={[
              ["marked", words.document.marked, "1"],
              ["mended", words.document.mended, "2"],
              ["raw", words.document.raw, "3"],
            ]}
            onChange={(to) => setView(to === "marked" ? "" : to)}
          />
        </div>
        <div className="row wide-only">
          <button type="button" className="btn" disabled={at <= 0} onClick={() => step(-1)}>
            {words.document.previous} <kbd>K</kbd>
          </button>
          <button type="button" className="btn" onClick={() => step(1)}>
            {words.document.next} <kbd>J</kbd>
          </button>
        </div>
      </section>
      <main className="panes docs" id="main" data-view={id ? "read" : "list"}>
        <Filters named={named} isOpen={isFilters} close={() => filters(false)} />
        <section className="pane lift listp" aria-label={words.document.list}>
          <header>
            <b>{words.document.listed(count(lines.length), Boolean(pages.hasNextPage))}</b>
            <span className="dim small right">{words.document.order}</span>
          </header>
          {pages.isError ? (
            <Refused error={pages.error} retry={() => void pages.refetch()} />
          ) : null}
          {pages.isPending ? <Ghosts /> : null}
          {pages.isSuccess && lines.length === 0 ? (
            <Blank
              icon="search"
              title={words.document.empty}
              action={
                <Link className="btn" to={`${here}/documents`}>
                  {words.document.loosen}
                </Link>
              }
            >
              {words.document.emptyHint}
            </Blank>
          ) : null}
          <ul className="list">
            {lines.map((line) => (
              <li key={line.id}>
                <Item line={line} isCurrent={line.id === id} />
              </li>
            ))}
          </ul>
          {pages.hasNextPage ? (
            <div className="pages">
              <button type="button" className="btn tiny" onClick={() => void pages.fetchNextPage()}>
                {words.action.more}
              </button>
            </div>
          ) : null}
        </section>
        {id ? (
          <Reader named={named} id={id} view={view as View} />
        ) : (
          <article className="pane lift readp">
            <Blank title={words.document.choose} />
          </article>
        )}
      </main>
    </Shell>
  );
}

function Item({ line, isCurrent }: { line: Line; isCurrent: boolean }) {
  const words = useWords();
  const item = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isCurrent) item.current?.scrollIntoView({ block: "nearest" });
  }, [isCurrent]);
  const head = line.head.replace(/\s+/g, " ");
  return (
    <button
      ref={item}
      type="button"
      className="item"
      aria-current={isCurrent ? "true" : undefined}
      onClick={() => go(withQuery({ id: line.id, edit: "" }), Boolean(window.innerWidth > 720))}
    >
      <div className="row">
        <b className="cut grow">{line.title || head.slice(0, 24) || words.document.noTitle}</b>
        <span className={`mono small ${TONE[line.outcome]}`}>
          {line.length_chars === null
            ? words.document[line.outcome]
            : words.document.chars(line.length_chars)}
        </span>
      </div>
      <p className="cut">{line.reason_text ?? head}</p>
      <p className="mono cut id">{line.id}</p>
    </button>
  );
}

function Filters({ named, isOpen, close }: { named: Named; isOpen: boolean; close: () => void }) {
  const words = useWords();
  const version = useVersion(named);
  const [outcome] = useQueryValue("outcome");
  const [step] = useQueryValue("step");
  useKeys({ Escape: close }, isOpen);
  const choose = (values: Record<string, string>) =>
    go(withQuery({ ...values, reason: "", id: "", edit: "" }), true);
  return (
    <aside
      className={`pane flat filtp ${isOpen ? "open" : ""}`}
      aria-label={words.document.filters}
    >
      <Loaded of={version}>
        {(view) => {
          const dropping = view.funnel.filter(({ removed }) => removed > 0);
          const most = Math.max(1, ...dropping.map(({ removed }) => removed));
          return (
            <div className="filt">
              <div>
                <h3>{words.document.outcome}</h3>
                <label className="tick">
                  <input
                    type="radio"
                    name="outcome"
                    checked={!outcome}
                    onChange={() => choose({ outcome: "", step: "" })}
                  />
                  <span className="grow">{words.document.all}</span>
                  <span className="dim">{count(view.records)}</span>
                </label>
                {OUTCOMES.map((one) => (
                  <label key={one} className="tick">
                    <input
                      type="radio"
                      name="outcome"
                      checked={outcome === one}
                      onChange={() => choose({ outcome: one, step: "" })}
                    />
                    <span className="grow">{words.document[one]}</span>
                    <span className="dim">{count(view[one])}</span>
                  </label>
                ))}
              </div>
              {dropping.length ? (
                <div>
                  <h3>{words.document.step}</h3>
                  {dropping.map((one) => (
                    <div key={one.step}>
                      <label className="tick">
                        <input
                          type="radio"
                          name="step"
                          checked={step === String(one.step)}
                          onChange={() => choose({ outcome: "dropped", step: String(one.step) })}
                        />
                        <code className="grow">{split(one.text)[1]}</code>
                        <span className="dim">{count(one.removed)}</span>
                      </label>
                      <div className="meter thin">
                        <i style={{ width: `${(one.removed / most) * 100}%` }} />
                      </div>
                    </div>
                  ))}
                </div>
              ) : null}
            </div>
          );
        }}
      </Loaded>
    </aside>
  );
}

function Reader({ named, id, view }: { named: Named; id: string; view: View }) {
  const words = useWords();
  const document = useQuery({
    queryKey: ["document", named.organisation, named.name, named.version, id],
    queryFn: () =>
      ask(
        api.GET("/api/datasets/{organisation}/{name}/versions/{version}/documents/{identifier}", {
          params: { path: { ...named, identifier: id } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const pane = useRef<HTMLElement>(null);
  useEffect(() => {
    if (id) pane.current?.scrollTo(0, 0);
  }, [id]);
  return (
    <>
      <article className="pane lift readp" ref={pane} aria-label={words.document.title}>
        <Loaded of={document}>{(found) => <Read document={found} view={view} />}</Loaded>
      </article>
      <aside className="pane flat sidep" aria-label={words.document.scores}>
        {document.data ? <Side document={document.data} /> : null}
      </aside>
    </>
  );
}

function Read({ document, view }: { document: Document; view: View }) {
  const words = useWords();
  const [edit, setEdit] = useQueryValue("edit");
  const n_changes = countChanges(document.text);
  const current = edit === "" ? -1 : Number(edit);
  const next = () => {
    const to = (current + 1) % Math.max(1, n_changes);
    setEdit(String(to));
    const mark = window.document.querySelector(`[data-edit="${to}"]`);
    if (mark instanceof HTMLDetailsElement) mark.open = true;
    mark?.scrollIntoView({ block: "center" });
  };
  useKeys({ n: next }, n_changes > 0);
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
      <Verdict document={document} />
      <Edited text={document.text} view={view} current={current} />
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
      <p className="keys gap wide-only">
        <span>
          <kbd>J</kbd>
          <kbd>K</kbd>
          {words.document.keysStep}
        </span>
        {n_changes ? (
          <span>
            <kbd>N</kbd>
            {words.document.nextEdit}
          </span>
        ) : null}
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
function Verdict({ document }: { document: Document }) {
  const words = useWords();
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
      {twin ? <p className="small said">{document.reason_text}</p> : null}
      {link && link.kept_id !== document.id ? (
        <p className="small">
          <Link to={withQuery({ id: link.kept_id, edit: "" })}>{words.document.twinKept}</Link>
        </p>
      ) : null}
    </div>
  );
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

const RULE = /^\s*([\w.]+)\s*(?:>=|<=|>|<|==)\s*(-?\d+(?:\.\d+)?)\s*$/;

function Side({ document }: { document: Document }) {
  const words = useWords();
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
                <ClaimBar claim={claim} />
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
                    <code>{name}</code>
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

function ClaimBar({ claim }: { claim: components["schemas"]["ClaimView"] }) {
  const words = useWords();
  const [name, value] = Object.entries(claim.values)[0] ?? ["", null];
  const line = RULE.exec(claim.text);
  const tone = claim.holds === null ? "" : claim.holds ? "ok" : "bad";
  const shown =
    typeof value === "number"
      ? real(value)
      : value === null
        ? words.document.absent
        : String(value);
  const bar =
    typeof value === "number" && line
      ? onBar(
          value,
          Number(line[2]),
          /_ratio$|^confidence$/.test(name) || (value <= 1 && Number(line[2]) < 1),
        )
      : null;
  return (
    <>
      <div className="row">
        <b className="grow cut">{name || claim.text}</b>
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
