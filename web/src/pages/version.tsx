/** A version: is it good enough to list, and what did it cost in documents. */

import { useQuery } from "@tanstack/react-query";
import { go, Link, path, useQueryValue } from "../address";
import { api, ask } from "../api";
import { useKeys } from "../key";
import { useLanguage, useWords } from "../language";
import { bytes, count, large, moment, percent } from "../number";
import { Loaded } from "../parts/face";
import { Icon } from "../parts/icon";
import { Claim, Figure, Funnel, type FunnelStep } from "../parts/measure";
import { Copyable, Digest } from "../parts/text";
import { useRoles } from "../session";
import { Shell } from "../shell";
import type { components } from "../types";
import { CertificateOf } from "./certificate";
import { Compare, useVersions } from "./compare";
import { Evaluations } from "./evaluation";
import { Export, Files, Lineage, Report } from "./files";
import { Jobs } from "./jobs";

type View = components["schemas"]["VersionView"];

export interface Named {
  organisation: string;
  name: string;
  version: string;
}

/** A version and its facts; without a version, the latest. */
export function useVersion(named: Named) {
  return useQuery({
    queryKey: ["version", named.organisation, named.name, named.version],
    queryFn: () =>
      ask(
        api.GET("/api/datasets/{organisation}/{name}/versions/{version}", {
          params: { path: { ...named } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY, // it never changes
  });
}

/** The dataset's address leads to its latest version. */
export function DatasetPage({ organisation, name }: { organisation: string; name: string }) {
  const found = useQuery({
    queryKey: ["dataset", organisation, name],
    queryFn: () =>
      ask(
        api.GET("/api/datasets/{organisation}/{name}", {
          params: { path: { organisation, name } },
        }),
      ),
  });
  if (found.data) go(path("datasets", organisation, name, found.data.latest), true);
  return (
    <Shell>
      <main className="page" id="main">
        <Loaded of={found}>{() => null}</Loaded>
      </main>
    </Shell>
  );
}

const TABS = ["overview", "documents", "evaluation", "report", "lineage", "files", "jobs"] as const;

export function VersionPage(named: Named) {
  const version = useVersion(named);
  return (
    <Shell>
      <main className="page" id="main">
        <Loaded of={version} rows={8}>
          {(view) => <Version named={named} view={view} />}
        </Loaded>
      </main>
    </Shell>
  );
}

function Version({ named, view }: { named: Named; view: View }) {
  const words = useWords();
  const { roles } = useRoles();
  const [tab] = useQueryValue("tab", "overview");
  const here = path("datasets", named.organisation, named.name, named.version);
  const mayList = roles.has("engineer") || roles.has("owner");
  const list = () => go(`/listings/new?version=${encodeURIComponent(view.version.name)}`);
  const [isExport, setExport] = useQueryValue("export");
  const others = useVersions(named).data?.versions ?? [];
  const at = others.findIndex(({ version }) => version === named.version);
  const other = (others[at + 1] ?? others[at - 1])?.version;
  const compare = () => {
    if (other) go(`${here}?tab=compare&with=${encodeURIComponent(other)}`);
  };
  useKeys({ c: compare, e: () => setExport(isExport ? "" : "1") });
  useKeys({ l: list }, mayList);
  const counts: Partial<Record<string, number>> = {
    documents: view.kept,
    files: view.files.length,
  };
  return (
    <>
      <p className="trail">
        <Link to="/datasets">{words.nav.datasets}</Link> / <span>{named.organisation}</span> /{" "}
        <span>{named.name}</span>
      </p>
      <div className="head">
        <div className="grow">
          <div className="row wrap">
            <h1>{named.name}</h1>
            <Versions named={named} />
            <span className="tag">
              <Icon name="lock" />
              {words.version.frozen}
            </span>
            {view.is_latest ? null : <span className="tag warn">{words.version.older}</span>}
          </div>
          <p className="dim2 said">
            {view.version.message ? `${view.version.message} ` : null}
            <span className="dim">
              {words.version.by(named.organisation, moment(view.version.created_utc))}
            </span>
          </p>
        </div>
        <div className="row wrap">
          {other ? (
            <button type="button" className="btn" onClick={compare}>
              {words.version.compareWith(other)} <kbd>C</kbd>
            </button>
          ) : null}
          <button
            type="button"
            className="btn"
            aria-expanded={isExport !== ""}
            onClick={() => setExport(isExport ? "" : "1")}
          >
            {words.version.export} <kbd>E</kbd>
          </button>
          {mayList ? (
            <>
              <Link
                className="btn"
                to={`/annotate/new?version=${encodeURIComponent(view.version.name)}`}
              >
                {words.version.annotate}
              </Link>
              <button type="button" className="btn main" onClick={list}>
                {words.version.list} <kbd>L</kbd>
              </button>
            </>
          ) : null}
        </div>
      </div>
      {isExport ? <Export named={named} view={view} close={() => setExport("")} /> : null}
      <nav className="tabs" aria-label={words.version.pickVersion}>
        {(tab === "compare" ? [...TABS, "compare" as const] : TABS).map((name) => (
          <Link
            key={name}
            to={
              name === "documents"
                ? `${here}/documents`
                : name === "overview"
                  ? here
                  : `${here}?tab=${name}`
            }
            aria-current={tab === name ? "page" : undefined}
          >
            {words.version[name]}
            {counts[name] === undefined ? null : <small>{count(counts[name])}</small>}
          </Link>
        ))}
      </nav>
      {tab === "evaluation" ? (
        <Evaluations version={view.version.name} />
      ) : tab === "report" ? (
        <Report named={named} view={view} />
      ) : tab === "lineage" ? (
        <Lineage view={view} />
      ) : tab === "files" ? (
        <Files named={named} view={view} />
      ) : tab === "jobs" ? (
        <Jobs of={named} />
      ) : tab === "compare" ? (
        <Compare named={named} view={view} />
      ) : (
        <Overview named={named} view={view} />
      )}
    </>
  );
}

function Versions({ named }: { named: Named }) {
  const words = useWords();
  const { organisation, name } = named;
  const all = useVersions(named);
  const known = all.data?.versions.map(({ version }) => version) ?? [named.version];
  return (
    <select
      className="in mono pick-version"
      aria-label={words.version.pickVersion}
      value={named.version}
      onChange={(event) => go(path("datasets", organisation, name, event.target.value))}
    >
      {(known.includes(named.version) ? known : [named.version, ...known]).map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  );
}

function Overview({ named, view }: { named: Named; view: View }) {
  const words = useWords();
  const language = useLanguage();
  const [kept, keptUnit] = large(view.kept, language);
  const [read, readUnit] = large(view.records, language);
  const [n_tokens, tokensUnit] = large(view.tokens?.count ?? 0, language);
  const tokens = view.tokens?.is_estimate ? words.about(n_tokens) : n_tokens;
  const [size, sizeUnit] = bytes(view.version.size_bytes);
  // The one that was committed before this, by its number.
  const versions = useVersions(named).data?.versions ?? [];
  const before = versions[versions.findIndex(({ version }) => version === named.version) + 1];
  const documents = `${path("datasets", named.organisation, named.name, named.version)}/documents`;
  return (
    <>
      <dl className="figs">
        <Figure
          title={words.version.kept}
          value={kept}
          unit={keptUnit}
          note={
            before ? (
              <Than n={view.kept - before.kept} than={before.version} />
            ) : keptUnit ? (
              count(view.kept)
            ) : undefined
          }
        />
        <Figure
          title={words.version.records}
          value={read}
          unit={readUnit}
          note={readUnit ? count(view.records) : undefined}
        />
        <Figure
          title={words.version.retention}
          value={view.records ? percent(view.kept / view.records) : "—"}
          unit={view.records ? "%" : ""}
          note={
            before?.records
              ? words.version.was(before.version, `${percent(before.kept / before.records)} %`)
              : undefined
          }
        />
        <Figure
          title={words.version.dropped}
          value={count(view.dropped)}
          note={<Link to={`${documents}?outcome=dropped`}>{words.version.documents}</Link>}
        />
        {view.tokens ? (
          <Figure
            title={words.version.tokens}
            value={tokens}
            unit={tokensUnit}
            note={words.version.countedBy(view.tokens.counted_by)}
          />
        ) : (
          <Figure
            title={words.version.quarantined}
            value={count(view.quarantined)}
            note={
              view.quarantined ? (
                <Link to={`${documents}?outcome=quarantined`}>{words.version.documents}</Link>
              ) : (
                "—"
              )
            }
          />
        )}
        <Figure
          title={words.version.size}
          value={size}
          unit={sizeUnit}
          note={words.version.nFiles(view.files.length)}
        />
      </dl>
      <div className="grid gap">
        <div className="c8 stack">
          <section className="card">
            <header>
              <h2>{words.version.funnel}</h2>
              <p>{words.version.funnelNote}</p>
              <span className="right row small dim wide-only">
                <i className="key gold" /> {words.version.product} <i className="key hatch" />{" "}
                {words.version.removed}
              </span>
            </header>
            <Funnel
              steps={stepsOf(
                view,
                documents,
                words.version.input,
                words.version.quarantined,
                words.version.unreadable,
              )}
            />
            <Sum view={view} />
          </section>
          <Lineage view={view} />
        </div>
        <aside className="c4 stack">
          <CertificateOf version={view.version.name} root={view.version.root} />
          <section className="card">
            <header>
              <h2>{words.version.facts}</h2>
              <p>{words.version.factsNote}</p>
            </header>
            <dl className="kv">
              <dt>{words.version.root}</dt>
              <dd>
                <Digest of={view.version.root} />
              </dd>
              <dt>{words.version.manifest}</dt>
              <dd>
                <Digest of={view.version.manifest} />
              </dd>
              <dt>{words.version.digest}</dt>
              <dd>
                <Digest of={view.version.digest} />
              </dd>
            </dl>
            <div className="gap">
              <Copyable
                text={`lianjin pull ${view.version.name} --from ${window.location.origin} --out DIR`}
              />
            </div>
          </section>
          <Rights view={view} />
          {view.quarantined ? <Errors view={view} to={`${documents}?outcome=quarantined`} /> : null}
        </aside>
      </div>
    </>
  );
}

/** How many more or fewer than another version has. */
function Than({ n, than }: { n: number; than: string }) {
  const words = useWords();
  return (
    <>
      {n === 0
        ? words.version.asMany(than)
        : n > 0
          ? words.version.more(than, count(n))
          : words.version.fewer(than, count(-n))}
    </>
  );
}

export function stepsOf(
  view: View,
  documents: string,
  input: string,
  quarantined: string,
  unreadable: string,
): FunnelStep[] {
  const steps: FunnelStep[] = [{ title: input, left: view.records, removed: 0 }];
  if (view.quarantined)
    steps.push({
      title: quarantined,
      rule: unreadable,
      left: view.records - view.quarantined,
      removed: view.quarantined,
      to: `${documents}?outcome=quarantined`,
    });
  for (const step of view.funnel) {
    if (step.verb !== "keep" && step.verb !== "link") continue;
    const [verb, rule] = split(step.text);
    steps.push({
      title: rule,
      isRule: true,
      rule: verb,
      left: step.left,
      removed: step.removed,
      to: `${documents}?outcome=dropped&step=${step.step}`,
    });
  }
  return steps;
}

/** `keep: chars >= 200` in either language, as verb and rule. */
export function split(text: string): [string, string] {
  const found = /^(.*?)[:：]\s*(.*)$/s.exec(text);
  return found ? [found[1] ?? "", found[2] ?? ""] : [text, ""];
}

function Sum({ view }: { view: View }) {
  const words = useWords();
  const holds = view.records === view.kept + view.dropped + view.quarantined;
  return (
    <p className="sum">
      <span>
        {words.version.input} <b>{count(view.records)}</b>
      </span>
      =
      <span>
        {words.document.kept} <b className="gold">{count(view.kept)}</b>
      </span>
      +
      <span>
        {words.document.dropped} <b>{count(view.dropped)}</b>
      </span>
      +
      <span>
        {words.document.quarantined} <b>{count(view.quarantined)}</b>
      </span>
      <span className="right">
        <Claim holds={holds}>{holds ? words.version.adds : words.version.addsNot}</Claim>
      </span>
    </p>
  );
}

function Rights({ view }: { view: View }) {
  const words = useWords();
  const slots = Object.entries(view.rights).filter(([slot]) => slot in words.version.rightsSlots);
  if (!slots.length) return null;
  return (
    <section className="card">
      <header>
        <h2>{words.version.rights}</h2>
        <p>{words.version.rightsNote}</p>
      </header>
      <dl className="kv">
        {slots.map(([slot, said]) => {
          const known = Object.entries(said)
            .filter(([, n]) => n > 0)
            .sort((a, b) => b[1] - a[1]);
          return (
            <div key={slot} style={{ display: "contents" }}>
              <dt>{words.version.rightsSlots[slot] ?? slot}</dt>
              <dd>
                {known.length === 0 ? <span className="dim">{words.version.none}</span> : null}
                {known.slice(0, 6).map(([value, n]) => (
                  <div key={value} className="row">
                    <span className="cut grow" title={value}>
                      {value || <span className="dim">{words.version.none}</span>}
                    </span>
                    <span className="num dim">{count(n)}</span>
                  </div>
                ))}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}

function Errors({ view, to }: { view: View; to: string }) {
  const words = useWords();
  return (
    <section className="card">
      <header>
        <h2>{words.version.errors}</h2>
      </header>
      <table>
        <tbody>
          {Object.entries(view.errors).map(([code, n]) => (
            <tr key={code}>
              <td>
                <Link to={`${to}&reason=${encodeURIComponent(code)}`}>
                  <code>{code}</code>
                </Link>
              </td>
              <td className="num">{count(n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A link to a version by its name: `organisation/name@1.2.0`. */
export function VersionLink({ name }: { name: string }) {
  const found = /^([^/]+)\/([^@]+)@(.+)$/.exec(name);
  if (!found) return <span className="mono">{name}</span>;
  return <Link to={path("datasets", found[1] ?? "", found[2] ?? "", found[3] ?? "")}>{name}</Link>;
}
