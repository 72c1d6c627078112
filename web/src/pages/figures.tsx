/** The market in figures, each with its definition and its query. */

import { useQuery } from "@tanstack/react-query";
import { useQueryValue } from "../address";
import { api, ask } from "../api";
import { useKeys } from "../key";
import { useLanguage, useSaid, useWords } from "../language";
import { bytes, count, large, moment, month, percent, yuan } from "../number";
import { Loaded } from "../parts/face";
import { Drawer } from "../parts/layer";
import { Bar, Months } from "../parts/measure";
import { Shell } from "../shell";
import type { components } from "../types";
import { download } from "./certificate";

type Figures = components["schemas"]["FiguresView"];
type One = components["schemas"]["FigureView"];

const HERO = ["datasets", "bytes", "turnover", "tokens"];
const TREND_MONTHS = 3;

export function FiguresPage() {
  const figures = useQuery({ queryKey: ["figures"], queryFn: () => ask(api.GET("/api/figures")) });
  return (
    <Shell>
      <main className="page" id="main">
        <Loaded of={figures} rows={8}>
          {(found) => <Whole figures={found} />}
        </Loaded>
      </main>
    </Shell>
  );
}

/** A figure's number and unit; "—" where it cannot be said, never 0. */
function useShown(): (figure: One) => [string, string] {
  const language = useLanguage();
  return ({ unit, value }) => {
    if (value === null) return ["—", ""];
    if (unit === "bytes") return bytes(value);
    if (unit === "ratio") return [percent(value), "%"];
    if (unit === "fen") {
      const [number, step] = large(value / 100, language);
      return step ? [number, language === "zh" ? `${step}元` : `${step} yuan`] : [yuan(value), ""];
    }
    return large(value, language);
  };
}

function Whole({ figures }: { figures: Figures }) {
  const words = useWords();
  const said = useSaid();
  const shown = useShown();
  const [open, setOpen] = useQueryValue("figure");
  const asked = figures.figures.find(({ name }) => name === open);
  const save = () => download("lianjin-figures.json", JSON.stringify(figures, null, 2));
  useKeys({ e: save });
  const hero = HERO.flatMap((name) => figures.figures.filter((one) => one.name === name));
  const others = figures.figures.filter(({ name }) => !HERO.includes(name));
  const face = (one: One) => {
    const [number, unit] = shown(one);
    return (
      <div key={one.name}>
        <dt>{said(one.title)}</dt>
        <dd>
          {number}
          {unit ? <i>{unit}</i> : null}
        </dd>
        <dd className="s">
          {one.value === null ? `${words.figures.none} · ` : null}
          <button
            type="button"
            className="link"
            aria-label={`${said(one.title)}: ${words.figures.how}`}
            onClick={() => setOpen(one.name)}
          >
            {words.figures.how}
          </button>
        </dd>
      </div>
    );
  };
  return (
    <>
      <div className="head">
        <div className="grow">
          <h1>{words.figures.title}</h1>
          <p className="dim2">{words.figures.asOf(moment(figures.as_of_utc))}</p>
        </div>
        <button type="button" className="btn" onClick={save}>
          {words.figures.download} <kbd>E</kbd>
        </button>
      </div>
      <dl className="hero">{hero.map(face)}</dl>
      <div className="grid">
        <Turnover figures={figures} />
        <section className="card c4 stack">
          <Shares
            title={words.figures.byGrade}
            of={figures.by_grade}
            named={(grade) => words.certificate.grade[grade] ?? words.market.ungraded}
          />
          <Shares
            title={words.figures.byDomain}
            of={figures.by_domain}
            named={(domain) => domain}
          />
        </section>
        <dl className="figs c12 four">{others.map(face)}</dl>
      </div>
      {asked ? (
        <Drawer title={said(asked.title)} onClose={() => setOpen("")}>
          <h3>{words.figures.definition}</h3>
          <p>{said(asked.definition)}</p>
          <h3>{words.figures.query}</h3>
          <pre className="code query">{asked.query}</pre>
        </Drawer>
      ) : null}
    </>
  );
}

function Turnover({ figures }: { figures: Figures }) {
  const words = useWords();
  const language = useLanguage();
  const now = figures.as_of_utc.slice(0, 7);
  const money = (fen: number) => large(Math.round(fen / 100), language).join(" ");
  const months = figures.months.slice(-12).map((one) => {
    const isPartial = one.month === now;
    const name = month(one.month, language);
    const rest = one.turnover_fen - one.high_fen;
    const label = isPartial ? `${name} (${words.figures.partial})` : name;
    return {
      name,
      gold: one.high_fen,
      ore: rest,
      isPartial,
      label: words.figures.monthLabel(label, yuan(one.high_fen), yuan(rest)),
    };
  });
  return (
    <section className="card c8">
      <header>
        <h2>{words.figures.turnover}</h2>
        <p>{words.figures.turnoverNote}</p>
        <span className="right row small dim">
          <i className="key gold" /> {words.figures.high} <i className="key ore" />{" "}
          {words.figures.rest}
        </span>
      </header>
      {figures.months.length === 0 ? <p className="dim2">{words.figures.empty}</p> : null}
      {months.length >= TREND_MONTHS ? (
        <Months months={months} label={words.figures.turnoverLabel(months.length)} unit={money} />
      ) : months.length ? (
        <p className="note">{words.figures.few}</p>
      ) : null}
      {months.length ? (
        <details className="twin" open={months.length < TREND_MONTHS}>
          <summary>{words.figures.table}</summary>
          <div className="scroll">
            <table>
              <thead>
                <tr>
                  <th>{words.figures.month}</th>
                  <th className="num">{words.figures.high}</th>
                  <th className="num">{words.figures.rest}</th>
                  <th className="num">{words.figures.total}</th>
                  <th className="num">{words.figures.orders}</th>
                </tr>
              </thead>
              <tbody>
                {figures.months.map((one) => (
                  <tr key={one.month}>
                    <td>
                      {one.month}
                      {one.month === now ? <small>{words.figures.partial}</small> : null}
                    </td>
                    <td className="num">{yuan(one.high_fen)}</td>
                    <td className="num">{yuan(one.turnover_fen - one.high_fen)}</td>
                    <td className="num">{yuan(one.turnover_fen)}</td>
                    <td className="num">{count(one.n_orders)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      ) : null}
    </section>
  );
}

function Shares(props: {
  title: string;
  of: Record<string, number>;
  named: (value: string) => string;
}) {
  const words = useWords();
  const all = Object.entries(props.of);
  const total = all.reduce((sum, [, fen]) => sum + fen, 0);
  return (
    <section>
      <h2>{props.title}</h2>
      {total === 0 ? <p className="dim2">{words.figures.empty}</p> : null}
      <ul className="sh">
        {all.map(([value, fen]) => (
          <li key={value}>
            <span className="cut">{props.named(value)}</span>
            <Bar
              value={fen / Math.max(1, total)}
              label={`${props.named(value)} ${percent(fen / Math.max(1, total))} %`}
            />
            <b className="num">{percent(fen / Math.max(1, total))} %</b>
          </li>
        ))}
      </ul>
    </section>
  );
}
