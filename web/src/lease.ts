/** How long a task is still one's own, by the server's clock. */

import { useEffect, useState } from "react";

let ahead_ms = 0;

/** Learns from an answer how far this machine's clock is off. */
export function heardClock(date: string | null): void {
  const at = date === null ? Number.NaN : Date.parse(date);
  // The header has whole seconds; smaller differences are no news.
  if (!Number.isNaN(at) && Math.abs(at - Date.now()) > 2_000) ahead_ms = at - Date.now();
}

/** Seconds until then, counted down; negative once it is over. */
export function useSecondsUntil(utc: string | undefined): number {
  const [now, tick] = useState(() => Date.now());
  useEffect(() => {
    if (!utc) return;
    tick(Date.now());
    const timer = setInterval(() => tick(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [utc]);
  return utc ? (Date.parse(utc) - now - ahead_ms) / 1_000 : 0;
}
