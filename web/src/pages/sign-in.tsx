/** The doors: signing in, accepting an invitation, setting up an empty server. */

import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { go, Link, useAddress, useQueryValue } from "../address";
import { api, ask } from "../api";
import { useWords } from "../language";
import { Problem } from "../parts/face";
import { Field, filled } from "../parts/field";
import { Ingot } from "../parts/icon";
import { type Session, useNewSession } from "../session";
import { Looks, once } from "../shell";

function Door({ title, lede, children }: { title: string; lede?: ReactNode; children: ReactNode }) {
  return (
    <main className="page" id="main" onSubmitCapture={once}>
      <div className="door">
        <p className="mark">
          <Ingot />
          炼金<small>lianjin</small>
        </p>
        <section className="card">
          <h1>{title}</h1>
          {lede ? <p className="dim2">{lede}</p> : null}
          {children}
        </section>
        <div className="door-foot">
          <Looks />
        </div>
      </div>
    </main>
  );
}

/** Goes on where one wanted to be before signing in; never to another site. */
function useEntered(): (session: Session) => void {
  const take = useNewSession();
  const { query } = useAddress();
  return (session) => {
    take(session);
    const next = query.get("next") ?? "/";
    go(/^\/(?![/\\])/.test(next) ? next : "/", true);
  };
}

/** Name, login and password of somebody who is new here. */
function NewAccount({ error }: { error: unknown }) {
  const words = useWords();
  return (
    <>
      <div className="two-fields">
        <Field
          label={words.session.yourName}
          name="name"
          autoComplete="name"
          required
          error={error}
        />
        <Field
          label={words.session.login}
          name="login"
          hint={words.session.loginHint}
          autoComplete="username"
          pattern="[a-z0-9][a-z0-9\-]*"
          required
          error={error}
        />
      </div>
      <Field
        label={words.session.newPassword}
        name="password"
        type="password"
        autoComplete="new-password"
        hint={words.session.passwordHint}
        minLength={10}
        required
        error={error}
      />
    </>
  );
}

function accountOf(value: (name: string) => string) {
  return { login: value("login"), name: value("name"), password: value("password") };
}

export function SignIn() {
  const words = useWords();
  const entered = useEntered();
  const health = useQuery({ queryKey: ["health"], queryFn: () => ask(api.GET("/api/health")) });
  const signIn = useMutation({
    mutationFn: (body: { login: string; password: string }) =>
      ask(api.POST("/api/session", { body })),
    onSuccess: entered,
  });
  if (health.data?.is_empty) return <Setup />;
  return (
    <Door title={words.session.signInTitle}>
      <form
        className="stack gap"
        onSubmit={(event) => {
          const value = filled(event);
          signIn.mutate({ login: value("login"), password: value("password") });
        }}
      >
        <Field
          label={words.session.login}
          name="login"
          autoComplete="username"
          required
          autoFocus
        />
        <Field
          label={words.session.password}
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <Problem error={signIn.error} />
        <button
          type="submit"
          className="btn main big wide"
          aria-busy={signIn.isPending || undefined}
        >
          {words.session.signIn}
        </button>
        <p className="small dim2">
          {words.session.noAccount} <Link to="/join">{words.session.haveInvitation}</Link>
        </p>
      </form>
    </Door>
  );
}

export function Setup() {
  const words = useWords();
  const entered = useEntered();
  const health = useQuery({ queryKey: ["health"], queryFn: () => ask(api.GET("/api/health")) });
  const setup = useMutation({
    mutationFn: (value: (name: string) => string) =>
      ask(
        api.POST("/api/setup", {
          body: {
            code: value("code").trim(),
            organisation: {
              name: value("organisation"),
              title: value("title"),
              kinds: ["operator"],
            },
            user: accountOf(value),
          },
        }),
      ),
    onSuccess: entered,
  });
  if (health.data && !health.data.is_empty) return <SignIn />;
  return (
    <Door title={words.session.setupTitle} lede={words.session.setupLede}>
      <form className="stack gap" onSubmit={(event) => setup.mutate(filled(event))}>
        <Field
          label={words.session.setupCode}
          name="code"
          autoComplete="one-time-code"
          required
          autoFocus
          error={setup.error}
        />
        <Field label={words.session.organisationTitle} name="title" required error={setup.error} />
        <Field
          label={words.session.organisationName}
          name="organisation"
          hint={words.session.organisationHint}
          pattern="[a-z0-9][a-z0-9\-]*"
          required
          error={setup.error}
        />
        <NewAccount error={setup.error} />
        <Problem error={setup.error} />
        <button
          type="submit"
          className="btn main big wide"
          aria-busy={setup.isPending || undefined}
        >
          {words.session.begin}
        </button>
      </form>
    </Door>
  );
}

export function Join() {
  const words = useWords();
  const entered = useEntered();
  const [code] = useQueryValue("code");
  const join = useMutation({
    mutationFn: (value: (name: string) => string) =>
      ask(
        api.POST("/api/invitations/accept", {
          body: {
            code: value("code").trim(),
            user: accountOf(value),
          },
        }),
      ),
    onSuccess: entered,
  });
  return (
    <Door title={words.session.inviteTitle}>
      <form className="stack gap" onSubmit={(event) => join.mutate(filled(event))}>
        <Field
          label={words.session.inviteCode}
          name="code"
          defaultValue={code}
          required
          autoFocus
          error={join.error}
        />
        <NewAccount error={join.error} />
        <Problem error={join.error} />
        <button type="submit" className="btn main big wide" aria-busy={join.isPending || undefined}>
          {words.session.join}
        </button>
      </form>
    </Door>
  );
}
