/** The ways to a version's files, each with a snippet to copy. */

import { type ReactNode, useState } from "react";
import { useWords } from "../language";
import { Icon } from "./icon";
import { copy } from "./text";

export interface Door {
  id: string;
  name: string;
  about: ReactNode;
  snippet: string;
}

/** `datasets`, unmodified: the token stands in the environment. */
export function datasetsDoor(name: string, version: string): string {
  return `export HF_ENDPOINT=${window.location.origin}/hub
export HF_TOKEN=lj_…

python - <<'PY'
from datasets import load_dataset
rows = load_dataset("${name}", revision="${version}")
print(rows)
PY`;
}

/** Files one by one; curl goes on where it was stopped. */
export function httpDoor(addresses: string[]): string {
  const lines = addresses.map((address) => `  -O "${window.location.origin}${address}"`);
  return `curl --fail --location --continue-at - --remote-name-all \\
  -H "Authorization: Bearer $LIANJIN_TOKEN" \\
${lines.join(" \\\n")}`;
}

export function Doors({ doors }: { doors: Door[] }) {
  const words = useWords();
  const [open, setOpen] = useState(doors[0]?.id);
  const door = doors.find(({ id }) => id === open) ?? doors[0];
  if (!door) return null;
  return (
    <div className="stack doors">
      <div className="row wrap">
        <fieldset className="seg" aria-label={words.order.doors}>
          {doors.map((one) => (
            <button
              key={one.id}
              type="button"
              aria-pressed={one === door}
              onClick={() => setOpen(one.id)}
            >
              {one.name}
            </button>
          ))}
        </fieldset>
        <button
          type="button"
          className="btn tiny right"
          onClick={() => copy(door.snippet, words.action.copied)}
        >
          <Icon name="copy" />
          {words.action.copy} {door === doors[0] ? <kbd>Y</kbd> : null}
        </button>
      </div>
      <pre className="code">{door.snippet}</pre>
      <p className="small dim">{door.about}</p>
    </div>
  );
}
