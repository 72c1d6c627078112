/** What people fill in: fields with their word, their hint and their error. */

import {
  type FormEvent,
  type InputHTMLAttributes,
  type ReactNode,
  type TextareaHTMLAttributes,
  useId,
} from "react";
import { Refusal } from "../api";

type InputProps = InputHTMLAttributes<HTMLInputElement> & {
  label: string;
  hint?: ReactNode;
  error?: unknown;
};

/** The server's word on one field of a request. */
function wordOn(error: unknown, name: string | undefined): string | undefined {
  if (!(error instanceof Refusal) || !name) return undefined;
  return error.fields.find(({ path }) => path === name || path.endsWith(`.${name}`))?.message;
}

export function Field({ label, hint, error, ...rest }: InputProps) {
  const id = useId();
  const wrong = wordOn(error, rest.name);
  return (
    <label className="field">
      <span>{label}</span>
      <input
        {...rest}
        className="in"
        aria-invalid={wrong ? true : undefined}
        aria-describedby={id}
      />
      <small id={id} className={wrong ? "err" : undefined}>
        {wrong ?? hint}
      </small>
    </label>
  );
}

export function Area({
  label,
  hint,
  ...rest
}: TextareaHTMLAttributes<HTMLTextAreaElement> & { label: ReactNode; hint?: ReactNode }) {
  return (
    <label className="field">
      <span>{label}</span>
      <textarea rows={3} {...rest} className="in" />
      {hint ? <small>{hint}</small> : null}
    </label>
  );
}

export function Choice(props: {
  label: string;
  value: string;
  options: [string, string][];
  onChange: (value: string) => void;
  isBare?: boolean;
  name?: string;
  hint?: string;
}) {
  return (
    <label className="field">
      <span className={props.isBare ? "hide" : undefined}>{props.label}</span>
      <select
        className="in"
        name={props.name}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      >
        {props.options.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
      {props.hint ? <small>{props.hint}</small> : null}
    </label>
  );
}

/** What a form holds, by the names of its fields. */
export function filled(event: FormEvent<HTMLFormElement>): (name: string) => string {
  event.preventDefault();
  const data = new FormData(event.currentTarget);
  return (name) => {
    const value = data.get(name);
    return typeof value === "string" ? value : "";
  };
}

/** One of a few choices, side by side. */
export function Segments<T extends string>(props: {
  label: string;
  value: T;
  options: [T, string, string?][];
  onChange: (value: T) => void;
}) {
  return (
    <fieldset className="seg" aria-label={props.label}>
      {props.options.map(([value, name, key]) => (
        <button
          key={value}
          type="button"
          aria-pressed={props.value === value}
          onClick={() => props.onChange(value)}
        >
          {name} {key ? <kbd>{key}</kbd> : null}
        </button>
      ))}
    </fieldset>
  );
}

/** Any of a few, each with its tick. */
export function Ticks<T extends string>(props: {
  label: string;
  all: T[];
  named: Record<string, string>;
  chosen: T[];
  choose: (chosen: T[]) => void;
  /** Those that another list has. */
  without?: T[];
}) {
  return (
    <fieldset>
      <legend className="small dim">{props.label}</legend>
      <div className="row wrap ticks">
        {props.all.map((one) => (
          <label key={one} className="tick">
            <input
              type="checkbox"
              disabled={props.without?.includes(one)}
              checked={props.chosen.includes(one)}
              onChange={(event) =>
                props.choose(
                  event.target.checked
                    ? [...props.chosen, one]
                    : props.chosen.filter((other) => other !== one),
                )
              }
            />
            {props.named[one] ?? one}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
