/** The bar over every page: where one is, who one is, and how it looks. */

import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { go, Link, useAddress } from "./address";
import { api, ask } from "./api";
import { useKeys } from "./key";
import {
  type Language,
  setLanguage,
  setTheme,
  type Theme,
  useLanguage,
  useTheme,
  useWords,
} from "./language";
import { Icon, Ingot } from "./parts/icon";
import { Toasts } from "./parts/layer";
import { type Session, useNewSession, useRoles, useSession } from "./session";
import type { Wording } from "./words/zh";

interface Place {
  to: string;
  name: (words: Wording) => string;
  key: string;
  /** Who sees it: everybody, everybody signed in, or who has one of these roles. */
  for: "all" | "known" | string[];
  /** Kinds of organisation whose owners see it, too; without any, all owners do. */
  kinds?: string[];
}

const PLACES: Place[] = [
  {
    to: "/datasets",
    name: (w) => w.nav.datasets,
    key: "d",
    for: ["engineer", "owner", "operator", "auditor"],
    kinds: ["supplier", "annotation"],
  },
  {
    to: "/annotate",
    name: (w) => w.nav.annotate,
    key: "a",
    for: ["annotator", "reviewer", "engineer", "owner"],
    kinds: ["supplier", "annotation"],
  },
  { to: "/market", name: (w) => w.nav.market, key: "m", for: "all" },
  { to: "/demands", name: (w) => w.nav.demands, key: "n", for: "known" },
  { to: "/reviews", name: (w) => w.nav.reviews, key: "v", for: ["assessor", "operator"] },
  {
    to: "/orders",
    name: (w) => w.nav.orders,
    key: "o",
    for: ["buyer", "owner", "operator", "engineer"],
  },
  { to: "/figures", name: (w) => w.nav.figures, key: "f", for: "all" },
];

/** The places that somebody sees. */
export function usePlaces(): Place[] {
  const { roles, kinds, session } = useRoles();
  return PLACES.filter(({ for: who, kinds: of }) => {
    if (who === "all") return true;
    if (who === "known") return session !== null;
    return who.some(
      (role) => roles.has(role) && (role !== "owner" || !of || of.some((kind) => kinds.has(kind))),
    );
  });
}

/** Keeps a form that is on its way from being sent a second time. */
export function once(event: FormEvent<HTMLElement>): void {
  const form = event.target;
  if (form instanceof HTMLElement && form.querySelector('[type="submit"][aria-busy="true"]')) {
    event.preventDefault();
    event.stopPropagation();
  }
}

/** A page in its frame; `pane` is for pages whose panes scroll by themselves. */
export function Shell({ children, pane }: { children: ReactNode; pane?: boolean | string }) {
  const words = useWords();
  // The window is called what the page is called, as soon as that is known.
  useEffect(() => {
    const heading = document.querySelector("h1")?.textContent;
    document.title = heading ? `${heading} · 炼金 lianjin` : "炼金 lianjin";
  });
  return (
    <div onSubmitCapture={once} className={pane ? `app ${pane === true ? "" : pane}` : undefined}>
      <Bar />
      {children}
      <Toasts />
      <span className="hide">{words.name}</span>
    </div>
  );
}

function Bar() {
  const words = useWords();
  const { path } = useAddress();
  const places = usePlaces();
  const search = useRef<HTMLInputElement>(null);
  const bindings = Object.fromEntries(places.map(({ key, to }) => [`g ${key}`, () => go(to)]));
  useKeys({ ...bindings, "/": () => search.current?.focus() });
  const links = places.map(({ to, name }) => (
    <Link
      key={to}
      to={to}
      aria-current={path === to || path.startsWith(`${to}/`) ? "page" : undefined}
    >
      {name(words)}
    </Link>
  ));
  return (
    <header className="bar">
      <a className="btn skip-link" href="#main">
        {words.nav.skip}
      </a>
      <Link className="mark" to="/">
        <Ingot />
        炼金<small>lianjin</small>
      </Link>
      <nav className="nav" aria-label={words.nav.main}>
        {links}
      </nav>
      <search className="find">
        <Icon name="search" />
        <input
          ref={search}
          type="search"
          placeholder={words.nav.search}
          aria-label={words.nav.search}
          onKeyDown={(event) => {
            if (event.key === "Enter")
              go(`/market?q=${encodeURIComponent(event.currentTarget.value)}`);
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
        <kbd>/</kbd>
      </search>
      <Account />
      <details className="more" key={path}>
        <summary className="btn quiet tiny" aria-label={words.nav.menu}>
          <Icon name="menu" />
        </summary>
        <nav>{links}</nav>
      </details>
    </header>
  );
}

function Account() {
  const words = useWords();
  const session = useSession().data;
  const [isOpen, open] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const close = () => open(false);
  useKeys({ Escape: close }, isOpen);
  useEffect(() => {
    if (!isOpen) return;
    const away = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) open(false);
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [isOpen]);
  if (session === undefined) return <div className="who" />;
  const place = session?.organisations.find(({ id }) => id === session.organisation);
  const role = session?.roles.map((name) => words.role[name] ?? name).join(words.list);
  const title = session
    ? [place?.title ?? session.name, role].filter(Boolean).join(" · ")
    : words.nav.visitor;
  return (
    <div className="who" ref={box}>
      {session ? null : (
        <Link className="btn tiny wide-only" to="/sign-in">
          {words.session.signIn}
        </Link>
      )}
      <button type="button" aria-expanded={isOpen} aria-label={title} onClick={() => open(!isOpen)}>
        <span className="cut">{session ? title : ""}</span>
        <b className="face">{Array.from(session?.name ?? words.nav.visitor)[0]}</b>
      </button>
      {isOpen ? <AccountMenu session={session} close={close} /> : null}
    </div>
  );
}

function AccountMenu({ session, close }: { session: Session | null; close: () => void }) {
  const words = useWords();
  const take = useNewSession();
  const signOut = async () => {
    await ask(api.DELETE("/api/session"));
    close();
    take(null);
    go("/sign-in");
  };
  const act = async (organisation: string) => {
    take(await ask(api.PUT("/api/session/organisation", { body: { organisation } })));
    close();
    go("/");
  };
  return (
    <div className="account">
      {session ? (
        <>
          <div>
            <b>{session.name}</b> <span className="dim mono">{session.login}</span>
          </div>
          {session.organisations.length > 1 ? (
            <div className="bar-places">
              <span className="small dim">{words.nav.actFor}</span>
              {session.organisations.map((place) => (
                <button
                  key={place.id}
                  type="button"
                  className="place"
                  aria-current={place.id === session.organisation || undefined}
                  onClick={() => void act(place.id)}
                >
                  {place.title}
                </button>
              ))}
            </div>
          ) : null}
          <Link className="btn" to="/people" onClick={close}>
            {words.nav.people}
          </Link>
        </>
      ) : (
        <Link className="btn main" to="/sign-in" onClick={close}>
          {words.session.signIn}
        </Link>
      )}
      <Looks />
      {session ? (
        <button type="button" className="btn" onClick={() => void signOut()}>
          {words.nav.signOut}
        </button>
      ) : null}
    </div>
  );
}

/** Light and language. */
export function Looks() {
  const words = useWords();
  const theme = useTheme();
  const language = useLanguage();
  const themes: [Theme, string][] = [
    ["system", words.nav.system],
    ["light", words.nav.bright],
    ["dark", words.nav.dark],
  ];
  const languages: [Language, string][] = [
    ["zh", "中文"],
    ["en", "English"],
  ];
  return (
    <>
      <fieldset className="seg" aria-label={words.nav.language}>
        {languages.map(([value, name]) => (
          <button
            key={value}
            type="button"
            lang={value}
            aria-pressed={language === value}
            onClick={() => setLanguage(value)}
          >
            {name}
          </button>
        ))}
      </fieldset>
      <fieldset className="seg" aria-label={words.nav.light}>
        {themes.map(([value, name]) => (
          <button
            key={value}
            type="button"
            aria-pressed={theme === value}
            onClick={() => setTheme(value)}
          >
            {name}
          </button>
        ))}
      </fieldset>
    </>
  );
}
