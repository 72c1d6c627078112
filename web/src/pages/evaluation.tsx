/** Evaluations: what was measured of a version, what it lacks, and the certificate over it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, path, useQueryValue } from "../address";
import { api, ask, newKey } from "../api";
import { isGoing, useJob } from "../job";
import { useWords } from "../language";
import { moment, real } from "../number";
import { Loaded, Problem } from "../parts/face";
import { Area, Choice } from "../parts/field";
import { Dialog } from "../parts/layer";
import { Claim } from "../parts/measure";
import { Digest } from "../parts/text";
import { useRoles } from "../session";
import { Shell } from "../shell";
import type { components } from "../types";
import { CertificateFace, download, FileField, useAssessors } from "./certificate";
import { Progress } from "./jobs";
import { Grade } from "./market";
import { VersionLink } from "./version";

type Evaluation = components["schemas"]["EvaluationView"];

/** The evaluations of a version, and how one is asked for. */
export function Evaluations({ version }: { version: string }) {
  const words = useWords();
  const { roles } = useRoles();
  const list = useQuery({
    queryKey: ["evaluations", version],
    queryFn: () => ask(api.GET("/api/evaluations", { params: { query: { version } } })),
  });
  const mayMake = roles.has("owner") || roles.has("engineer");
  return (
    <div className="grid">
      <section className={`card list-page ${mayMake ? "c7" : "c12"}`}>
        <header>
          <h2>{words.evaluation.title}</h2>
          <p>{words.evaluation.lede}</p>
        </header>
        <Loaded of={list}>
          {(all) =>
            all.length ? <Table all={all} /> : <p className="dim2">{words.evaluation.none}</p>
          }
        </Loaded>
      </section>
      {mayMake ? <Ask version={version} /> : null}
    </div>
  );
}

function Table({ all, isNamed }: { all: Evaluation[]; isNamed?: boolean }) {
  const words = useWords();
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th>{isNamed ? words.version.name : words.evaluation.when}</th>
            <th>{words.evaluation.grade}</th>
            <th>{words.evaluation.gates}</th>
            <th className="num">{words.evaluation.missing}</th>
          </tr>
        </thead>
        <tbody>
          {all.map((one) => (
            <tr key={one.id}>
              <td>
                <Link className="whole" to={path("evaluations", one.id)}>
                  {isNamed ? one.version : moment(one.created_utc)}
                </Link>
                <small className="mono">{isNamed ? moment(one.created_utc) : one.standard}</small>
              </td>
              <td>
                <Grade grade={one.grade} />
              </td>
              <td>
                <Claim holds={one.is_passed}>
                  {one.is_passed ? words.evaluation.passed : words.evaluation.notPassed}
                </Claim>
              </td>
              <td className="num">{one.missing.length}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** An evaluation is a job: it goes on without this page, which looks how far it is. */
function Ask({ version }: { version: string }) {
  const words = useWords();
  const queries = useQueryClient();
  const [requirement, setRequirement] = useState("");
  const [assessor, setAssessor] = useState("");
  const assessors = useAssessors();
  const [id, setId] = useQueryValue("job");
  const make = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/jobs", {
          params: { header: { "idempotency-key": newKey() } },
          body: {
            kind: "evaluate",
            version,
            standard: "tc609-5-2025-04",
            requirement: requirement.trim() ? requirement : null,
            assessor: assessor || null,
          },
        }),
      ),
    onSuccess: (job) => setId(job.id),
  });
  const { job, far } = useJob(id || null, () =>
    queries.invalidateQueries({ queryKey: ["evaluations", version] }),
  );
  const isRunning = id !== "" && isGoing(job.data);
  return (
    <section className="card c5">
      <header>
        <h2>{words.evaluation.make}</h2>
      </header>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Area
          label={words.evaluation.requirement}
          hint={words.evaluation.requirementHint}
          className="in mono"
          rows={8}
          name="requirement"
          value={requirement}
          onChange={(event) => setRequirement(event.target.value)}
        />
        <FileField
          label={words.evaluation.requirementFile}
          accept=".yaml,.yml"
          take={setRequirement}
        />
        <Choice
          label={words.evaluation.assessor}
          name="assessor"
          value={assessor}
          options={[
            ["", words.evaluation.noAssessor],
            ...(assessors.data ?? []).map((one): [string, string] => [one.id, one.title]),
          ]}
          onChange={setAssessor}
          hint={words.evaluation.assessorHint}
        />
        <Problem error={make.error ?? job.error} />
        {isRunning && job.data ? <Progress job={job.data} far={far} /> : null}
        {job.data?.state === "failed" ? (
          <p className="note bad said" role="alert">
            {words.evaluation.failed}: {job.data.failure?.message}
          </p>
        ) : null}
        <button
          type="submit"
          className="btn main"
          disabled={isRunning}
          aria-busy={make.isPending || isRunning || undefined}
        >
          {words.evaluation.start}
        </button>
      </form>
    </section>
  );
}

/** What an assessor was asked to look at. */
export function Waiting() {
  const words = useWords();
  const list = useQuery({
    queryKey: ["evaluations", ""],
    queryFn: () => ask(api.GET("/api/evaluations")),
  });
  return (
    <section className="card list-page">
      <header>
        <h2>{words.evaluation.waiting}</h2>
      </header>
      <Loaded of={list} rows={2}>
        {(all) =>
          all.length ? (
            <Table all={all} isNamed />
          ) : (
            <p className="dim2">{words.evaluation.waitingNone}</p>
          )
        }
      </Loaded>
    </section>
  );
}

export function EvaluationPage({ id }: { id: string }) {
  const found = useQuery({
    queryKey: ["evaluation", id],
    queryFn: () =>
      ask(api.GET("/api/evaluations/{evaluation_id}", { params: { path: { evaluation_id: id } } })),
  });
  return (
    <Shell>
      <main className="page" id="main">
        <Loaded of={found}>{(one) => <One evaluation={one} />}</Loaded>
      </main>
    </Shell>
  );
}

function One({ evaluation }: { evaluation: Evaluation }) {
  const words = useWords();
  const { session } = useRoles();
  const isAssessor = session?.organisation === evaluation.assessor;
  const { missing } = evaluation;
  return (
    <>
      <p className="trail">
        {isAssessor ? (
          <Link to="/reviews">{words.nav.reviews}</Link>
        ) : (
          <VersionLink name={evaluation.version} />
        )}{" "}
        /
      </p>
      <div className="head">
        <div className="grow">
          <div className="row wrap">
            <h1>{evaluation.version}</h1>
            <Grade grade={evaluation.grade} />
          </div>
          <p className="dim2">
            {words.certificate.against(evaluation.standard)} · {moment(evaluation.created_utc)}
          </p>
        </div>
      </div>
      <div className="grid gap">
        <section className="card c7">
          <header>
            <h2>{words.evaluation.missing}</h2>
            <p>
              {missing.length
                ? words.evaluation.nMissing(missing.length)
                : words.evaluation.nothing}
            </p>
          </header>
          <div className="scroll">
            <table>
              <tbody>
                {missing.map((lack, i) => (
                  <tr key={i}>
                    <td>
                      {String(lack.name)} <small className="mono">{String(lack.code)}</small>
                    </td>
                    <td className="wide-only">
                      {words.demand.kinds[String(lack.kind)] ?? String(lack.kind)}
                    </td>
                    <td className="num">
                      {words.evaluation.found} {real(Number(lack.found))}
                    </td>
                    <td className="num">
                      {words.evaluation.needed} {real(Number(lack.needed))}
                    </td>
                    <td className="num">
                      <Link to={demandOf(evaluation, lack)}>{words.evaluation.demand}</Link>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
        <section className="card c5 stack">
          <Claim holds={evaluation.is_passed}>
            {words.evaluation.gates}:{" "}
            {evaluation.is_passed ? words.evaluation.passed : words.evaluation.notPassed}
          </Claim>
          <dl className="kv">
            <dt>{words.version.root}</dt>
            <dd>
              <Digest of={evaluation.root} />
            </dd>
            <dt>{words.version.digest}</dt>
            <dd>
              <Digest of={evaluation.digest} />
            </dd>
          </dl>
          {isAssessor ? <Certify evaluation={evaluation} /> : null}
        </section>
        <Report evaluation={evaluation} />
      </div>
    </>
  );
}

/** The report, a page of its own origin; what was evaluated elsewhere came without one. */
function Report({ evaluation }: { evaluation: Evaluation }) {
  const words = useWords();
  const address = `/api${path("evaluations", evaluation.id, "report.html")}`;
  const isThere = useQuery({
    queryKey: ["report", evaluation.id],
    queryFn: async () => (await fetch(address)).ok,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (isThere.data === undefined) return null;
  if (!isThere.data) return <p className="note c12">{words.evaluation.noReport}</p>;
  return (
    <iframe
      className="report c12"
      sandbox="allow-scripts"
      title={words.evaluation.report}
      src={address}
    />
  );
}

/** The address of a demand for what is missing, already filled in. */
function demandOf(evaluation: Evaluation, lack: Record<string, unknown>): string {
  const query = new URLSearchParams({ dataset: evaluation.version.split("@")[0] ?? "" });
  for (const name of ["code", "kind", "name", "needed", "found"])
    query.set(name, String(lack[name] ?? ""));
  return `/demands/new?${query}`;
}

function Certify({ evaluation }: { evaluation: Evaluation }) {
  const words = useWords();
  const queries = useQueryClient();
  const [isAsking, asking] = useState(false);
  const known = useQuery({
    queryKey: ["certificates", evaluation.version],
    queryFn: () =>
      ask(api.GET("/api/certificates", { params: { query: { version: evaluation.version } } })),
  });
  const sign = useMutation({
    mutationFn: () => ask(api.POST("/api/certificates", { body: { evaluation: evaluation.id } })),
    onSuccess: () => {
      asking(false);
      return queries.invalidateQueries({ queryKey: ["certificates"] });
    },
  });
  const certificate = sign.data ?? known.data?.find((one) => one.evaluation === evaluation.id);
  if (certificate)
    return (
      <>
        <p className="note ok">{words.evaluation.certified}</p>
        <CertificateFace text={certificate.text} root={evaluation.root} isChecked />
        <button
          type="button"
          className="btn"
          onClick={() => download("certificate.json", certificate.text)}
        >
          {words.certificate.download}
        </button>
      </>
    );
  return (
    <>
      <button
        type="button"
        className="btn main big"
        disabled={!evaluation.is_passed}
        onClick={() => asking(true)}
      >
        {words.evaluation.certify}
      </button>
      <p className="small dim">{words.evaluation.certifyNote}</p>
      {isAsking ? (
        <Dialog
          title={`${words.evaluation.certify}: ${evaluation.version}`}
          confirm={words.evaluation.certify}
          busy={sign.isPending}
          onConfirm={() => sign.mutate()}
          onClose={() => asking(false)}
        >
          <p>{words.evaluation.certifyNote}</p>
          <Digest of={evaluation.root} />
          <Problem error={sign.error} />
        </Dialog>
      ) : null}
    </>
  );
}
