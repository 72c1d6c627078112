/** A product: may I use it, is it good, is it worth the price, whom do I trust. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { go, Link, path } from "../address";
import { api, ask, newKey } from "../api";
import { useKeys } from "../key";
import { useLanguage, useSaid, useWords } from "../language";
import { bytes, count, day, large, price, yuan } from "../number";
import { Loaded, Problem } from "../parts/face";
import { Icon, type IconName } from "../parts/icon";
import { Dialog, say } from "../parts/layer";
import { Digest } from "../parts/text";
import { useRoles } from "../session";
import { Shell } from "../shell";
import { CertificateFace, certificateOf, download } from "./certificate";
import { Comparable } from "./comparable";
import { Grade, ListingState, useTitle } from "./market";
import { Samples } from "./sample";

export type Listing = NonNullable<ReturnType<typeof useListing>["data"]>;

const ICONS: Record<string, IconName> = {
  "lj:pretrain": "layers",
  "lj:finetune": "tune",
  "lj:evaluate": "target",
  "lj:rag": "lookup",
  "lj:distil": "flask",
  "lj:annotate": "pen",
  derive: "branch",
  "lj:redistribute": "share",
};
const SIGNS: Record<string, IconName> = {
  allowed: "yes",
  condition: "warn",
  ask: "warn",
  forbidden: "no",
};

export function useListing(id: string) {
  return useQuery({
    queryKey: ["listing", id],
    queryFn: () =>
      ask(api.GET("/api/listings/{listing_id}", { params: { path: { listing_id: id } } })),
  });
}

/** The texts of a list in the content, which the server keeps as it was typed. */
export function textsOf(listing: Listing, name: string): string[] {
  const manual = listing.content.manual as Record<string, unknown> | undefined;
  const found = manual?.[name] ?? listing.content[name];
  return Array.isArray(found) ? found.filter((one): one is string => typeof one === "string") : [];
}

export function ProductPage({ id }: { id: string }) {
  const listing = useListing(id);
  const words = useWords();
  return (
    <Shell>
      <main className="page has-dock" id="main">
        <Loaded of={listing} rows={8}>
          {(found) => (
            <>
              <p className="trail">
                <Link to="/market">{words.nav.market}</Link> / <span>{found.domain}</span>
              </p>
              <Product listing={found} aside={<Buy listing={found} />} />
            </>
          )}
        </Loaded>
      </main>
    </Shell>
  );
}

export function Product({ listing, aside }: { listing: Listing; aside: ReactNode }) {
  const words = useWords();
  const language = useLanguage();
  const title = useTitle();
  const [size, unit] = bytes(listing.size_bytes);
  const days = (listing.content.offer as { days?: number | null } | undefined)?.days;
  return (
    <>
      <div className="front">
        <section>
          <div className="row wrap">
            <Grade grade={listing.grade} />
            <span className="tag">{words.market.kinds[listing.kind] ?? listing.kind}</span>
            <span className="tag">{listing.languages.join(words.list)}</span>
            {listing.state === "listed" ? null : <ListingState state={listing.state} />}
          </div>
          <h1 className="serif">{title(listing)}</h1>
          <p className="lede">{listing.summary}</p>
          <dl className="trio">
            <div>
              <dt>{words.market.records}</dt>
              <dd>{count(listing.n_records)}</dd>
            </div>
            <div>
              <dt>{words.market.tokens}</dt>
              <dd>
                {listing.n_tokens === null ? "—" : large(listing.n_tokens, language).join(" ")}
              </dd>
            </div>
            <div>
              <dt>{words.market.size}</dt>
              <dd>
                {size} <small>{unit}</small>
              </dd>
            </div>
            <div>
              <dt>{words.market.version}</dt>
              <dd>{listing.version.split("@")[1]}</dd>
            </div>
          </dl>
          <section className="blk">
            <h2>{words.market.actions}</h2>
            <ul className="acts">
              {listing.actions.map((one) => (
                <Action key={one.action} one={one} />
              ))}
            </ul>
            <p className="small dim">
              {words.market.termsNote}{" "}
              <button
                type="button"
                className="link"
                onClick={() => download("offer.jsonld", JSON.stringify(listing.offer, null, 2))}
              >
                {words.market.terms}
              </button>
              {days ? ` · ${words.market.days(days)}` : null}
            </p>
          </section>
          <div className="fit">
            <section>
              <h2>{words.market.fit}</h2>
              <ul className="scene">
                {textsOf(listing, "scenarios").map((text, i) => (
                  <li key={i} className="said">
                    {text}
                  </li>
                ))}
              </ul>
            </section>
            <Missing listing={listing} />
          </div>
        </section>
        {aside}
      </div>
      <div className="grid gap">
        <Samples listing={listing.id} />
        <div className="c5 stack">
          <section className="card">
            <header>
              <h2>{words.market.quality}</h2>
              <p>{words.market.qualityNote}</p>
              {listing.certificate ? (
                <button
                  type="button"
                  className="link right small"
                  onClick={() => download("certificate.json", listing.certificate)}
                >
                  {words.certificate.download}
                </button>
              ) : null}
            </header>
            {listing.certificate ? (
              <CertificateFace
                text={listing.certificate}
                root={listing.root}
                isChecked={listing.certificate_digest !== null}
                issuer={listing.assessor_title}
              />
            ) : (
              <p className="dim2">{words.certificate.none}</p>
            )}
          </section>
          <Comparable listing={listing} />
        </div>
        <Manual listing={listing} />
      </div>
    </>
  );
}

function Action({ one }: { one: Listing["actions"][number] }) {
  const words = useWords();
  const said = useSaid();
  return (
    <li className={`a-${one.verdict}`}>
      <Icon name={ICONS[one.action] ?? "box"} />
      <b>{said(one.title)}</b>
      <span>
        <Icon name={SIGNS[one.verdict] ?? "warn"} />
        {words.market.verdicts[one.verdict] ?? one.verdict}
      </span>
    </li>
  );
}

/** What the certificate and the supplier say is not there. */
function Missing({ listing }: { listing: Listing }) {
  const words = useWords();
  const said = useSaid();
  const certificate = certificateOf(listing.certificate);
  const manual = listing.content.manual as { restrictions?: string } | undefined;
  const lacks = (certificate?.dimensions ?? [])
    .filter(({ reached }) => !reached)
    .map((one) =>
      one.score === null
        ? words.market.notMeasured(said(one.title))
        : words.market.notReached(said(one.title), one.score.toFixed(1), String(one.line)),
    );
  return (
    <section>
      <h2>{words.market.missing}</h2>
      <ul className="scene">
        {lacks.map((lack) => (
          <li key={lack}>
            {lack}{" "}
            <Link
              to={`/demands/new?dataset=${encodeURIComponent(listing.version.split("@")[0] ?? "")}`}
            >
              {words.market.demand}
            </Link>
          </li>
        ))}
        {manual?.restrictions ? <li className="said">{manual.restrictions}</li> : null}
        {lacks.length === 0 && !manual?.restrictions ? (
          <li className="dim2">{words.market.nothingMissing}</li>
        ) : null}
      </ul>
    </section>
  );
}

function Manual({ listing }: { listing: Listing }) {
  const words = useWords();
  const said = useSaid();
  return (
    <section className="card c7">
      <header>
        <h2>{words.market.manual}</h2>
      </header>
      {listing.manual.map((chapter) => (
        <section key={chapter.heading.en} className="chapter">
          <h3>{said(chapter.heading)}</h3>
          <dl className="kv">
            {chapter.rows.map(([name, text], i) => (
              <div key={i} style={{ display: "contents" }}>
                <dt>{name ? said(name) : ""}</dt>
                <dd className="said">{(text && said(text)) || "—"}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </section>
  );
}

function Buy({ listing }: { listing: Listing }) {
  const words = useWords();
  const { roles, session } = useRoles();
  const [isAsking, asking] = useState(false);
  const isOwn = session?.organisation === listing.supplier;
  const mayBuy = !isOwn && listing.state === "listed" && (roles.has("buyer") || roles.has("owner"));
  useKeys({ r: () => asking(true) }, mayBuy);
  return (
    <aside className="buy card">
      <div className="plan">
        <span className="grow">
          <b>{words.market.once}</b>
          <small>{words.market.onceNote}</small>
        </span>
        <b className="price">{price(listing.price_fen)}</b>
      </div>
      {mayBuy ? (
        <button type="button" className="btn main big wide wide-only" onClick={() => asking(true)}>
          {words.market.buy} <kbd>R</kbd>
        </button>
      ) : session === null ? (
        <Link
          className="btn main big wide"
          to={`/sign-in?next=${encodeURIComponent(window.location.pathname)}`}
        >
          {words.market.signInToBuy}
        </Link>
      ) : null}
      {isOwn ? <Own listing={listing} /> : null}
      <p className="small dim2 row top">
        <Icon name="lock" />
        <span>{words.market.escrow}</span>
      </p>
      <Facts listing={listing} />
      {mayBuy ? (
        <div className="dockbuy phone-only">
          <span className="grow">
            <small className="dim">{words.market.once}</small>
            <b>{price(listing.price_fen)}</b>
          </span>
          <button type="button" className="btn main big" onClick={() => asking(true)}>
            {words.market.buy}
          </button>
        </div>
      ) : null}
      {isAsking ? <Request listing={listing} close={() => asking(false)} /> : null}
    </aside>
  );
}

export function Facts({ listing }: { listing: Listing }) {
  const words = useWords();
  return (
    <dl className="kv">
      <dt>{words.market.supplier}</dt>
      <dd>{listing.supplier_title}</dd>
      <dt>{words.market.assessor}</dt>
      <dd>{listing.assessor_title ?? "—"}</dd>
      <dt>{words.market.code}</dt>
      <dd className="mono small">{listing.id}</dd>
      <dt>{words.version.root}</dt>
      <dd>
        <Digest of={listing.root} />
      </dd>
      <dt>{words.market.delivery}</dt>
      <dd>{words.market.deliveryHow}</dd>
      {listing.listed_utc ? (
        <>
          <dt>{words.market.listedOn}</dt>
          <dd>{day(listing.listed_utc)}</dd>
        </>
      ) : null}
    </dl>
  );
}

/** The dialog repeats subject and amount; the money is held, not paid. */
function Request({ listing, close }: { listing: Listing; close: () => void }) {
  const words = useWords();
  const queries = useQueryClient();
  const title = useTitle();
  const [key] = useState(newKey);
  const wallet = useQuery({ queryKey: ["wallet"], queryFn: () => ask(api.GET("/api/wallet")) });
  const place = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/orders", {
          params: { header: { "idempotency-key": key } },
          body: { listing_id: listing.id, content_digest: listing.content_digest },
        }),
      ),
    onSuccess: (order) => {
      void queries.invalidateQueries({ queryKey: ["orders"] });
      go(path("orders", order.id));
    },
  });
  return (
    <Dialog
      title={`${words.market.buy}: ${title(listing)}`}
      confirm={words.market.buyConfirm(yuan(listing.price_fen))}
      busy={place.isPending}
      onConfirm={() => place.mutate()}
      onClose={close}
    >
      <p>{words.market.buyAsk(yuan(listing.price_fen))}</p>
      <p className="dim2 mono small">{listing.version}</p>
      {wallet.data ? (
        <p className="small dim">{words.market.free(yuan(wallet.data.free_fen))}</p>
      ) : null}
      <Problem error={place.error} />
    </Dialog>
  );
}

const MOVES: Record<string, ("withdraw" | "suspend" | "resume" | "delist")[]> = {
  submitted: ["withdraw"],
  listed: ["suspend", "delist"],
  paused: ["resume", "delist"],
  suspended: ["delist"],
};

/** What a supplier can do with their own listing. */
function Own({ listing }: { listing: Listing }) {
  const words = useWords();
  const queries = useQueryClient();
  const [isEnding, ending] = useState(false);
  const told = () => {
    ending(false);
    say(words.action.done);
    return Promise.all(
      ["listing", "listings", "catalogue"].map((key) =>
        queries.invalidateQueries({ queryKey: [key] }),
      ),
    );
  };
  const header = { "idempotency-key": newKey() };
  const submit = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/listings/{listing_id}/submit", {
          params: { path: { listing_id: listing.id }, header },
        }),
      ),
    onSuccess: told,
  });
  const move = useMutation({
    mutationFn: (action: "withdraw" | "suspend" | "resume" | "delist") =>
      ask(
        api.POST("/api/listings/{listing_id}/{action}", {
          params: { path: { listing_id: listing.id, action }, header },
        }),
      ),
    onSuccess: told,
  });
  return (
    <div className="stack">
      <p className="note">
        <span>{words.market.own}</span>
        <span className="right">
          <ListingState state={listing.state} />
        </span>
      </p>
      {listing.reasons ? (
        <p className="note warn said">
          <span>
            {words.market.returned}: {listing.reasons}
          </span>
        </p>
      ) : null}
      {listing.state === "draft" || listing.state === "returned" ? (
        <Link className="btn wide" to={path("listings", listing.id, "edit")}>
          {words.market.edit}
        </Link>
      ) : null}
      {listing.state === "draft" ? (
        <>
          <button
            type="button"
            className="btn main big wide"
            aria-busy={submit.isPending || undefined}
            onClick={() => submit.mutate()}
          >
            {words.market.submit}
          </button>
          <p className="small dim">{words.market.submitNote}</p>
        </>
      ) : null}
      <div className="row wrap">
        {(MOVES[listing.state] ?? []).map((action) => (
          <button
            key={action}
            type="button"
            className={action === "delist" ? "btn harm" : "btn"}
            onClick={() => (action === "delist" ? ending(true) : move.mutate(action))}
          >
            {words.market[action]}
          </button>
        ))}
      </div>
      <Problem error={submit.error ?? move.error} />
      {isEnding ? (
        <Dialog
          title={`${words.market.delist}: ${listing.title}`}
          confirm={words.market.delist}
          harm
          onConfirm={() => move.mutate("delist")}
          onClose={() => ending(false)}
        >
          <p>{words.market.delistAsk}</p>
        </Dialog>
      ) : null}
    </div>
  );
}
