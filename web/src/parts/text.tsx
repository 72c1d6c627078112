/** Record texts with their edits, digests to copy, answers side by side. Always as text nodes. */

import { Fragment, memo, useMemo, useState } from "react";
import { useWords } from "../language";
import { shortDigest } from "../number";
import { Icon } from "./icon";
import { say } from "./layer";

/** A stretch of a text: the same before and after, cut by a repair, or put in by one. */
export interface Stretch {
  kind: "same" | "cut" | "put";
  text: string;
  step: number | null;
  rule: string | null;
  confidence: number | null;
}

export type View = "marked" | "mended" | "raw";

const FOLD_CHARS = 120;
const GLOSS = /gloss|pinyin/;

const NONE = new Set<number>();

/** A text with what repairs cut and put; long cuts fold. Changes in `undone` are taken back. */
export const Edited = memo(function Edited(props: {
  text: Stretch[];
  view: View;
  current?: number;
  undone?: Set<number>;
}) {
  const undone = props.undone ?? NONE;
  const numbers = useMemo(() => numbered(props.text), [props.text]);
  return (
    <div className="text prose">
      {props.text.map((stretch, i) => {
        const number = numbers[i] ?? null;
        if (number === null) return <Fragment key={i}>{stretch.text}</Fragment>;
        return (
          <Change
            key={i}
            stretch={stretch}
            view={props.view}
            number={number}
            isCurrent={props.current === number}
            isUndone={undone.has(number)}
          />
        );
      })}
    </div>
  );
});

/** Which change each stretch belongs to, from 0; null for what stayed. What one rule of one step cut
 * and put between two stretches that stayed is one change, for what it put stands for all it cut. */
function numbered(text: Stretch[]): (number | null)[] {
  let next = 0;
  let here = new Map<string, number>();
  return text.map(({ kind, step, rule }) => {
    if (kind === "same") {
      here = new Map();
      return null;
    }
    const by = `${step} ${rule}`;
    const number = here.get(by) ?? next++;
    here.set(by, number);
    return number;
  });
}

/** How many changes a text has. */
export function countChanges(text: Stretch[]): number {
  return numbered(text).reduce<number>((most, number) => Math.max(most, (number ?? -1) + 1), 0);
}

function Change(props: {
  stretch: Stretch;
  view: View;
  isCurrent: boolean;
  isUndone: boolean;
  number: number;
}) {
  const words = useWords();
  const { kind, text, rule, confidence } = props.stretch;
  if (props.isUndone && props.view !== "raw")
    return kind === "put" ? null : (
      <span
        data-edit={props.number}
        className={`undone ${props.isCurrent ? "here" : ""}`}
        title={words.document.undone}
      >
        {text}
      </span>
    );
  if (props.view !== "marked") return (kind === "cut") === (props.view === "raw") ? text : null;
  const said = `${rule ?? ""}${confidence === null ? "" : ` ${confidence.toFixed(2)}`}`;
  const marks = {
    "data-edit": props.number,
    title: said,
    className: props.isCurrent ? "here" : undefined,
  };
  if (kind === "put") return <ins {...marks}>{visible(text)}</ins>;
  const length = Array.from(text).length;
  if (length > FOLD_CHARS)
    return (
      <details className="fold" data-edit={props.number}>
        <summary>
          <Icon name="down" />
          <b>{words.document.cut}</b>
          <span>{words.document.chars(length)}</span>
          <code className="dim right">{said}</code>
        </summary>
        <p className="text">
          <del>{text}</del>
        </p>
      </details>
    );
  const gloss = GLOSS.test(rule ?? "") ? "gloss" : "";
  return (
    <del {...marks} className={`${gloss} ${props.isCurrent ? "here" : ""}`}>
      {visible(text)}
    </del>
  );
}

/** What cannot be seen, as a sign that can: line feeds and other controls. */
function visible(text: string): string {
  if (/[^\s\p{Cc}\p{Cf}\p{Co}]/u.test(text)) return text;
  return text.replace(/[\s\p{Cc}\p{Cf}\p{Co}]/gu, (sign) => {
    if (sign === " ") return "␣";
    if (sign === "\n") return "↵\n";
    return `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  });
}

/** A digest, shortened for the eye and copied whole. */
export function Digest({ of: digest }: { of: string }) {
  const words = useWords();
  return (
    <span className="row digest">
      <span className="mono" title={digest}>
        {shortDigest(digest)}
      </span>
      <button
        type="button"
        className="btn quiet tiny"
        aria-label={words.action.copyDigest}
        onClick={() => copy(digest, words.action.copied)}
      >
        <Icon name="copy" />
      </button>
    </span>
  );
}

/** A line to be copied, such as a command. */
export function Copyable({ text }: { text: string }) {
  const words = useWords();
  return (
    <div className="copy">
      <code>{text}</code>
      <button type="button" className="btn tiny" onClick={() => copy(text, words.action.copied)}>
        <Icon name="copy" />
        {words.action.copy}
      </button>
    </div>
  );
}

/** Puts a text on the clipboard and says so. */
export function copy(text: string, said: string): void {
  if (navigator.clipboard) void navigator.clipboard.writeText(text).then(() => say(said));
}

/** A secret, shown once. */
export function Secret({ text }: { text: string }) {
  const words = useWords();
  const [isShown, show] = useState(false);
  return (
    <div className="copy">
      <code>{isShown ? text : "•".repeat(24)}</code>
      <button type="button" className="btn tiny" onClick={() => show(!isShown)}>
        {isShown ? words.action.hide : words.action.show}
      </button>
      <button type="button" className="btn tiny" onClick={() => copy(text, words.action.copied)}>
        <Icon name="copy" />
        {words.action.copy}
      </button>
    </div>
  );
}
