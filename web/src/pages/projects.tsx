/** Annotation projects: those one owns, and those one works in. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, path } from "../address";
import { api, ask, newKey } from "../api";
import { resultOf } from "../job";
import { useSaid, useWords } from "../language";
import { count, moment, percent, real } from "../number";
import { Blank, Loaded, Problem } from "../parts/face";
import { Field } from "../parts/field";
import { Dialog } from "../parts/layer";
import { Bar, Figure } from "../parts/measure";
import { useRoles } from "../session";
import { Shell } from "../shell";
import type { components } from "../types";
import { VersionLink } from "./version";
import { useProject } from "./work";

type Project = components["schemas"]["ProjectView"];
type Move = "open" | "paused" | "closed";
/** What the job of an export tells at its end. */
type Exported = {
  version: string;
  files: string[];
  n_records: number;
  n_annotated: number;
  n_pairs: number;
};

const TONES: Record<string, string> = { open: "info", paused: "warn", closed: "ok" };

export function Projects() {
  const words = useWords();
  const { roles } = useRoles();
  const list = useQuery({ queryKey: ["projects"], queryFn: () => ask(api.GET("/api/projects")) });
  const mayMake = roles.has("engineer") || roles.has("owner");
  return (
    <Shell>
      <main className="page" id="main">
        <div className="head">
          <div className="grow">
            <h1>{words.annotate.title}</h1>
            <p className="dim2">{words.annotate.lede}</p>
          </div>
          {mayMake ? (
            <Link className="btn main" to="/annotate/new">
              {words.annotate.newTitle}
            </Link>
          ) : null}
        </div>
        <section className="card list-page gap">
          <Loaded of={list}>
            {({ projects }) =>
              projects.length === 0 ? (
                <Blank title={words.annotate.empty}>{words.annotate.emptyHint}</Blank>
              ) : (
                <div className="scroll">
                  <table className="list">
                    <thead>
                      <tr>
                        <th>{words.annotate.project}</th>
                        <th>{words.annotate.kind}</th>
                        <th>{words.annotate.state}</th>
                        <th className="num">{words.annotate.since}</th>
                        <th />
                      </tr>
                    </thead>
                    <tbody>
                      {projects.map((project) => (
                        <tr key={project.id}>
                          <td>
                            <Link className="whole" to={path("annotate", project.id)}>
                              {project.plan.name}
                            </Link>
                            <small className="mono">{project.plan.dataset}</small>
                          </td>
                          <td>{words.annotate.kinds[project.plan.kind]}</td>
                          <td>
                            <ProjectState state={project.state} />
                          </td>
                          <td className="num dim" data-label={words.annotate.since}>
                            {moment(project.created_utc)}
                          </td>
                          <td className="num">
                            <Doors project={project} />
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )
            }
          </Loaded>
        </section>
      </main>
    </Shell>
  );
}

function ProjectState({ state }: { state: Project["state"] }) {
  const words = useWords();
  return <span className={`tag ${TONES[state] ?? ""}`}>{words.annotate.states[state]}</span>;
}

/** The way to answer and to review, where a project lets one. */
function Doors({ project, big }: { project: Project; big?: boolean }) {
  const words = useWords();
  const { roles } = useRoles();
  if (project.state !== "open") return null;
  const size = big ? "" : "tiny";
  return (
    <span className="row end">
      {project.may_review && roles.has("reviewer") ? (
        <Link className={`btn ${size}`} to={path("annotate", project.id, "review")}>
          {words.annotate.review}
        </Link>
      ) : null}
      {project.may_answer && roles.has("annotator") ? (
        <Link className={`btn main ${size}`} to={path("annotate", project.id, "work")}>
          {words.annotate.answer}
        </Link>
      ) : null}
    </span>
  );
}

export function ProjectPage({ id }: { id: string }) {
  const project = useProject(id);
  return (
    <Shell>
      <main className="page" id="main">
        <Loaded of={project}>{(found) => <One project={found} />}</Loaded>
      </main>
    </Shell>
  );
}

function One({ project }: { project: Project }) {
  const words = useWords();
  const { plan } = project;
  return (
    <>
      <p className="trail">
        <Link to="/annotate">{words.nav.annotate}</Link> / <span>{plan.name}</span>
      </p>
      <div className="head">
        <div className="grow">
          <div className="row wrap">
            <h1>{plan.name}</h1>
            <ProjectState state={project.state} />
          </div>
          <p className="dim2">
            {words.annotate.kinds[plan.kind]} · <VersionLink name={plan.dataset} />
          </p>
        </div>
        <Doors project={project} big />
      </div>
      <div className="gap">
        <Progress project={project} />
      </div>
      <div className="grid gap">
        {project.is_mine ? <Manage project={project} /> : null}
        {project.is_mine && project.state !== "draft" ? <Worth project={project} /> : null}
        <section className="card c12">
          <header>
            <h2>{words.annotate.guide}</h2>
          </header>
          <p className="said">
            {plan.guideline || <span className="dim">{words.annotate.noGuide}</span>}
          </p>
        </section>
      </div>
    </>
  );
}

function Progress({ project }: { project: Project }) {
  const words = useWords();
  const progress = useQuery({
    queryKey: ["progress", project.id],
    queryFn: () =>
      ask(
        api.GET("/api/projects/{project_id}/progress", {
          params: { path: { project_id: project.id } },
        }),
      ),
    refetchInterval: project.state === "open" ? 10_000 : false,
  });
  return (
    <Loaded of={progress} rows={2}>
      {(now) => {
        const given = Object.values(now.answers).reduce((sum, n) => sum + n, 0);
        return (
          <dl className="figs four">
            <Figure title={words.annotate.tasks} value={count(now.n_tasks)} />
            <Figure
              title={words.annotate.done}
              value={count(now.n_done)}
              note={now.n_tasks ? `${percent(now.n_done / now.n_tasks)} %` : undefined}
            />
            <Figure
              title={words.annotate.answers}
              value={count(given)}
              note={`/ ${count(now.n_answers_wanted)}`}
            />
            <Figure title={words.annotate.leases} value={count(now.leases)} />
          </dl>
        );
      }}
    </Loaded>
  );
}

function Manage({ project }: { project: Project }) {
  const words = useWords();
  const queries = useQueryClient();
  const [isClosing, closing] = useState(false);
  const [isAnyway, anyway] = useState(false);
  const path_ = { params: { path: { project_id: project.id } } };
  const told = () =>
    Promise.all(
      ["project", "progress", "projects", "report"].map((key) =>
        queries.invalidateQueries({ queryKey: [key] }),
      ),
    );
  const fill = useMutation({
    mutationFn: () => ask(api.POST("/api/projects/{project_id}/tasks", path_)),
    onSuccess: told,
  });
  const move = useMutation({
    mutationFn: (to: Move) =>
      ask(
        api.POST("/api/projects/{project_id}/state", {
          params: { ...path_.params, header: { "idempotency-key": newKey() } },
          body: { to, anyway: isAnyway },
        }),
      ),
    onSuccess: () => {
      closing(false);
      return told();
    },
  });
  const { state } = project;
  return (
    <section className="card c5">
      <header>
        <h2>{words.annotate.state}</h2>
        <ProjectState state={state} />
      </header>
      <div className="stack">
        {state === "draft" ? (
          <button
            type="button"
            className="btn"
            aria-busy={fill.isPending || undefined}
            onClick={() => fill.mutate()}
          >
            {words.annotate.fill}
          </button>
        ) : null}
        {fill.data ? (
          <p className="note ok">
            {words.annotate.filled(
              fill.data.added,
              Object.values(fill.data.left_out).reduce((sum, n) => sum + n, 0),
            )}
          </p>
        ) : null}
        <div className="row wrap">
          {state === "draft" || state === "paused" ? (
            <button type="button" className="btn main" onClick={() => move.mutate("open")}>
              {state === "draft" ? words.annotate.start : words.annotate.resume}
            </button>
          ) : null}
          {state === "open" ? (
            <button type="button" className="btn" onClick={() => move.mutate("paused")}>
              {words.annotate.pause}
            </button>
          ) : null}
          {state === "open" || state === "paused" ? (
            <button type="button" className="btn harm" onClick={() => closing(true)}>
              {words.annotate.close}
            </button>
          ) : null}
        </div>
        <Problem error={isClosing ? null : (fill.error ?? move.error)} />
        {state === "closed" ? <Export project={project} /> : null}
      </div>
      {isClosing ? (
        <Dialog
          title={`${words.annotate.close}: ${project.plan.name}`}
          confirm={words.annotate.close}
          harm
          busy={move.isPending}
          onConfirm={() => move.mutate("closed")}
          onClose={() => closing(false)}
        >
          <p>{words.annotate.closeAsk}</p>
          <label className="tick">
            <input
              type="checkbox"
              checked={isAnyway}
              onChange={(event) => anyway(event.target.checked)}
            />
            {words.annotate.closeAnyway}
          </label>
          <Problem error={move.error} />
        </Dialog>
      ) : null}
    </section>
  );
}

/** An export is a job; this page waits for it. */
function Export({ project }: { project: Project }) {
  const words = useWords();
  const [version, setVersion] = useState("1.1.0");
  const make = useMutation({
    mutationFn: async () => {
      const asked = ask(
        api.POST("/api/projects/{project_id}/export", {
          params: { path: { project_id: project.id }, header: { "idempotency-key": newKey() } },
          body: { version },
        }),
      );
      return (await resultOf(asked)) as unknown as Exported;
    },
  });
  return (
    <div className="stack">
      <Field
        label={words.annotate.exportVersion}
        name="version"
        value={version}
        onChange={(event) => setVersion(event.target.value)}
        error={make.error}
      />
      <button
        type="button"
        className="btn main"
        aria-busy={make.isPending || undefined}
        onClick={() => make.mutate()}
      >
        {words.annotate.export}
      </button>
      <Problem error={make.error} />
      {make.data ? (
        <>
          <p className="note ok">
            {words.annotate.exported(make.data.n_records, make.data.n_annotated, make.data.n_pairs)}
          </p>
          <div className="row wrap">
            {make.data.files.map((file) => (
              <a
                key={file}
                className="btn"
                href={`/api${path("projects", project.id, "export", make.data.version, file)}`}
                download
              >
                {file}
              </a>
            ))}
          </div>
        </>
      ) : null}
    </div>
  );
}

function Worth({ project }: { project: Project }) {
  const words = useWords();
  const said = useSaid();
  // `choice`, `side`, or a row of the rubric for a side: `A.correct`.
  const named = (name: string) => {
    const [side, id] = name.includes(".") ? name.split(".") : ["", name];
    const row = project.plan.rubric.find((one) => one.id === id);
    return [side, row ? said(row.title) : (words.annotate.measures[name] ?? name)]
      .filter(Boolean)
      .join(" · ");
  };
  const report = useQuery({
    queryKey: ["report", project.id],
    queryFn: () =>
      ask(
        api.GET("/api/projects/{project_id}/report", {
          params: { path: { project_id: project.id } },
        }),
      ),
  });
  return (
    <section className="card c7">
      <header>
        <h2>{words.annotate.agreement}</h2>
        <p>{words.annotate.agreementNote}</p>
      </header>
      <Loaded of={report}>
        {(found) => (
          <div className="stack">
            <ul className="bars ranged">
              {Object.entries(found.agreement).map(([name, { alpha, interval }]) => (
                <li key={name}>
                  <span>{named(name)}</span>
                  {alpha === null ? (
                    <span className="small dim">{words.annotate.undefinedAlpha}</span>
                  ) : (
                    <Bar value={alpha} low={interval?.low} label={`α ${real(alpha)}`} />
                  )}
                  <b className="num">
                    {alpha === null ? "—" : real(alpha)}
                    {interval ? (
                      <small className="dim">
                        {" "}
                        [{real(interval.low)}, {real(interval.high)}]
                      </small>
                    ) : null}
                  </b>
                </li>
              ))}
            </ul>
            <dl className="kv">
              <dt>{words.annotate.reviewed}</dt>
              <dd>{percent(found.reviewed_share)} %</dd>
              <dt>{words.annotate.accepted}</dt>
              <dd>{found.accepted_share === null ? "—" : `${percent(found.accepted_share)} %`}</dd>
            </dl>
            <div className="scroll">
              <table>
                <thead>
                  <tr>
                    <th>{words.annotate.person}</th>
                    <th className="num">{words.annotate.answers}</th>
                    <th className="num">{words.annotate.counted}</th>
                    <th className="num">{words.annotate.returned}</th>
                    <th className="num">{words.annotate.minutes}</th>
                  </tr>
                </thead>
                <tbody>
                  {found.people.map((one) => (
                    <tr key={one.person}>
                      <td className="mono">{one.person.slice(0, 12)}</td>
                      <td className="num">{count(one.answers)}</td>
                      <td className="num">{count(one.counted)}</td>
                      <td className="num">{count(one.returned)}</td>
                      <td className="num">{real(one.active_s / 60)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </div>
        )}
      </Loaded>
    </section>
  );
}
