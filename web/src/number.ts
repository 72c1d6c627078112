/** Figures as people read them, in either language. */

import type { Language } from "./language";

const LOCALE = { zh: "zh-CN", en: "en-GB" } as const;

/** All digits: 1,253,918. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** A large count in prose: 19.4 亿, 1.94 B; number and unit apart. */
export function large(value: number, language: Language): [string, string] {
  const steps: [number, string][] =
    language === "zh"
      ? [
          [1e8, "亿"],
          [1e4, "万"],
        ]
      : [
          [1e9, "B"],
          [1e6, "M"],
          [1e4, "K"],
        ];
  for (const [least, unit] of steps) {
    if (value >= least) return [short(value / (unit === "K" ? 1e3 : least)), unit];
  }
  return [count(value), ""];
}

/** Three digits that count: 2.21, 19.4, 652. */
function short(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}

/** Bytes: 2.21 GiB; number and unit apart. */
export function bytes(value: number): [string, string] {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let power = 0;
  while (value >= 1024 && power < units.length - 1) {
    value /= 1024;
    power++;
  }
  return [power === 0 ? String(value) : short(value), units[power] ?? "B"];
}

/** A ratio as a percentage: 0.648 → 64.8. */
export function percent(ratio: number, digits = 1): string {
  return (ratio * 100).toFixed(digits);
}

/** A score or another real number with at most three digits behind the point. */
export function real(value: number): string {
  if (Number.isInteger(value)) return count(value);
  return value.toLocaleString("en-US", { maximumFractionDigits: Math.abs(value) < 1 ? 3 : 2 });
}

/** Money to the fen: ¥68,000.00. */
export function yuan(fen: number): string {
  const whole = Math.trunc(Math.abs(fen) / 100);
  const rest = String(Math.abs(fen) % 100).padStart(2, "0");
  return `${fen < 0 ? "−" : ""}¥${count(whole)}.${rest}`;
}

/** Money for a catalogue: whole yuan, fen only where there are some. */
export function price(fen: number): string {
  return fen % 100 === 0 ? yuan(fen).slice(0, -3) : yuan(fen);
}

/** The fen that a person typed as yuan; null if it is no amount. */
export function fenOf(typed: string): number | null {
  const found = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(typed.trim().replaceAll(",", ""));
  if (!found) return null;
  return Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
}

/** A moment of the log in the reader's zone: 2026-11-12 09:41. */
export function moment(utc: string): string {
  const at = new Date(utc);
  if (Number.isNaN(at.getTime())) return utc;
  return at.toLocaleString("sv-SE", { dateStyle: "short", timeStyle: "short" });
}

/** A day in the reader's zone: 2026-11-12. */
export function day(utc: string): string {
  return moment(utc).slice(0, 10);
}

/** A month of figures: 2026-11 → 11 月, Nov. */
export function month(text: string, language: Language): string {
  const at = new Date(`${text}-01T00:00:00`);
  return at.toLocaleString(LOCALE[language], { month: "short" });
}

/** A digest for the eye: b41c 09e2 … 7d5a 9e07. */
export function shortDigest(digest: string): string {
  const hex = digest.replace(/^sha256:/, "");
  if (hex.length < 24) return hex;
  return `${hex.slice(0, 4)} ${hex.slice(4, 8)} … ${hex.slice(-8, -4)} ${hex.slice(-4)}`;
}

/** What is left of a countdown: 4:12. */
export function clock(seconds: number): string {
  const left = Math.max(0, Math.floor(seconds));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}
