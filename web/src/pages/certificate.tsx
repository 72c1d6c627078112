/** Certificates: the seal, the dimensions and their line; and signing one. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useQueryValue } from "../address";
import { api, ask } from "../api";
import { resultOf } from "../job";
import { useLanguage, useSaid, useWords } from "../language";
import { count, day } from "../number";
import { Problem } from "../parts/face";
import { Field } from "../parts/field";
import { Bar, Claim } from "../parts/measure";
import { Copyable } from "../parts/text";
import { Shell } from "../shell";

interface Said {
  en: string;
  zh: string;
}

/** What a certificate states, as `lianjin certify` and the server write it. */
export interface Certificate {
  subject: { root: string };
  standard: { id?: string; title?: Said; version?: string };
  grade: { id: string; title?: Said } | null;
  dimensions: {
    code: string;
    title: Said;
    score: number | null;
    line: number;
    reached: boolean;
    measured: number;
  }[];
  gates: { id: string; title: Said; passed: boolean }[];
  issuer: { name: string };
  valid_until_utc: string;
}

/** The certificate of its text; null if it is none. It was checked by the server, not here. */
export function certificateOf(text: string): Certificate | null {
  try {
    const body = (JSON.parse(text) as { certificate?: Certificate }).certificate;
    return body?.subject?.root && Array.isArray(body.dimensions) && Array.isArray(body.gates)
      ? body
      : null;
  } catch {
    return null;
  }
}

/** A file that the browser makes of a text. */
export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** Who may be asked for a certificate. */
export function useAssessors(isWanted = true) {
  return useQuery({
    queryKey: ["assessors"],
    queryFn: () => ask(api.GET("/api/assessors")),
    staleTime: 60_000,
    enabled: isWanted,
  });
}

/** The newest certificate of a version. */
export function CertificateOf({ version, root }: { version: string; root: string }) {
  const words = useWords();
  const found = useQuery({
    queryKey: ["certificates", version],
    queryFn: () => ask(api.GET("/api/certificates", { params: { query: { version } } })),
  });
  const newest = found.data?.[0];
  const assessors = useAssessors(newest !== undefined);
  return (
    <section className="card">
      <header>
        <h2>{words.certificate.title}</h2>
        {newest ? (
          <a className="right small" href={`/api/certificates/${newest.id}/page`}>
            {words.certificate.open}
          </a>
        ) : null}
      </header>
      {newest ? (
        <CertificateFace
          text={newest.text}
          root={root}
          isChecked
          issuer={assessors.data?.find(({ id }) => id === newest.issuer)?.title}
        />
      ) : (
        <div className="row top certified">
          <div className="seal none" role="img" aria-label={words.certificate.none}>
            ?
          </div>
          <div>
            <b>{words.certificate.none}</b>
            <p className="small dim2">{words.certificate.noneHint}</p>
          </div>
        </div>
      )}
    </section>
  );
}

/** Seal, issuer and dimensions. The seal stands only where the certificate was checked and fits. */
export function CertificateFace({
  text,
  root,
  isChecked,
  issuer,
}: {
  text: string;
  root: string;
  isChecked: boolean;
  issuer?: string | null;
}) {
  const words = useWords();
  const found = certificateOf(text);
  if (!found)
    return (
      <div className="row top">
        <div className="seal bad">{words.seal.invalid}</div>
        <p>{words.certificate.unreadable}</p>
      </div>
    );
  const fits = found.subject.root === root;
  const isOver = Date.parse(found.valid_until_utc) < Date.now();
  const grade = found.grade?.id ?? "";
  const isHigh = grade === "gold" || grade === "silver";
  const holds = isChecked && fits && !isOver;
  const failed = found.gates.filter(({ passed }) => !passed);
  return (
    <>
      <div className="row top certified">
        {holds && grade ? (
          <div
            className={isHigh ? "seal" : "seal plain"}
            role="img"
            aria-label={words.certificate.grade[grade] ?? grade}
          >
            {words.certificate.seal[grade] ?? "?"}
          </div>
        ) : (
          <div className={fits ? "seal none" : "seal bad"}>{fits ? "?" : words.seal.invalid}</div>
        )}
        <div>
          <b>{grade ? (words.certificate.grade[grade] ?? grade) : words.certificate.none}</b>
          <p className="small dim">
            {words.certificate.by(issuer || found.issuer.name)}
            {words.list}
            {isOver
              ? words.certificate.expired(day(found.valid_until_utc))
              : words.certificate.until(day(found.valid_until_utc))}
          </p>
          <p className="small">
            {fits ? (
              <Claim holds={isChecked}>
                {isChecked ? words.certificate.checked : words.certificate.notChecked}
              </Claim>
            ) : (
              <Claim holds={false}>{words.certificate.otherRoot}</Claim>
            )}
            <Claim holds={failed.length === 0}>
              {failed.length
                ? words.certificate.gateFailed
                : words.certificate.gates(found.gates.length)}
            </Claim>
          </p>
        </div>
      </div>
      <Dimensions of={found} />
    </>
  );
}

export function Dimensions({ of: found }: { of: Certificate }) {
  const words = useWords();
  const said = useSaid();
  return (
    <div className="dims">
      {found.dimensions.map((one) => (
        <div key={one.code}>
          <p>
            {said(one.title)} <b>{one.score === null ? "—" : one.score.toFixed(1)}</b>
          </p>
          {one.score === null ? (
            <p className="small dim">{words.certificate.notMeasured}</p>
          ) : (
            <Bar
              value={one.score / 100}
              line={one.line / 100}
              tone={one.reached ? "gold" : ""}
              label={`${said(one.title)} ${one.score.toFixed(1)}, ${one.line}`}
            />
          )}
        </div>
      ))}
      <p className="small dim">
        {words.certificate.line} {words.certificate.against(found.standard.id ?? "TC609-5-2025-04")}
      </p>
    </div>
  );
}

/** An assessor hands in an evaluation and gets it signed. */
export function NewCertificate() {
  const words = useWords();
  const language = useLanguage();
  const [version, setVersion] = useQueryValue("version");
  const [evaluation, setEvaluation] = useState("");
  const sign = useMutation({
    mutationFn: async () => {
      // It is held against every byte of the version; the evaluation has the id of that job.
      const asked = ask(api.POST("/api/evaluations", { body: { version, evaluation } }));
      await resultOf(asked);
      return ask(api.POST("/api/certificates", { body: { evaluation: (await asked).id } }));
    },
  });
  return (
    <Shell>
      <main className="page narrow" id="main">
        <p className="trail">
          <Link to="/reviews">{words.nav.reviews}</Link> /
        </p>
        <h1>{words.certificate.newTitle}</h1>
        <p className="dim2">{words.certificate.newLede}</p>
        <form
          className="card stack gap"
          lang={language}
          onSubmit={(event) => {
            event.preventDefault();
            sign.mutate();
          }}
        >
          <Field
            label={words.certificate.version}
            name="version"
            value={version}
            hint={words.annotate.versionHint}
            required
            onChange={(event) => setVersion(event.target.value)}
            error={sign.error}
          />
          <FileField label={words.certificate.evaluation} accept=".json" take={setEvaluation} />
          <Copyable text={`lianjin evaluate DIR --out evaluation`} />
          <Problem error={sign.error} />
          <div className="row end">
            <button
              type="submit"
              className="btn main big"
              disabled={!version || !evaluation}
              aria-busy={sign.isPending || undefined}
            >
              {words.certificate.sign}
            </button>
          </div>
          {sign.data ? (
            <>
              <p className="note ok">{words.certificate.signed(count(sign.data.log_index))}</p>
              <Dimensioned text={sign.data.text} />
              <button
                type="button"
                className="btn"
                onClick={() => download("certificate.json", sign.data.text)}
              >
                {words.certificate.download}
              </button>
            </>
          ) : null}
        </form>
      </main>
    </Shell>
  );
}

function Dimensioned({ text }: { text: string }) {
  const found = certificateOf(text);
  return found ? <CertificateFace text={text} root={found.subject.root} isChecked /> : null;
}

/** A file's text, read in this browser. */
export function FileField(props: {
  label: string;
  hint?: string;
  accept: string;
  take: (text: string) => void;
}) {
  return (
    <label className="field">
      <span>{props.label}</span>
      <input
        type="file"
        className="in"
        accept={props.accept}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) void file.text().then(props.take);
        }}
      />
      {props.hint ? <small>{props.hint}</small> : null}
    </label>
  );
}
