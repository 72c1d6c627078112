/** Which documents are listed, how a score lies over all of them, and what another line would keep. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useState } from "react";
import { go, useQueryValue, withQuery } from "../address";
import { api, ask } from "../api";
import { useKeys } from "../key";
import { useWords } from "../language";
import { count, real } from "../number";
import { Loaded, Problem } from "../parts/face";
import { Histogram } from "../parts/histogram";
import { Icon } from "../parts/icon";
import type { components } from "../types";
import { type Named, split, useVersion } from "./version";

export type Outcome = "kept" | "dropped" | "quarantined";
type Line = components["schemas"]["LineView"];

const OUTCOMES: Outcome[] = ["kept", "dropped", "quarantined"];
const SETTLE_MS = 250;
/** What every narrower choice takes out of the address. */
const AGAIN = { reason: "", id: "", edit: "", undone: "", marked: "" };

/** The filter's parts of the address that one press takes out again. */
export const FILTERS = [
  "outcome",
  "step",
  "reason",
  "repaired",
  "score",
  "low",
  "high",
  "words",
  "marked",
] as const;

export const NO_FILTER = Object.fromEntries(FILTERS.map((name) => [name, ""]));

/** A value that follows after it has been still for a moment. */
function useSettled<T>(value: T): T {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

export function useLines(named: Named) {
  return useQuery({
    queryKey: ["lines", named.organisation, named.name, named.version],
    queryFn: () =>
      ask(
        api.GET("/api/datasets/{organisation}/{name}/versions/{version}/lines", {
          params: { path: { ...named } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function Filters(props: {
  named: Named;
  isOpen: boolean;
  close: () => void;
  find: RefObject<HTMLInputElement | null>;
  n_marked: number;
}) {
  const words = useWords();
  const version = useVersion(props.named);
  const [outcome] = useQueryValue("outcome");
  const [step] = useQueryValue("step");
  const [repaired] = useQueryValue("repaired");
  const [marked] = useQueryValue("marked");
  const [sought] = useQueryValue("words");
  useKeys({ Escape: props.close }, props.isOpen);
  const choose = (values: Record<string, string>) => go(withQuery({ ...AGAIN, ...values }), true);
  return (
    <aside
      className={`pane flat filtp ${props.isOpen ? "open" : ""}`}
      aria-label={words.document.filters}
    >
      <Loaded of={version}>
        {(view) => {
          const dropping = view.funnel.filter(({ removed }) => removed > 0);
          const most = Math.max(1, ...dropping.map(({ removed }) => removed));
          const repairs = view.funnel.filter(({ verb }) => verb === "repair");
          return (
            <div className="filt">
              <Find find={props.find} choose={choose} />
              <div>
                <h3>{words.document.outcome}</h3>
                <Tick
                  name="outcome"
                  isChosen={!outcome && !marked}
                  isOff={sought !== ""}
                  choose={() => choose({ outcome: "", step: "" })}
                  title={words.document.all}
                  n={view.records}
                />
                {OUTCOMES.map((one) => (
                  <Tick
                    key={one}
                    name="outcome"
                    isChosen={outcome === one && !marked}
                    isOff={sought !== "" && one === "quarantined"}
                    choose={() => choose({ outcome: one, step: "" })}
                    title={words.document[one]}
                    n={view[one]}
                  />
                ))}
                <Tick
                  name="outcome"
                  isChosen={marked !== ""}
                  choose={() => choose({ ...NO_FILTER, marked: "1" })}
                  title={words.document.markedByMe}
                  n={props.n_marked}
                />
              </div>
              {dropping.length ? (
                <div>
                  <h3>{words.document.step}</h3>
                  {dropping.map((one) => (
                    <div key={one.step}>
                      <Tick
                        name="step"
                        isChosen={step === String(one.step)}
                        choose={() => choose({ outcome: "dropped", step: String(one.step) })}
                        title={<code>{split(one.text)[1]}</code>}
                        n={one.removed}
                      />
                      <div className="meter thin">
                        <i style={{ width: `${(one.removed / most) * 100}%` }} />
                      </div>
                    </div>
                  ))}
                </div>
              ) : null}
              <Score named={props.named} choose={choose} />
              {repairs.length ? (
                <div>
                  <h3>{words.document.repaired}</h3>
                  {repairs.map((one) => (
                    <Tick
                      key={one.step}
                      name="repaired"
                      isChosen={repaired === String(one.step)}
                      choose={() =>
                        choose({ repaired: repaired === String(one.step) ? "" : String(one.step) })
                      }
                      title={<code>{split(one.text)[1]}</code>}
                    />
                  ))}
                </div>
              ) : null}
              <button type="button" className="btn main phone-only" onClick={props.close}>
                {words.document.showThem}
              </button>
            </div>
          );
        }}
      </Loaded>
    </aside>
  );
}

function Tick(props: {
  name: string;
  isChosen: boolean;
  isOff?: boolean;
  choose: () => void;
  title: React.ReactNode;
  n?: number;
}) {
  return (
    <label className="tick">
      <input
        type={props.name === "repaired" ? "checkbox" : "radio"}
        name={props.name}
        checked={props.isChosen}
        disabled={props.isOff}
        onChange={props.choose}
      />
      <span className="grow">{props.title}</span>
      {props.n === undefined ? null : <span className="dim num">{count(props.n)}</span>}
    </label>
  );
}

function Find(props: {
  find: RefObject<HTMLInputElement | null>;
  choose: (values: Record<string, string>) => void;
}) {
  const words = useWords();
  const [sought] = useQueryValue("words");
  const [among] = useQueryValue("outcome");
  const [typed, type] = useState(sought);
  useEffect(() => type(sought), [sought]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // Texts are looked for among those kept or those dropped, not in both at once.
        const outcome = among === "dropped" ? "dropped" : "kept";
        props.choose(typed.trim() ? { words: typed.trim(), outcome } : { words: "" });
      }}
    >
      <search className="find here">
        <Icon name="search" />
        <input
          ref={props.find}
          type="search"
          maxLength={200}
          placeholder={words.document.find}
          aria-label={words.document.find}
          value={typed}
          onChange={(event) => {
            type(event.target.value);
            if (event.target.value === "" && sought) props.choose({ words: "" });
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
        <kbd>/</kbd>
      </search>
    </form>
  );
}

/** A score: its spread, the part of it that is listed, and its lines. */
function Score(props: { named: Named; choose: (values: Record<string, string>) => void }) {
  const words = useWords();
  const lines = useLines(props.named);
  const [chosen] = useQueryValue("score");
  const [low] = useQueryValue("low");
  const [high] = useQueryValue("high");
  const known = lines.data?.scores ?? [];
  const judged = [...new Set(lines.data?.lines.map(({ score }) => score))];
  const score = chosen || judged[0] || known[0]?.name || "";
  const spread = useQuery({
    queryKey: ["spread", props.named.organisation, props.named.name, props.named.version, score],
    queryFn: () =>
      ask(
        api.GET("/api/datasets/{organisation}/{name}/versions/{version}/spread", {
          params: { path: { ...props.named }, query: { score } },
        }),
      ),
    enabled: score !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [at] = useQueryValue("line");
  const [value] = useQueryValue("value");
  if (!known.length) return null;
  const of = lines.data?.lines.filter((line) => line.score === score) ?? [];
  const line = of.find((one) => nameOf(one) === at) ?? of[0];
  const isMoved = line !== undefined && value !== "" && Number(value) !== line.value;
  const title = known.find(({ name }) => name === score)?.title ?? score;
  return (
    <div className="score-filter">
      <h3>{words.document.spread}</h3>
      <select
        className="in"
        aria-label={words.document.spread}
        value={score}
        onChange={(event) =>
          props.choose({ score: event.target.value, low: "", high: "", line: "", value: "" })
        }
      >
        {[...known]
          .sort((a, b) => Number(judged.includes(b.name)) - Number(judged.includes(a.name)))
          .map((one) => (
            <option key={one.name} value={one.name}>
              {one.title} · {one.name}
            </option>
          ))}
      </select>
      <Loaded of={spread} rows={3}>
        {(found) =>
          found.bins.length ? (
            <>
              <Histogram
                bins={found.bins}
                lines={of.map((one) => one.value)}
                moved={isMoved ? { from: line.value, to: Number(value) } : null}
                label={title}
              />
              {found.looked_at < found.records ? (
                <p className="small dim">
                  {words.document.sampled(count(found.looked_at), count(found.records))}
                </p>
              ) : null}
              <Bounds
                key={`${score} ${low} ${high}`}
                low={low}
                high={high}
                set={(from, to) => props.choose({ score, low: from, high: to })}
              />
              {line ? (
                <WhatIf
                  named={props.named}
                  lines={of}
                  line={line}
                  from={found.bins[0]?.low ?? 0}
                  to={found.bins.at(-1)?.high ?? 1}
                />
              ) : null}
            </>
          ) : (
            <p className="small dim">{words.document.absent}</p>
          )
        }
      </Loaded>
    </div>
  );
}

function nameOf(line: Line): string {
  return `${line.step}.${line.number}`;
}

/** The address of a line moved to a value: `line=10.0&value=187`. */
export function lineMoved(line: Line, value: number): string {
  return withQuery({ score: line.score, line: nameOf(line), value: String(value) });
}

const isNumber = (text: string) => text === "" || Number.isFinite(Number(text));

/** One end of a range: a number, or nothing. */
function Bound(props: { label: string; value: string; set: (value: string) => void }) {
  return (
    <input
      className="in"
      inputMode="decimal"
      aria-label={props.label}
      placeholder={props.label}
      aria-invalid={isNumber(props.value) ? undefined : true}
      value={props.value}
      onChange={(event) => props.set(event.target.value)}
    />
  );
}

function Bounds(props: { low: string; high: string; set: (low: string, high: string) => void }) {
  const words = useWords();
  const [low, setLow] = useState(props.low);
  const [high, setHigh] = useState(props.high);
  const isRight = isNumber(low) && isNumber(high);
  return (
    <form
      className="row bounds"
      onSubmit={(event) => {
        event.preventDefault();
        if (isRight) props.set(low.trim(), high.trim());
      }}
    >
      <Bound label={words.document.least} value={low} set={setLow} />
      <span className="dim">–</span>
      <Bound label={words.document.most} value={high} set={setHigh} />
      <button type="submit" className="btn tiny" disabled={!isRight}>
        {words.document.narrow}
      </button>
    </form>
  );
}

/** A line that is moved for a look: nothing changes but the counts, which the server makes. */
function WhatIf(props: { named: Named; lines: Line[]; line: Line; from: number; to: number }) {
  const words = useWords();
  const { line } = props;
  const [given] = useQueryValue("value");
  const value = given === "" || !Number.isFinite(Number(given)) ? line.value : Number(given);
  const settled = useSettled(value);
  const move = (to: string) =>
    go(
      withQuery({
        score: line.score,
        line: nameOf(line),
        value: to === "" || Number(to) === line.value ? "" : to,
      }),
      true,
    );
  const isWhole = Number.isInteger(line.value) && props.to > 2;
  const span = Math.max(props.to, line.value) - Math.min(props.from, line.value);
  const found = useQuery({
    queryKey: [
      "what-if",
      props.named.organisation,
      props.named.name,
      props.named.version,
      nameOf(line),
      settled,
    ],
    queryFn: () =>
      ask(
        api.GET("/api/datasets/{organisation}/{name}/versions/{version}/what-if", {
          params: {
            path: { ...props.named },
            query: { step: line.step, number: line.number, value: settled },
          },
        }),
      ),
    enabled: settled !== line.value,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <section className="what-if" aria-label={words.document.whatIf}>
      <h3>
        {words.document.whatIf} <kbd className="wide-only">W</kbd>
      </h3>
      {props.lines.length > 1 ? (
        <select
          className="in mono"
          aria-label={words.document.whichLine}
          value={nameOf(line)}
          onChange={(event) => go(withQuery({ line: event.target.value, value: "" }), true)}
        >
          {props.lines.map((one) => (
            <option key={nameOf(one)} value={nameOf(one)}>
              {one.text}
            </option>
          ))}
        </select>
      ) : (
        <code className="dim">{line.text}</code>
      )}
      <div className="row">
        <input
          type="range"
          aria-label={words.document.moveLine(line.text)}
          min={Math.min(props.from, line.value, value)}
          max={Math.max(props.to, line.value, value)}
          step={isWhole ? 1 : span / 200 || 0.01}
          value={value}
          onChange={(event) =>
            move(isWhole ? event.target.value : Number(event.target.value).toFixed(3))
          }
        />
        <input
          type="number"
          className="in"
          aria-label={words.document.moveLine(line.text)}
          step="any"
          value={value}
          onChange={(event) => move(event.target.value)}
        />
      </div>
      {value === line.value ? (
        <p className="small dim">{words.document.whatIfNote}</p>
      ) : found.isError ? (
        <Problem error={found.error} />
      ) : found.data ? (
        <div role="status" className={found.isPlaceholderData ? "small dim" : "small"}>
          <p>
            {words.document.wouldKeep(
              `${line.score} ${line.operator} ${real(settled)}`,
              about(
                found.data.is_exact,
                found.data.kept + found.data.gained - found.data.lost,
                words.about,
              ),
              count(found.data.kept),
            )}
          </p>
          <p className="dim">
            {words.document.gained(
              about(found.data.is_exact, found.data.gained, words.about),
              about(found.data.is_exact, found.data.lost, words.about),
            )}
          </p>
          {found.data.is_exact ? null : <p className="dim">{words.document.estimate}</p>}
          <button type="button" className="btn tiny" onClick={() => move("")}>
            {words.document.lineBack}
          </button>
        </div>
      ) : (
        <p className="small dim" role="status">
          {words.document.counting}
        </p>
      )}
    </section>
  );
}

/** A count that names its certainty. */
function about(isExact: boolean, n: number, said: (n: string) => string): string {
  return isExact || n === 0 ? count(n) : said(count(n));
}
