/** Keys of the page: single ones, and sequences like `g d`; off while a text field has focus. */

import { useEffect, useRef } from "react";

export type Bindings = Record<string, (event: KeyboardEvent) => void>;

interface Layer {
  bindings: Bindings;
  isModal: boolean;
}

const layers: Layer[] = [];
let begun = "";
let begunAt = 0;
const SEQUENCE_MS = 1_000;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT") {
    return true;
  }
  return (
    target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type)
  );
}

/** How a key is written in bindings: `j`, `?`, `Enter`, `mod+z`, `shift+q`. */
function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.metaKey || event.ctrlKey) return `mod+${key}`;
  return event.shiftKey && /^[a-z]$/.test(key) ? `shift+${key}` : key;
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const name = nameOf(event);
  if (isTyping(event.target) && name !== "Escape" && !name.startsWith("mod+")) return;
  // A button or a link has its own Enter; the page's does not come before it.
  const target = event.target as HTMLElement;
  if ((name === "Enter" || name === " ") && /^(BUTTON|A|SUMMARY)$/.test(target.tagName)) return;
  const sequence = event.timeStamp - begunAt < SEQUENCE_MS ? `${begun} ${name}` : "";
  for (const wanted of sequence ? [sequence, name] : [name]) {
    for (let i = layers.length - 1; i >= 0; i--) {
      const act = layers[i]?.bindings[wanted];
      if (act) {
        begun = "";
        event.preventDefault();
        act(event);
        return;
      }
      if (layers[i]?.isModal) break; // what lies under a dialog has no keys
    }
  }
  begun = name;
  begunAt = event.timeStamp;
}

/** Answers these keys while the component is there; later ones come before earlier ones, and a
 * modal one keeps all others silent. */
export function useKeys(bindings: Bindings, active = true, isModal = false): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  const names = Object.keys(bindings).join("|");
  useEffect(() => {
    if (!active) return;
    const layer: Layer = { bindings: {}, isModal };
    for (const name of names.split("|")) {
      layer.bindings[name] = (event) => latest.current[name]?.(event);
    }
    if (layers.length === 0) window.addEventListener("keydown", pressed);
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      if (layers.length === 0) window.removeEventListener("keydown", pressed);
    };
  }, [names, active, isModal]);
}
