/** A listing as its supplier writes it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { go, Link, path, useQueryValue } from "../address";
import { api, ask, newKey } from "../api";
import { useWords } from "../language";
import { fenOf, moment } from "../number";
import { Loaded, Problem } from "../parts/face";
import { Area, Choice, Field, filled, Ticks } from "../parts/field";
import { Shell } from "../shell";
import type { components } from "../types";
import { FileField } from "./certificate";
import { type Listing, textsOf, useListing } from "./product";

type Content = components["schemas"]["ContentBody"];

const KINDS = ["text", "instruction", "preference", "benchmark"] as const;
const ACTIONS = [
  "lj:pretrain",
  "lj:finetune",
  "lj:evaluate",
  "lj:rag",
  "lj:distil",
  "lj:annotate",
  "derive",
  "lj:redistribute",
];
const DUTIES = ["attribute", "inform", "delete"];

export function NewListing() {
  return <Edit listing={null} />;
}

export function EditListing({ id }: { id: string }) {
  const listing = useListing(id);
  if (listing.data) return <Edit listing={listing.data} />;
  return (
    <Shell>
      <main className="page" id="main">
        <Loaded of={listing}>{() => null}</Loaded>
      </main>
    </Shell>
  );
}

const lines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
const pieces = (text: string) => text.split(/[\s,，、]+/).filter(Boolean);

function Edit({ listing }: { listing: Listing | null }) {
  const words = useWords();
  const queries = useQueryClient();
  const [asked] = useQueryValue("version");
  const [version, setVersion] = useState(listing?.version ?? asked);
  const [projects, share] = useState<string[]>([]);
  const certificates = useQuery({
    queryKey: ["certificates", version],
    queryFn: () => ask(api.GET("/api/certificates", { params: { query: { version } } })),
    enabled: /@/.test(version),
  });
  const annotated = useQuery({
    queryKey: ["projects"],
    queryFn: () => ask(api.GET("/api/projects")),
  });
  const own = (annotated.data?.projects ?? []).filter(
    (one) => one.is_mine && one.plan.dataset.split("@")[0] === version.split("@")[0],
  );
  const manual = (listing?.content.manual ?? {}) as Partial<Record<string, string>>;
  const offer = (listing?.content.offer ?? {}) as {
    permissions?: string[];
    prohibitions?: string[];
    duties?: string[];
    days?: number | null;
  };
  const [kind, setKind] = useState<string>(listing?.kind ?? "text");
  const [permissions, permit] = useState(offer.permissions ?? ["lj:finetune", "lj:evaluate"]);
  const [prohibitions, forbid] = useState(offer.prohibitions ?? ["lj:redistribute"]);
  const [duties, oblige] = useState(offer.duties ?? []);
  const [certificate, setCertificate] = useState(listing?.certificate ?? "");
  const [isPriceWrong, priceWrong] = useState(false);
  const [key] = useState(newKey);
  const save = useMutation({
    mutationFn: (body: Content) =>
      listing
        ? ask(
            api.PUT("/api/listings/{listing_id}", {
              params: { path: { listing_id: listing.id }, header: { "idempotency-key": newKey() } },
              body,
            }),
          )
        : ask(api.POST("/api/listings", { params: { header: { "idempotency-key": key } }, body })),
    onSuccess: (saved) => {
      for (const name of ["listings", "listing"])
        void queries.invalidateQueries({ queryKey: [name] });
      go(path("market", saved.id));
    },
  });
  return (
    <Shell>
      <main className="page narrow" id="main">
        <p className="trail">
          <Link to="/listings">{words.listing.title}</Link> /
        </p>
        <h1>{listing ? words.listing.editTitle : words.listing.newTitle}</h1>
        <p className="dim2">{words.listing.newLede}</p>
        <form
          className="card stack gap"
          onSubmit={(event) => {
            const value = filled(event);
            const price_fen = fenOf(value("price"));
            priceWrong(price_fen === null);
            if (price_fen === null) return;
            save.mutate({
              version: value("version").trim(),
              title: value("title"),
              title_en: value("title_en"),
              summary: value("summary"),
              kind: kind as Content["kind"],
              domain: value("domain"),
              languages: pieces(value("languages")),
              keywords: pieces(value("keywords")),
              manual: {
                content: value("content"),
                source: value("source"),
                scenarios: lines(value("scenarios")),
                requirements: value("requirements"),
                restrictions: value("restrictions"),
                update: value("update"),
                contact: value("contact"),
                cases: [],
              },
              price_fen,
              samples: Number(value("samples")),
              offer: {
                permissions,
                prohibitions,
                duties,
                days: value("days") ? Number(value("days")) : null,
              },
              certificate,
              annotators: {},
              projects,
            });
          }}
        >
          <Field
            label={words.listing.version}
            name="version"
            value={version}
            onChange={(event) => setVersion(event.target.value)}
            hint={words.annotate.versionHint}
            required
            error={save.error}
          />
          <div className="two-fields">
            <Field
              label={words.listing.name}
              name="title"
              defaultValue={listing?.title}
              maxLength={120}
              required
              error={save.error}
            />
            <Field
              label={words.listing.nameEn}
              name="title_en"
              defaultValue={listing?.title_en}
              maxLength={120}
              error={save.error}
            />
          </div>
          <Area
            label={words.listing.summary}
            name="summary"
            rows={2}
            defaultValue={listing?.summary}
            required
          />
          <div className="two-fields">
            <Choice
              label={words.listing.kind}
              value={kind}
              options={KINDS.map((one) => [one, words.market.kinds[one] ?? one])}
              onChange={setKind}
            />
            <Field
              label={words.listing.domain}
              name="domain"
              defaultValue={listing?.domain}
              required
              error={save.error}
            />
            <Field
              label={words.listing.languages}
              name="languages"
              defaultValue={listing?.languages.join(" ") ?? "zh"}
              required
              error={save.error}
            />
            <Field
              label={words.listing.keywords}
              name="keywords"
              defaultValue={listing ? textsOf(listing, "keywords").join(" ") : ""}
              error={save.error}
            />
          </div>
          <Area
            label={words.listing.content}
            name="content"
            defaultValue={manual.content}
            required
          />
          <Area
            label={words.listing.source}
            name="source"
            rows={2}
            defaultValue={manual.source}
            required
          />
          <Area
            label={words.listing.scenarios}
            name="scenarios"
            hint={words.listing.scenariosHint}
            defaultValue={listing ? textsOf(listing, "scenarios").join("\n") : ""}
            required
          />
          <Area
            label={words.listing.restrictions}
            name="restrictions"
            rows={2}
            defaultValue={manual.restrictions}
          />
          <div className="two-fields">
            <Field
              label={words.listing.requirements}
              name="requirements"
              defaultValue={manual.requirements}
              error={save.error}
            />
            <Field
              label={words.listing.update}
              name="update"
              defaultValue={manual.update}
              error={save.error}
            />
            <Field
              label={words.listing.contact}
              name="contact"
              defaultValue={manual.contact}
              error={save.error}
            />
            <Field
              label={words.listing.days}
              name="days"
              type="number"
              min={1}
              defaultValue={offer.days ?? ""}
              error={save.error}
            />
          </div>
          <Ticks
            label={words.listing.permissions}
            all={ACTIONS}
            named={words.listing.actionNames}
            chosen={permissions}
            choose={permit}
            without={prohibitions}
          />
          <Ticks
            label={words.listing.prohibitions}
            all={ACTIONS}
            named={words.listing.actionNames}
            chosen={prohibitions}
            choose={forbid}
            without={permissions}
          />
          <Ticks
            label={words.listing.duties}
            all={DUTIES}
            named={words.listing.dutyNames}
            chosen={duties}
            choose={oblige}
            without={[]}
          />
          <Field
            label={words.listing.samples}
            name="samples"
            type="number"
            min={0}
            max={20}
            required
            defaultValue={String(listing?.content.samples ?? 0)}
            hint={words.listing.samplesHint}
            error={save.error}
          />
          <Field
            label={words.listing.price}
            name="price"
            inputMode="decimal"
            defaultValue={listing ? String(listing.price_fen / 100) : ""}
            hint={
              isPriceWrong ? <span className="bad">{words.listing.priceWrong}</span> : undefined
            }
            required
            error={save.error}
          />
          {certificates.data?.length ? (
            <Choice
              label={words.certificate.title}
              value={certificate}
              options={[
                ["", words.listing.certificateNone],
                ...certificates.data.map((one): [string, string] => [
                  one.text,
                  `${words.certificate.grade[one.grade ?? ""] ?? words.market.ungraded} · ${moment(one.created_utc)}`,
                ]),
              ]}
              onChange={setCertificate}
            />
          ) : null}
          {own.length ? (
            <Ticks
              label={words.listing.projects}
              all={own.map(({ id }) => id)}
              named={Object.fromEntries(own.map((one) => [one.id, one.plan.name]))}
              chosen={projects}
              choose={share}
              without={[]}
            />
          ) : null}
          <FileField
            label={words.listing.certificate}
            hint={words.listing.certificateHint}
            accept=".json"
            take={setCertificate}
          />
          <p className="small dim">
            {certificate ? words.listing.certificateGiven : words.listing.certificateNone}
          </p>
          <Problem error={save.error} />
          <div className="row end">
            <button type="submit" className="btn main big" aria-busy={save.isPending || undefined}>
              {words.listing.save}
            </button>
          </div>
        </form>
      </main>
    </Shell>
  );
}
