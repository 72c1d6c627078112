/** What lies over a page: dialogs for what cannot be undone, drawers for reference, toasts. */

import { type ReactNode, useEffect, useId, useRef, useSyncExternalStore } from "react";
import { useKeys } from "../key";
import { useWords } from "../language";

/** A dialog that repeats what is about to happen; Escape closes it, Enter does not confirm. */
export function Dialog(props: {
  title: string;
  children?: ReactNode;
  confirm: string;
  harm?: boolean;
  busy?: boolean;
  disabled?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const words = useWords();
  const title = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  useKeys({ Escape: props.onClose }, true, true);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <h2 id={title}>{props.title}</h2>
      <div className="stack">{props.children}</div>
      <div className="row end">
        <button type="button" className="btn" onClick={props.onClose}>
          {words.action.cancel}
        </button>
        <button
          type="button"
          className={props.harm ? "btn harm" : "btn main"}
          aria-busy={props.busy || undefined}
          disabled={props.busy || props.disabled}
          onClick={props.onConfirm}
        >
          {props.confirm}
        </button>
      </div>
    </dialog>
  );
}

export function Drawer(props: { title: string; children: ReactNode; onClose: () => void }) {
  const words = useWords();
  useKeys({ Escape: props.onClose });
  return (
    <aside className="drawer" aria-label={props.title}>
      <div className="row">
        <h2 className="grow">{props.title}</h2>
        <button type="button" className="btn quiet tiny" onClick={props.onClose}>
          {words.action.close} <kbd>Esc</kbd>
        </button>
      </div>
      {props.children}
    </aside>
  );
}

let toast = "";
let timer: ReturnType<typeof setTimeout> | undefined;
const told = new Set<() => void>();

/** Says something in passing. */
export function say(text: string): void {
  toast = text;
  clearTimeout(timer);
  timer = setTimeout(() => say(""), 5_000);
  for (const tell of told) tell();
}

/** Where toasts appear. */
export function Toasts() {
  const text = useSyncExternalStore(
    (tell) => {
      told.add(tell);
      return () => told.delete(tell);
    },
    () => toast,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {text ? <p className="toast">{text}</p> : null}
    </div>
  );
}
