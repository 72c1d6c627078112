/** The address is the state: path and query, and what changes when either does. */

import { type AnchorHTMLAttributes, type MouseEvent, useMemo, useSyncExternalStore } from "react";

const CHANGED = "lianjin:address";

function subscribe(told: () => void): () => void {
  window.addEventListener("popstate", told);
  window.addEventListener(CHANGED, told);
  return () => {
    window.removeEventListener("popstate", told);
    window.removeEventListener(CHANGED, told);
  };
}

function now(): string {
  return window.location.pathname + window.location.search;
}

/** Goes to an address of this app; `replace` leaves no step to go back to. */
export function go(to: string, replace = false): void {
  if (to === now()) return;
  window.history[replace ? "replaceState" : "pushState"](null, "", to);
  window.dispatchEvent(new Event(CHANGED));
  if (!replace && !to.startsWith(`${window.location.pathname}?`)) window.scrollTo(0, 0);
}

/** Path and query as they are. */
export function useAddress(): { path: string; query: URLSearchParams } {
  const address = useSyncExternalStore(subscribe, now);
  return useMemo(() => {
    const [path = "/", search = ""] = address.split("?", 2);
    return { path, query: new URLSearchParams(search) };
  }, [address]);
}

/** One value of the query, and how it is set; "" takes it out. */
export function useQueryValue(name: string, fallback = ""): [string, (value: string) => void] {
  const { query } = useAddress();
  return [query.get(name) ?? fallback, (value) => go(withQuery({ [name]: value }), true)];
}

/** The present address with these values of the query; "" takes one out. */
export function withQuery(values: Record<string, string>): string {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const search = query.toString();
  return window.location.pathname + (search ? `?${search}` : "");
}

/** What `:name` parts of a pattern stand for in a path; null if it is another path. */
export function matched(pattern: string, path: string): Record<string, string> | null {
  const parts = pattern.split("/");
  const given = path.split("/");
  if (parts.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? "";
    const value = given[i] ?? "";
    if (part.startsWith(":")) {
      try {
        found[part.slice(1)] = decodeURIComponent(value);
      } catch {
        return null;
      }
    } else if (part !== value) return null;
  }
  return found;
}

/** A path of parts, each encoded: `path("datasets", "a", "b")`. */
export function path(...parts: string[]): string {
  return `/${parts.map(encodeURIComponent).join("/")}`;
}

type LinkProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> & { to: string };

/** A link within the app; with a modifier key it opens as links do. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return <a {...rest} href={to} onClick={follow} />;
}
