/** How a score is spread: kept over removed, and the rule's line over all of it. */

import { useWords } from "../language";
import { count, real } from "../number";

export interface Bin {
  low: number;
  high: number;
  kept: number;
  removed: number;
}

const [WIDTH, HEIGHT] = [200, 56];

/** Where a value stands among the bins, 0 to 1; what is beyond them is at their edge. */
function at(bins: Bin[], value: number): number {
  const low = bins[0]?.low ?? 0;
  const high = bins.at(-1)?.high ?? 1;
  return high > low ? Math.max(0, Math.min(1, (value - low) / (high - low))) : 0.5;
}

/** Bars from zero, kept in gold and removed in ore; `moved` is drawn in place of `saved`, which is
 * then dotted. The same numbers stand in a table under it. */
export function Histogram(props: {
  bins: Bin[];
  lines: number[];
  moved?: { from: number; to: number } | null;
  label: string;
}) {
  const words = useWords();
  const { bins, moved } = props;
  const [low, high] = [bins[0]?.low ?? 0, bins.at(-1)?.high ?? 0];
  const top = Math.max(1, ...bins.map(({ kept, removed }) => kept + removed));
  const slot = WIDTH / Math.max(1, bins.length);
  const tall = (value: number) => (value / top) * HEIGHT;
  return (
    <figure className="histogram">
      <svg
        className="chart"
        viewBox={`0 -4 ${WIDTH} ${HEIGHT + 5}`}
        role="img"
        aria-label={props.label}
      >
        {bins.map((bin, i) => (
          <g key={bin.low}>
            <title>{`${real(bin.low)}–${real(bin.high)}: ${words.document.kept} ${count(bin.kept)}, ${words.document.dropped} ${count(bin.removed)}`}</title>
            <rect
              className="fill-gold"
              x={i * slot + 0.5}
              width={slot - 1}
              y={HEIGHT - tall(bin.kept)}
              height={tall(bin.kept)}
            />
            <rect
              className="fill-ore"
              x={i * slot + 0.5}
              width={slot - 1}
              y={HEIGHT - tall(bin.kept + bin.removed)}
              height={tall(bin.removed)}
            />
          </g>
        ))}
        <path className="ax" d={`M0 ${HEIGHT}H${WIDTH}`} />
        {props.lines
          .filter((line) => line >= low && line <= high)
          .map((line) => (
            <path
              key={line}
              className={line === moved?.from ? "rule saved" : "rule"}
              d={`M${at(bins, line) * WIDTH} -4V${HEIGHT}`}
            />
          ))}
        {moved ? <path className="rule" d={`M${at(bins, moved.to) * WIDTH} -4V${HEIGHT}`} /> : null}
      </svg>
      <p className="row small dim">
        <span className="grow">{real(low)}</span>
        <span>{real(high)}</span>
      </p>
      <details>
        <summary className="small dim">{words.figures.table}</summary>
        <table>
          <thead>
            <tr>
              <th>{props.label}</th>
              <th className="num">{words.document.kept}</th>
              <th className="num">{words.document.dropped}</th>
            </tr>
          </thead>
          <tbody>
            {bins.map((bin) => (
              <tr key={bin.low}>
                <td className="mono">{`${real(bin.low)}–${real(bin.high)}`}</td>
                <td className="num">{count(bin.kept)}</td>
                <td className="num">{count(bin.removed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
