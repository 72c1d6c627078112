/** What a person has written and the server has not: kept in this browser until it is sent. */

import type { Draft } from "./parts/task";

interface Kept {
  draft: Draft;
  number: number;
}

/** An answer that waits for the network, with the key that keeps it from counting twice. */
export interface Waiting {
  assignment: string;
  key: string;
  body: Record<string, unknown>;
}

const DRAFT = "lianjin.draft.";
const WAITING = "lianjin.waiting";

function read<T>(name: string): T | null {
  try {
    const text = window.localStorage.getItem(name);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

function write(name: string, value: unknown): void {
  try {
    window.localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // full, or forbidden: the server's copy is then the only one
  }
}

export function keepDraft(assignment: string, draft: Draft, number: number): void {
  write(DRAFT + assignment, { draft, number } satisfies Kept);
}

/** The newer of the draft that the server has and the one kept here. */
export function newestDraft(assignment: string, served: unknown, number: number): Kept | null {
  const kept = read<Kept>(DRAFT + assignment);
  if (kept && kept.number >= number) return kept;
  return served ? { draft: served as Draft, number } : null;
}

export function forgetDraft(assignment: string): void {
  try {
    window.localStorage.removeItem(DRAFT + assignment);
  } catch {
    // nothing was kept
  }
}

export function waiting(): Waiting[] {
  return read<Waiting[]>(WAITING) ?? [];
}

export function addWaiting(one: Waiting): void {
  write(WAITING, [...waiting().filter(({ key }) => key !== one.key), one]);
}

export function dropWaiting(key: string): void {
  write(
    WAITING,
    waiting().filter((one) => one.key !== key),
  );
}
