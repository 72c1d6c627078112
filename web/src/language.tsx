/** Which language and which light the pages are in, kept in this browser. */

import { useSyncExternalStore } from "react";
import { en } from "./words/en";
import { type Wording, zh } from "./words/zh";

export type Language = "zh" | "en";
export type Theme = "system" | "light" | "dark";

const CHANGED = "lianjin:face";

function stored(name: string): string | null {
  try {
    return window.localStorage.getItem(name);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function keep(name: string, value: string): void {
  try {
    window.localStorage.setItem(name, value);
  } catch {
    // it holds until the page closes
  }
  window.dispatchEvent(new Event(CHANGED));
}

let language: Language = first();
let theme: Theme = (stored("lianjin.theme") as Theme | null) ?? "system";

function first(): Language {
  const kept = stored("lianjin.language");
  if (kept === "zh" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "zh";
}

/** Puts language and theme on the page; called before anything is painted. */
export function dress(): void {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function setLanguage(to: Language): void {
  language = to;
  keep("lianjin.language", to);
  dress();
}

export function setTheme(to: Theme): void {
  theme = to;
  keep("lianjin.theme", to);
  dress();
}

export function currentLanguage(): Language {
  return language;
}

function subscribe(told: () => void): () => void {
  window.addEventListener(CHANGED, told);
  return () => window.removeEventListener(CHANGED, told);
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => language);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => theme);
}

/** The sentences of the pages in the language in use. */
export function useWords(): Wording {
  return useLanguage() === "zh" ? zh : en;
}

/** A text that the server has in both languages, in the one in use. */
export function useSaid(): (said: { en: string; zh: string }) => string {
  const now = useLanguage();
  return (said) => said[now] || said.zh || said.en;
}
