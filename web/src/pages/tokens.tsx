/** What is one's own: tokens for programs, and the password. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../api";
import { useWords } from "../language";
import { moment } from "../number";
import { Card } from "../parts/card";
import { Loaded, Problem } from "../parts/face";
import { Field, filled, Ticks } from "../parts/field";
import { Secret } from "../parts/text";

type Scope = "read" | "write" | "pull";

const SCOPES: Scope[] = ["pull", "read", "write"];

export function Tokens() {
  const words = useWords();
  const queries = useQueryClient();
  const [scopes, choose] = useState<Scope[]>(["pull"]);
  const list = useQuery({ queryKey: ["tokens"], queryFn: () => ask(api.GET("/api/tokens")) });
  const told = () => queries.invalidateQueries({ queryKey: ["tokens"] });
  const make = useMutation({
    mutationFn: (name: string) =>
      ask(api.POST("/api/tokens", { body: { name, scopes, days: 90 } })),
    onSuccess: told,
  });
  const revoke = useMutation({
    mutationFn: (id: string) =>
      ask(api.DELETE("/api/tokens/{token_id}", { params: { path: { token_id: id } } })),
    onSuccess: told,
  });
  return (
    <Card title={words.people.tokens} note={words.people.tokensNote}>
      <form className="stack" onSubmit={(event) => make.mutate(filled(event)("name"))}>
        <Field label={words.people.tokenName} name="name" required error={make.error} />
        <Ticks
          label={words.people.scopes}
          all={SCOPES}
          named={words.people.scopeNames}
          chosen={scopes}
          choose={choose}
        />
        <button
          type="submit"
          className="btn"
          disabled={!scopes.length}
          aria-busy={make.isPending || undefined}
        >
          {words.people.makeToken}
        </button>
        <Problem error={make.error ?? revoke.error} />
        {make.data ? (
          <div className="note warn">
            <div className="stack grow">
              <span>{words.people.onceOnly}</span>
              <Secret text={make.data.secret} />
            </div>
          </div>
        ) : null}
      </form>
      <Loaded of={list} rows={2}>
        {(all) => (
          <div className="scroll">
            <table>
              <tbody>
                {all.map((one) => (
                  <tr key={one.id}>
                    <td>
                      {one.name}
                      <small>
                        {one.scopes
                          .map((scope) => words.people.scopeNames[scope] ?? scope)
                          .join(words.list)}
                      </small>
                    </td>
                    <td className="dim">
                      {one.revoked_utc
                        ? words.people.revoked(moment(one.revoked_utc))
                        : words.people.until(moment(one.ends_utc))}
                    </td>
                    <td className="num">
                      {one.revoked_utc ? null : (
                        <button
                          type="button"
                          className="btn tiny harm"
                          onClick={() => revoke.mutate(one.id)}
                        >
                          {words.people.revoke}
                        </button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
    </Card>
  );
}

export function Password() {
  const words = useWords();
  const change = useMutation({
    mutationFn: (body: { old: string; new: string; keep_tokens: boolean }) =>
      ask(api.PUT("/api/user/password", { body })),
  });
  return (
    <Card title={words.people.password} note={words.people.passwordNote}>
      <form
        className="stack"
        onSubmit={(event) => {
          const value = filled(event);
          change.mutate({
            old: value("old"),
            new: value("new"),
            keep_tokens: value("keep") !== "",
          });
        }}
      >
        <Field
          label={words.people.oldPassword}
          name="old"
          type="password"
          autoComplete="current-password"
          required
          error={change.error}
        />
        <Field
          label={words.people.newPassword}
          name="new"
          type="password"
          autoComplete="new-password"
          minLength={10}
          hint={words.session.passwordHint}
          required
          error={change.error}
        />
        <label className="tick">
          <input type="checkbox" name="keep" />
          {words.people.keepTokens}
        </label>
        <button type="submit" className="btn" aria-busy={change.isPending || undefined}>
          {words.action.save}
        </button>
        <Problem error={change.error} />
        {change.isSuccess ? <p className="note ok">{words.people.passwordChanged}</p> : null}
      </form>
    </Card>
  );
}
