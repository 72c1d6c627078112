/** Documents: was this one rightly repaired, and rightly dropped. */

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { go, Link, path, useAddress, useQueryValue, withQuery } from "../address";
import { api, ask } from "../api";
import { useKeys } from "../key";
import { useWords } from "../language";
import { count } from "../number";
import { Blank, Ghosts, Refused } from "../parts/face";
import { Segments } from "../parts/field";
import { Icon } from "../parts/icon";
import { say } from "../parts/layer";
import type { View } from "../parts/text";
import { Shell } from "../shell";
import type { components } from "../types";
import { download } from "./certificate";
import { Reader, TONE } from "./document";
import { FILTERS, Filters, NO_FILTER, type Outcome } from "./document-filter";
import type { Named } from "./version";

type Line = components["schemas"]["DocumentLine"];

/** Characters of an untitled text that stand for its title. */
const TITLE_CHARS = 24;

/** What the address says of the list, as the server is asked. */
function asked(query: URLSearchParams) {
  const text = (name: string) => query.get(name) || undefined;
  const number = (name: string) => {
    const given = query.get(name);
    return given && Number.isFinite(Number(given)) ? Number(given) : undefined;
  };
  const [low, high] = [number("low"), number("high")];
  return {
    outcome: text("outcome") as Outcome | undefined,
    step: number("step"),
    reason: text("reason"),
    repaired: number("repaired"),
    words: text("words"),
    marked: query.has("marked") || undefined,
    // A score alone only says whose spread is looked at.
    ...(low === undefined && high === undefined ? {} : { score: text("score"), low, high }),
  };
}

function useDocuments(named: Named) {
  const { query } = useAddress();
  const filters = asked(query);
  return useInfiniteQuery({
    queryKey: ["documents", named.organisation, named.name, named.version, filters],
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/api/datasets/{organisation}/{name}/versions/{version}/documents", {
          params: { path: { ...named }, query: { place: pageParam, ...filters } },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => page.following,
    staleTime: filters.marked ? 0 : Number.POSITIVE_INFINITY,
  });
}

export interface Marks {
  marked: Set<string>;
  turn: (id: string) => void;
}

/** One's own list of the version, and how a document is put on it and taken off. */
function useMarks(named: Named): Marks & { save: () => void } {
  const words = useWords();
  const queries = useQueryClient();
  const queryKey = ["marks", named.organisation, named.name, named.version];
  const route = "/api/datasets/{organisation}/{name}/versions/{version}/marks";
  const list = useQuery({
    queryKey,
    queryFn: () => ask(api.GET(route, { params: { path: { ...named } } })),
  });
  const marked = new Set(list.data?.marks.map(({ document }) => document));
  const change = useMutation({
    mutationFn: (id: string) =>
      ask(
        api.PUT(route, {
          params: { path: { ...named } },
          body: { document: id, is_marked: !marked.has(id) },
        }),
      ),
    onSuccess: (_, id) => {
      say(marked.has(id) ? words.document.unmarked : words.document.isMarked(marked.size + 1));
      void queries.invalidateQueries({ queryKey: ["documents"], refetchType: "none" });
      return queries.invalidateQueries({ queryKey });
    },
    onError: (error) => say(error.message || words.face.failed),
  });
  const save = () => {
    const lines = list.data?.marks.map((one) =>
      JSON.stringify({ version: list.data.version, ...one }),
    );
    download(`${named.name}-${named.version}-marked.jsonl`, `${lines?.join("\n") ?? ""}\n`);
  };
  return { marked, turn: (id) => change.mutate(id), save };
}

export function DocumentsPage(named: Named) {
  const words = useWords();
  const { query } = useAddress();
  const pages = useDocuments(named);
  const marks = useMarks(named);
  const [id, setId] = useQueryValue("id");
  const [view, setView] = useQueryValue("view", "marked");
  const [isFilters, filters] = useState(false);
  const find = useRef<HTMLInputElement>(null);
  const lines = pages.data?.pages.flatMap(({ documents }) => documents) ?? [];
  const at = lines.findIndex((line) => line.id === id);
  const open = (to: string, replace = true) =>
    go(withQuery({ id: to, edit: "", undone: "" }), replace);
  const step = (by: number) => {
    const to = lines[at === -1 ? 0 : at + by];
    if (to) open(to.id);
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
    m: () => id && marks.turn(id),
    w: () => {
      filters(true);
      setTimeout(() => document.querySelector<HTMLElement>(".what-if input")?.focus());
    },
    "/": () => {
      filters(true);
      setTimeout(() => find.current?.focus());
    },
  });
  const here = path("datasets", named.organisation, named.name, named.version);
  const isNarrowed = FILTERS.some((name) => query.has(name) && name !== "score");
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
            aria-expanded={isFilters}
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
        <Filters
          named={named}
          isOpen={isFilters}
          close={() => filters(false)}
          find={find}
          n_marked={marks.marked.size}
        />
        <section className="pane lift listp" aria-label={words.document.list}>
          <header>
            <b>{words.document.listed(count(lines.length), Boolean(pages.hasNextPage))}</b>
            {query.has("marked") ? (
              <button
                type="button"
                className="btn tiny right"
                disabled={!marks.marked.size}
                onClick={marks.save}
              >
                {words.document.saveMarks}
              </button>
            ) : isNarrowed ? (
              <Link className="btn quiet tiny right" to={withQuery({ ...NO_FILTER, id: "" })}>
                {words.document.loosen}
              </Link>
            ) : (
              <span className="dim small right">{words.document.order}</span>
            )}
          </header>
          {pages.isError ? (
            <Refused error={pages.error} retry={() => void pages.refetch()} />
          ) : null}
          {pages.isPending ? <Ghosts /> : null}
          {pages.isSuccess && lines.length === 0 ? (
            pages.hasNextPage ? (
              <Blank icon="search" title={words.document.notYet}>
                {words.document.notYetHint}
              </Blank>
            ) : (
              <Blank
                icon="search"
                title={query.has("marked") ? words.document.noMarks : words.document.empty}
                action={
                  <Link className="btn" to={withQuery({ ...NO_FILTER, id: "" })}>
                    {words.document.loosen}
                  </Link>
                }
              >
                {query.has("marked") ? words.document.noMarksHint : words.document.emptyHint}
              </Blank>
            )
          ) : null}
          <ul className="list">
            {lines.map((line) => (
              <li key={line.id}>
                <Item
                  line={line}
                  isCurrent={line.id === id}
                  isMarked={marks.marked.has(line.id)}
                  open={() => open(line.id, window.innerWidth > 720)}
                />
              </li>
            ))}
          </ul>
          {pages.hasNextPage ? (
            <div className="pages">
              <button
                type="button"
                className="btn tiny"
                aria-busy={pages.isFetchingNextPage || undefined}
                onClick={() => void pages.fetchNextPage()}
              >
                {words.action.more}
              </button>
            </div>
          ) : null}
        </section>
        {id ? (
          <Reader named={named} id={id} view={view as View} marks={marks} />
        ) : (
          <article className="pane lift readp">
            <Blank title={words.document.choose} />
          </article>
        )}
      </main>
    </Shell>
  );
}

function Item(props: { line: Line; isCurrent: boolean; isMarked: boolean; open: () => void }) {
  const words = useWords();
  const { line, isCurrent } = props;
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
      onClick={props.open}
    >
      <div className="row">
        {props.isMarked ? <Icon name="flag" className="azure" /> : null}
        <b className="cut grow">
          {line.title || head.slice(0, TITLE_CHARS) || words.document.noTitle}
        </b>
        <span className={`mono small ${TONE[line.outcome]}`}>
          {line.length_chars === null
            ? words.document[line.outcome]
            : words.document.chars(line.length_chars)}
        </span>
      </div>
      <p className="cut">{line.reason_text ?? (line.title ? head : head.slice(TITLE_CHARS))}</p>
      <p className="mono cut id">{line.id}</p>
    </button>
  );
}
