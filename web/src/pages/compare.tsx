/** Two versions of a dataset side by side: figures, what each step removed, and what was measured. */

import { useQuery } from "@tanstack/react-query";
import { Link, path, useQueryValue } from "../address";
import { api, ask } from "../api";
import { useSaid, useWords } from "../language";
import { bytes, count, percent, real } from "../number";
import { Loaded } from "../parts/face";
import { Choice } from "../parts/field";
import { Bar } from "../parts/measure";
import type { components } from "../types";
import { Grade } from "./market";
import { type Named, split, useVersion } from "./version";

type View = components["schemas"]["VersionView"];
type Evaluation = components["schemas"]["EvaluationView"];

/** The versions of a dataset, the highest first. */
export function useVersions({ organisation, name }: { organisation: string; name: string }) {
  return useQuery({
    queryKey: ["dataset", organisation, name],
    queryFn: () =>
      ask(
        api.GET("/api/datasets/{organisation}/{name}", {
          params: { path: { organisation, name } },
        }),
      ),
  });
}

export function Compare({ named, view }: { named: Named; view: View }) {
  const words = useWords();
  const versions = useVersions(named).data?.versions.map(({ version }) => version) ?? [];
  const others = versions.filter((version) => version !== named.version);
  const [given, setGiven] = useQueryValue("with");
  const version = others.includes(given) ? given : (others[0] ?? "");
  if (!version) return <p className="note">{words.version.oneVersion}</p>;
  return (
    <section className="card list-page compare">
      <header>
        <h2>{words.version.compare}</h2>
        <p>{words.version.compareNote}</p>
        <div className="right">
          <Choice
            label={words.version.other}
            isBare
            value={version}
            options={others.map((one) => [one, one])}
            onChange={setGiven}
          />
        </div>
      </header>
      <Beside named={named} view={view} other={{ ...named, version }} />
    </section>
  );
}

function Beside({ named, view, other }: { named: Named; view: View; other: Named }) {
  const found = useVersion(other);
  return (
    <Loaded of={found}>
      {(that) => (
        <div className="stack">
          <Figures these={[view, that]} named={[named, other]} />
          <Steps these={[view, that]} named={[named, other]} />
          <Measured these={[view, that]} named={[named, other]} />
        </div>
      )}
    </Loaded>
  );
}

type Both = { these: [View, View]; named: [Named, Named] };

function Head({ title, named }: { title: string; named: [Named, Named] }) {
  const words = useWords();
  return (
    <thead>
      <tr>
        <th>{title}</th>
        {named.map((one) => (
          <th key={one.version} className="num">
            <Link to={path("datasets", one.organisation, one.name, one.version)}>
              {one.version}
            </Link>
          </th>
        ))}
        <th className="num">{words.version.difference}</th>
      </tr>
    </thead>
  );
}

function Figures({ these, named }: Both) {
  const words = useWords();
  const ratio = (view: View) => (view.records ? view.kept / view.records : null);
  const counts: [string, (view: View) => number][] = [
    [words.version.kept, (view) => view.kept],
    [words.version.records, (view) => view.records],
    [words.version.dropped, (view) => view.dropped],
    [words.version.quarantined, (view) => view.quarantined],
  ];
  const [a, b] = these;
  const [share, before] = [ratio(a), ratio(b)];
  return (
    <div className="scroll">
      <table>
        <Head title={words.version.figures} named={named} />
        <tbody>
          {counts.map(([title, of]) => (
            <tr key={title}>
              <td>{title}</td>
              <td className="num">{count(of(a))}</td>
              <td className="num">{count(of(b))}</td>
              <td className="num">{signed(of(a) - of(b), count)}</td>
            </tr>
          ))}
          <tr>
            <td>{words.version.retention}</td>
            {these.map((view, i) => {
              const one = ratio(view);
              return (
                <td key={i} className="num">
                  {one === null ? "—" : `${percent(one)} %`}
                </td>
              );
            })}
            <td className="num">
              {share === null || before === null
                ? "—"
                : words.version.points(
                    signed(Number(percent(share)) - Number(percent(before)), real),
                  )}
            </td>
          </tr>
          <tr>
            <td>{words.version.size}</td>
            <td className="num">{bytes(a.version.size_bytes).join(" ")}</td>
            <td className="num">{bytes(b.version.size_bytes).join(" ")}</td>
            <td className="num">
              {signed(a.version.size_bytes - b.version.size_bytes, (n) => bytes(n).join(" "))}
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

/** A difference with its sign; none is a dash of its own. */
function signed(value: number, said: (value: number) => string): string {
  if (Math.abs(value) < 1e-9) return "0";
  return `${value > 0 ? "+" : "−"}${said(Math.abs(value))}`;
}

/** Steps by their text, in the order of this version; what only the other has comes after. */
function Steps({ these, named }: Both) {
  const words = useWords();
  const [a, b] = these;
  const texts = [...new Set([...a.funnel, ...b.funnel].map(({ text }) => text))];
  if (!texts.length) return <p className="small dim">{words.version.noRecipe}</p>;
  const removed = (view: View, text: string) => {
    const steps = view.funnel.filter((step) => step.text === text);
    return steps.length ? steps.reduce((sum, step) => sum + step.removed, 0) : null;
  };
  const rows = texts
    .map((text) => ({ text, counts: these.map((view) => removed(view, text)) }))
    .filter(({ counts }) => counts.some((n) => n === null || n > 0));
  return (
    <div className="scroll">
      <table>
        <Head title={words.version.removed} named={named} />
        <tbody>
          {rows.map(({ text, counts }) => {
            const [one, two] = counts;
            return (
              <tr key={text}>
                <td>
                  <code>{split(text)[1]}</code> <small>{split(text)[0]}</small>
                </td>
                {counts.map((n, i) => (
                  <td key={named[i]?.version} className="num">
                    {n === null ? <span className="dim">{words.version.noStep}</span> : count(n)}
                  </td>
                ))}
                <td className="num">
                  {one == null || two == null ? "—" : signed(one - two, count)}
                </td>
              </tr>
            );
          })}
          {rows.length ? null : (
            <tr>
              <td colSpan={4} className="dim">
                {words.version.nothingRemoved}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

/** What an evaluation's file says of its dimensions. */
interface Told {
  dimensions: {
    code: string;
    title: { en: string; zh: string };
    score: number | null;
    line: number;
  }[];
}

function useMeasured(version: string) {
  return useQuery({
    queryKey: ["measured", version],
    queryFn: async (): Promise<[Evaluation, Told] | null> => {
      const [newest] = await ask(api.GET("/api/evaluations", { params: { query: { version } } }));
      if (!newest) return null;
      const told = await fetch(`/api${path("evaluations", newest.id, "evaluation.json")}`);
      return [newest, told.ok ? ((await told.json()) as Told) : { dimensions: [] }];
    },
  });
}

function Measured({ these, named }: Both) {
  const words = useWords();
  const said = useSaid();
  const all = [useMeasured(these[0].version.name), useMeasured(these[1].version.name)];
  if (all.some(({ isPending }) => isPending)) return null;
  const found = all.map(({ data }) => data ?? null);
  const dimensions = found.flatMap((one) => one?.[1].dimensions ?? []);
  const codes = [...new Set(dimensions.map(({ code }) => code))];
  if (!dimensions.length) return <p className="small dim">{words.version.notEvaluated}</p>;
  return (
    <div className="scroll">
      <table>
        <Head title={words.evaluation.title} named={named} />
        <tbody>
          {codes.map((code) => {
            const both = found.map((one) => one?.[1].dimensions.find((d) => d.code === code));
            const [a, b] = both.map((one) => one?.score ?? null);
            const title = both.find(Boolean)?.title ?? { en: code, zh: code };
            return (
              <tr key={code}>
                <td>{said(title)}</td>
                {both.map((one, i) => (
                  <td key={named[i]?.version} className="num">
                    {one?.score == null ? (
                      "—"
                    ) : (
                      <>
                        {one.score.toFixed(1)}
                        <Bar
                          value={one.score / 100}
                          line={one.line / 100}
                          tone={one.score >= one.line ? "gold" : ""}
                          label={`${said(one.title)} ${one.score.toFixed(1)}`}
                        />
                      </>
                    )}
                  </td>
                ))}
                <td className="num">{a == null || b == null ? "—" : signed(a - b, real)}</td>
              </tr>
            );
          })}
          <tr>
            <td>{words.evaluation.grade}</td>
            {found.map((one, i) => (
              <td key={named[i]?.version} className="num">
                {one ? <Grade grade={one[0].grade} /> : "—"}
              </td>
            ))}
            <td />
          </tr>
          <tr>
            <td>{words.evaluation.missing}</td>
            {found.map((one, i) => (
              <td key={named[i]?.version} className="num">
                {one ? one[0].missing.length : "—"}
              </td>
            ))}
            <td className="num">
              {found[0] && found[1]
                ? signed(found[0][0].missing.length - found[1][0].missing.length, count)
                : "—"}
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}
