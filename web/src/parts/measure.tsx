/** A number with its line and its reason: figures, score bars, funnels, charts. */

import type { ReactNode } from "react";
import { Link } from "../address";
import { useWords } from "../language";
import { count } from "../number";
import { Icon } from "./icon";

/** A figure: what it is, the number, its unit, and what stands under it. */
export function Figure(props: { title: string; value: string; unit?: string; note?: ReactNode }) {
  return (
    <div>
      <dt>{props.title}</dt>
      <dd>
        {props.value}
        {props.unit ? <i>{props.unit}</i> : null}
      </dd>
      {props.note ? <dd className="s">{props.note}</dd> : null}
    </div>
  );
}

const clamp = (ratio: number) => `${Math.max(0, Math.min(1, ratio)) * 100}%`;

/** A bar of `value`, both from 0 to 1, with the rule's line, and a thin one from the lower limit. */
export function Bar(props: {
  value: number;
  line?: number | null;
  low?: number | null;
  tone?: "gold" | "bad" | "ok" | "";
  label: string;
}) {
  return (
    <div className="meter" role="img" aria-label={props.label}>
      <i className={props.tone ?? ""} style={{ width: clamp(props.value) }} />
      {props.line == null ? null : <b style={{ left: clamp(props.line) }} />}
      {props.low == null ? null : (
        <s style={{ left: clamp(props.low), width: clamp(props.value - props.low) }} />
      )}
    </div>
  );
}

/** Where a score and its line stand on a bar. On an open scale the line is in the middle. */
export function onBar(
  value: number,
  line: number | null,
  isRatio: boolean,
): [number, number | null] {
  if (isRatio) return [value, line];
  if (line === null || line === 0) return [value > 0 ? 1 : 0, null];
  return [value / (2 * line), 0.5];
}

export interface FunnelStep {
  title: string;
  rule?: string;
  /** The title is a rule of the recipe, as it is written there. */
  isRule?: boolean;
  left: number;
  removed: number;
  to?: string;
}

/** What each step left and removed, on the scale of the input; the last bar is what is refined. */
export function Funnel({ steps }: { steps: FunnelStep[] }) {
  const words = useWords();
  const input = Math.max(1, steps[0]?.left ?? 1);
  return (
    <ol className="fun">
      {steps.map((step, i) => (
        <li key={i}>
          <div className="what">
            <b className={step.isRule ? "mono" : undefined}>{step.title}</b>
            {step.rule ? <small className="dim">{step.rule}</small> : null}
          </div>
          <div className="fb" aria-hidden="true">
            <i style={{ width: clamp(step.left / input) }} />
            <u className="hatch" style={{ width: clamp(step.removed / input) }} />
          </div>
          <span className="num">{count(step.left)}</span>
          <span className="num">
            {step.removed === 0 ? (
              <span className="dim">—</span>
            ) : step.to ? (
              <Link
                to={step.to}
                aria-label={words.version.removedHere(step.title, count(step.removed))}
              >
                −{count(step.removed)}
              </Link>
            ) : (
              `−${count(step.removed)}`
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** A claim that holds, or does not. */
export function Claim({ holds, children }: { holds: boolean; children: ReactNode }) {
  return (
    <span className={`${holds ? "ok" : "bad"} row`}>
      <Icon name={holds ? "yes" : "no"} />
      <span>{children}</span>
    </span>
  );
}

export interface Month {
  name: string;
  gold: number;
  ore: number;
  isPartial: boolean;
  label: string;
}

/** Months as stacked bars from zero, with the same numbers as text for each. */
export function Months({
  months,
  label,
  unit,
}: {
  months: Month[];
  label: string;
  unit: (value: number) => string;
}) {
  const top = Math.max(1, ...months.map((month) => month.gold + month.ore));
  const [width, height, left] = [720, 200, 56];
  const slot = (width - left) / Math.max(1, months.length);
  const bar = Math.min(40, slot * 0.62);
  const y = (value: number) => height - (value / top) * (height - 20);
  return (
    <svg className="chart" viewBox={`0 0 ${width} 226`} role="img" aria-label={label}>
      {[0, 0.5, 1].map((part) => (
        <g key={part}>
          <path className="ax" d={`M${left - 8} ${y(top * part)}H${width}`} />
          <text x={left - 14} y={y(top * part) + 4} textAnchor="end">
            {unit(top * part)}
          </text>
        </g>
      ))}
      {months.map((month, i) => {
        const x = left + i * slot + (slot - bar) / 2;
        return (
          <g key={month.name} opacity={month.isPartial ? 0.6 : 1}>
            <title>{month.label}</title>
            <rect
              className="fill-gold"
              x={x}
              y={y(month.gold)}
              width={bar}
              height={height - y(month.gold)}
            />
            <rect
              className="fill-ore"
              x={x}
              y={y(month.gold + month.ore)}
              width={bar}
              height={y(month.gold) - y(month.gold + month.ore)}
            />
            <text x={x + bar / 2} y="220" textAnchor="middle">
              {month.name}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
