/** Organisations, members, invitations, tokens: who may act, and by what. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../api";
import { useWords } from "../language";
import { moment } from "../number";
import { Card } from "../parts/card";
import { Loaded, Problem } from "../parts/face";
import { Choice, Field, Ticks } from "../parts/field";
import { Dialog } from "../parts/layer";
import { Copyable } from "../parts/text";
import { useRoles } from "../session";
import { Shell } from "../shell";
import type { components } from "../types";
import { Password, Tokens } from "./tokens";

type Organisation = components["schemas"]["OrganisationView"];
type Kind = "operator" | "supplier" | "buyer" | "assessor" | "annotation";

const KINDS: Kind[] = ["supplier", "buyer", "assessor", "annotation", "operator"];
const ROLES = [
  "owner",
  "engineer",
  "annotator",
  "reviewer",
  "assessor",
  "buyer",
  "auditor",
  "operator",
];

export function People() {
  const words = useWords();
  const { roles, session } = useRoles();
  const place = session?.organisations.find(({ id }) => id === session.organisation);
  return (
    <Shell>
      <main className="page" id="main">
        <div className="head">
          <div className="grow">
            <h1>{words.nav.people}</h1>
            {place ? (
              <p className="dim2">
                {place.title} ·{" "}
                {place.kinds.map((kind) => words.kind[kind] ?? kind).join(words.list)}
              </p>
            ) : null}
          </div>
        </div>
        <div className="grid gap">
          {roles.has("operator") ? <Organisations /> : null}
          {session?.organisation && (roles.has("owner") || roles.has("operator")) ? (
            <>
              <Members organisation={session.organisation} />
              <Invitations organisations={roles.has("operator")} mine={session.organisation} />
            </>
          ) : null}
          {session ? <Tokens /> : null}
          {session ? <Password /> : null}
        </div>
      </main>
    </Shell>
  );
}

function Organisations() {
  const words = useWords();
  const queries = useQueryClient();
  const [isNew, make] = useState(false);
  const list = useQuery({
    queryKey: ["organisations"],
    queryFn: () => ask(api.GET("/api/organisations")),
  });
  const told = () => queries.invalidateQueries({ queryKey: ["organisations"] });
  const change = useMutation({
    mutationFn: ({ id, state }: { id: string; state: string }) =>
      ask(
        api.PUT("/api/organisations/{organisation_id}/state", {
          params: { path: { organisation_id: id } },
          body: { state },
        }),
      ),
    onSuccess: told,
  });
  return (
    <Card
      title={words.people.organisations}
      size="c12"
      action={
        <button type="button" className="btn main" onClick={() => make(true)}>
          {words.people.addOrganisation}
        </button>
      }
    >
      <Problem error={change.error} />
      <Loaded of={list}>
        {(all) => (
          <div className="scroll">
            <table>
              <thead>
                <tr>
                  <th>{words.people.name}</th>
                  <th>{words.people.kinds}</th>
                  <th>{words.people.state}</th>
                  <th className="num">{words.people.since}</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {all.map((one) => (
                  <tr key={one.id}>
                    <td>
                      {one.title} <small className="mono">{one.name}</small>
                    </td>
                    <td>{one.kinds.map((kind) => words.kind[kind] ?? kind).join(words.list)}</td>
                    <td>
                      <OrganisationState state={one.state} />
                    </td>
                    <td className="num dim">{moment(one.created_utc)}</td>
                    <td className="num">
                      {one.state === "verified" ? (
                        <button
                          type="button"
                          className="btn tiny harm"
                          onClick={() => change.mutate({ id: one.id, state: "suspended" })}
                        >
                          {words.people.suspend}
                        </button>
                      ) : (
                        <button
                          type="button"
                          className="btn tiny"
                          onClick={() => change.mutate({ id: one.id, state: "verified" })}
                        >
                          {words.people.verify}
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
      {isNew ? <NewOrganisation close={() => make(false)} made={told} /> : null}
    </Card>
  );
}

function OrganisationState({ state }: { state: string }) {
  const words = useWords();
  const tone = { verified: "ok", suspended: "bad", applied: "warn" }[state] ?? "";
  return <span className={`tag ${tone}`}>{words.people.states[state] ?? state}</span>;
}

function NewOrganisation({ close, made }: { close: () => void; made: () => unknown }) {
  const words = useWords();
  const [kinds, choose] = useState<Kind[]>(["supplier"]);
  const [name, setName] = useState("");
  const [title, setTitle] = useState("");
  const make = useMutation({
    mutationFn: () => ask(api.POST("/api/organisations", { body: { name, title, kinds } })),
    onSuccess: () => {
      void made();
      close();
    },
  });
  return (
    <Dialog
      title={words.people.addOrganisation}
      confirm={words.action.add}
      busy={make.isPending}
      disabled={!name || !title || !kinds.length}
      onConfirm={() => make.mutate()}
      onClose={close}
    >
      <Field
        label={words.session.organisationTitle}
        name="title"
        value={title}
        onChange={(e) => setTitle(e.target.value)}
        error={make.error}
      />
      <Field
        label={words.session.organisationName}
        name="name"
        value={name}
        onChange={(e) => setName(e.target.value)}
        hint={words.session.organisationHint}
        error={make.error}
      />
      <Ticks
        label={words.people.kinds}
        all={KINDS}
        named={words.kind}
        chosen={kinds}
        choose={choose}
      />
      <Problem error={make.error} />
    </Dialog>
  );
}

function Members({ organisation }: { organisation: string }) {
  const words = useWords();
  const list = useQuery({
    queryKey: ["members", organisation],
    queryFn: () =>
      ask(
        api.GET("/api/organisations/{organisation_id}/members", {
          params: { path: { organisation_id: organisation } },
        }),
      ),
  });
  return (
    <Card title={words.people.members}>
      <Loaded of={list} rows={3}>
        {(all) => (
          <div className="scroll">
            <table>
              <tbody>
                {all.map((one) => (
                  <tr key={one.user}>
                    <td>
                      {one.name} <small className="mono">{one.login}</small>
                    </td>
                    <td>{one.roles.map((role) => words.role[role] ?? role).join(words.list)}</td>
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

function Invitations({ organisations, mine }: { organisations: boolean; mine: string }) {
  const words = useWords();
  const queries = useQueryClient();
  const [roles, choose] = useState<string[]>(["engineer"]);
  const [to, setTo] = useState(mine);
  const known = useQuery({
    queryKey: ["organisations"],
    queryFn: () => ask(api.GET("/api/organisations")),
    enabled: organisations,
  });
  const list = useQuery({
    queryKey: ["invitations"],
    queryFn: () => ask(api.GET("/api/invitations")),
  });
  const told = () => queries.invalidateQueries({ queryKey: ["invitations"] });
  const make = useMutation({
    mutationFn: () => ask(api.POST("/api/invitations", { body: { organisation: to, roles } })),
    onSuccess: told,
  });
  const revoke = useMutation({
    mutationFn: (id: string) =>
      ask(
        api.DELETE("/api/invitations/{invitation_id}", { params: { path: { invitation_id: id } } }),
      ),
    onSuccess: told,
  });
  const titles = new Map((known.data ?? []).map((one: Organisation) => [one.id, one.title]));
  return (
    <Card title={words.people.invitations} note={words.people.invitationsNote}>
      <div className="stack">
        {organisations && known.data ? (
          <Choice
            label={words.people.organisation}
            value={to}
            options={known.data.map((one) => [one.id, one.title])}
            onChange={setTo}
          />
        ) : null}
        <Ticks
          label={words.people.roles}
          all={ROLES.filter((role) => organisations || role !== "operator")}
          named={words.role}
          chosen={roles}
          choose={choose}
        />
        <button
          type="button"
          className="btn"
          disabled={!roles.length}
          aria-busy={make.isPending || undefined}
          onClick={() => make.mutate()}
        >
          {words.people.invite}
        </button>
        <Problem error={make.error ?? revoke.error} />
        {make.data ? (
          <div className="note info">
            <div className="stack grow">
              <span>{words.people.invited(moment(make.data.ends_utc))}</span>
              <Copyable text={make.data.code} />
              <Copyable
                text={`${window.location.origin}/join?code=${encodeURIComponent(make.data.code)}`}
              />
            </div>
          </div>
        ) : null}
        <Loaded of={list} rows={2}>
          {(all) =>
            all.length === 0 ? null : (
              <div className="scroll">
                <table>
                  <tbody>
                    {all.map((one) => (
                      <tr key={one.id}>
                        <td>
                          {one.roles.map((role) => words.role[role] ?? role).join(words.list)}
                          <small>{titles.get(one.organisation)}</small>
                        </td>
                        <td className="dim">{words.people.until(moment(one.ends_utc))}</td>
                        <td className="num">
                          <button
                            type="button"
                            className="btn tiny harm"
                            onClick={() => revoke.mutate(one.id)}
                          >
                            {words.people.revoke}
                          </button>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )
          }
        </Loaded>
      </div>
    </Card>
  );
}
