/** The catalogue: what is on offer, found in Chinese and English. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { go, Link, path, useAddress, withQuery } from "../address";
import { api, ask } from "../api";
import { useLanguage, useWords } from "../language";
import { bytes, count, day, large, price } from "../number";
import { Blank, Loaded } from "../parts/face";
import { Choice } from "../parts/field";
import { Icon } from "../parts/icon";
import { useRoles } from "../session";
import { Shell } from "../shell";
import type { components } from "../types";

export type Card = components["schemas"]["Card"];
type Page = components["schemas"]["CataloguePage"];
type Sort = "relevance" | "newest" | "cheapest" | "dearest" | "largest";

const FACETS = ["grade", "kind", "domain", "language"] as const;
const PAGE = 20;

/** A facet's value as people call it. */
function useNamed(): (facet: string, value: string) => string {
  const words = useWords();
  return (facet, value) => {
    if (facet === "grade") return words.certificate.grade[value] ?? words.market.ungraded;
    if (facet === "kind") return words.market.kinds[value] ?? value;
    return value;
  };
}

export function Market() {
  const words = useWords();
  const { query } = useAddress();
  const { roles, kinds } = useRoles();
  const text = query.get("q") ?? "";
  const sort = (query.get("sort") ?? (text ? "relevance" : "newest")) as Sort;
  const offset = Number(query.get("from") ?? 0) || 0;
  const chosen = Object.fromEntries(FACETS.map((facet) => [facet, query.getAll(facet)]));
  const found = useQuery({
    queryKey: ["catalogue", text, sort, offset, chosen],
    queryFn: () =>
      ask(
        api.GET("/api/catalogue", {
          params: { query: { text, sort, offset, limit: PAGE, ...chosen } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
  const isNarrowed = text !== "" || FACETS.some((facet) => chosen[facet]?.length);
  return (
    <Shell>
      <main className="page" id="main">
        <div className="head">
          <div className="grow">
            <h1>{words.market.title}</h1>
            <p className="dim2">{words.market.lede}</p>
          </div>
          {kinds.has("supplier") && (roles.has("owner") || roles.has("engineer")) ? (
            <Link className="btn" to="/listings">
              {words.market.mine}
            </Link>
          ) : null}
        </div>
        <div className="shop gap">
          <aside className="card filt" aria-label={words.document.filters}>
            <form
              onSubmit={(event) => {
                event.preventDefault();
                const typed = new FormData(event.currentTarget).get("q");
                go(withQuery({ q: String(typed ?? ""), from: "", sort: "" }));
              }}
            >
              <label className="find here">
                <Icon name="search" />
                <input
                  key={text}
                  type="search"
                  name="q"
                  defaultValue={text}
                  placeholder={words.market.search}
                  aria-label={words.market.search}
                  maxLength={200}
                />
              </label>
            </form>
            {found.data ? (
              <details className="facets" open={window.innerWidth > 940}>
                <summary>{words.document.filters}</summary>
                <Facets page={found.data} chosen={chosen} />
              </details>
            ) : null}
          </aside>
          <section>
            <Loaded of={found}>
              {(page) => (
                <>
                  <div className="row wrap results">
                    <b className="grow">{words.market.found(count(page.total))}</b>
                    <Choice
                      label={words.market.sort}
                      isBare
                      value={sort}
                      options={Object.entries(words.market.sorts)}
                      onChange={(to) => go(withQuery({ sort: to, from: "" }), true)}
                    />
                  </div>
                  {page.total === 0 ? (
                    <div className="card">
                      <Blank
                        icon="search"
                        title={isNarrowed ? words.market.empty : words.market.none}
                        action={
                          <div className="row">
                            {isNarrowed ? (
                              <Link className="btn" to="/market">
                                {words.market.clear}
                              </Link>
                            ) : null}
                            <Link className="btn" to="/demands/new">
                              {words.market.demand}
                            </Link>
                          </div>
                        }
                      >
                        {words.market.emptyHint}
                      </Blank>
                    </div>
                  ) : (
                    <div className="hits">
                      {page.hits.map((hit) => (
                        <Hit key={hit.id} card={hit} />
                      ))}
                    </div>
                  )}
                  <Pages total={page.total} offset={offset} />
                </>
              )}
            </Loaded>
          </section>
        </div>
      </main>
    </Shell>
  );
}

function Facets({ page, chosen }: { page: Page; chosen: Record<string, string[]> }) {
  const words = useWords();
  const named = useNamed();
  const turn = (facet: string, value: string, isOn: boolean) => {
    const query = new URLSearchParams(window.location.search);
    const others = query.getAll(facet).filter((one) => one !== value);
    query.delete(facet);
    query.delete("from");
    for (const one of isOn ? [...others, value] : others) query.append(facet, one);
    const search = query.toString();
    go(`/market${search ? `?${search}` : ""}`, true);
  };
  return (
    <>
      {FACETS.map((facet) => {
        const values = Object.entries(page.facets[facet] ?? {});
        for (const value of chosen[facet] ?? [])
          if (!values.some(([one]) => one === value)) values.push([value, 0]);
        if (!values.length) return null;
        return (
          <div key={facet}>
            <h3>{words.market.facets[facet]}</h3>
            {values.map(([value, n]) => (
              <label key={value} className="tick">
                <input
                  type="checkbox"
                  checked={chosen[facet]?.includes(value) ?? false}
                  onChange={(event) => turn(facet, value, event.target.checked)}
                />
                <span className="grow cut">{named(facet, value)}</span>
                <span className="dim">{count(n)}</span>
              </label>
            ))}
          </div>
        );
      })}
    </>
  );
}

function Pages({ total, offset }: { total: number; offset: number }) {
  const words = useWords();
  if (total <= PAGE) return null;
  return (
    <nav className="pages">
      {offset > 0 ? (
        <Link className="btn" to={withQuery({ from: offset > PAGE ? String(offset - PAGE) : "" })}>
          {words.action.previous}
        </Link>
      ) : null}
      <span className="grow">
        {offset + 1}–{Math.min(offset + PAGE, total)} / {count(total)}
      </span>
      {offset + PAGE < total ? (
        <Link className="btn" to={withQuery({ from: String(offset + PAGE) })}>
          {words.action.next}
        </Link>
      ) : null}
    </nav>
  );
}

export function Grade({ grade }: { grade: string | null }) {
  const words = useWords();
  if (!grade) return <span className="tag">{words.market.ungraded}</span>;
  const isHigh = grade === "gold" || grade === "silver";
  return (
    <span className={isHigh ? "tag gold" : "tag"}>{words.certificate.grade[grade] ?? grade}</span>
  );
}

/** The name in the reader's language, where the supplier gave both. */
export function useTitle(): (card: { title: string; title_en: string }) => string {
  const language = useLanguage();
  return ({ title, title_en }) => (language === "en" && title_en ? title_en : title);
}

export function Hit({ card, to, state }: { card: Card; to?: string; state?: boolean }) {
  const words = useWords();
  const language = useLanguage();
  const title = useTitle();
  return (
    <article className="card hit">
      <div>
        <div className="row wrap">
          <Grade grade={card.grade} />
          <span className="tag">{words.market.kinds[card.kind] ?? card.kind}</span>
          <span className="tag">{card.domain}</span>
          {state ? <ListingState state={card.state} /> : null}
        </div>
        <h2 className="serif">
          <Link to={to ?? path("market", card.id)}>{title(card)}</Link>
        </h2>
        <p>{card.summary}</p>
        <div className="facts">
          <span>{card.supplier_title}</span>
          <span>{words.market.nRecords(count(card.n_records))}</span>
          {card.n_tokens === null ? null : (
            <span>
              {words.market.tokens} {large(card.n_tokens, language).join(" ")}
            </span>
          )}
          <span>{bytes(card.size_bytes).join(" ")}</span>
          {card.listed_utc ? <span>{day(card.listed_utc)}</span> : null}
        </div>
      </div>
      <div className="cost">
        <b className="price">{price(card.price_fen)}</b>
      </div>
    </article>
  );
}

const TONES: Record<string, string> = {
  listed: "ok",
  submitted: "info",
  returned: "bad",
  suspended: "bad",
  paused: "warn",
};

export function ListingState({ state }: { state: string }) {
  const words = useWords();
  return <span className={`tag ${TONES[state] ?? ""}`}>{words.market.states[state] ?? state}</span>;
}
