/** Demands: what sets lack, asked for and answered. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { go, Link, path, useAddress } from "../address";
import { api, ask, newKey } from "../api";
import { useWords } from "../language";
import { day, fenOf, price, real } from "../number";
import { Blank, Loaded, Problem } from "../parts/face";
import { Area, Choice, Field, filled } from "../parts/field";
import { useRoles } from "../session";
import { Shell } from "../shell";
import type { components } from "../types";
import { FileField } from "./certificate";

type Demand = components["schemas"]["DemandView"];
type Cell = components["schemas"]["CellBody"];

const TONES: Record<string, string> = { open: "info", answered: "warn", accepted: "ok" };
const KINDS: Cell["kind"][] = ["cell", "scale", "aspect", "index", "gate"];

export function Demands() {
  const words = useWords();
  const { roles } = useRoles();
  const list = useQuery({ queryKey: ["demands"], queryFn: () => ask(api.GET("/api/demands")) });
  const mayAsk = ["owner", "buyer", "engineer"].some((role) => roles.has(role));
  return (
    <Shell>
      <main className="page" id="main">
        <div className="head">
          <div className="grow">
            <h1>{words.demand.title}</h1>
            <p className="dim2">{words.demand.lede}</p>
          </div>
          {mayAsk ? (
            <Link className="btn main" to="/demands/new">
              {words.demand.ask}
            </Link>
          ) : null}
        </div>
        <div className="hits gap">
          <Loaded of={list}>
            {(all) =>
              all.length === 0 ? (
                <div className="card">
                  <Blank title={words.demand.empty}>{words.demand.emptyHint}</Blank>
                </div>
              ) : (
                all.map((one) => (
                  <article key={one.id} className="card hit">
                    <div>
                      <div className="row wrap">
                        <DemandState state={one.state} />
                        {one.dataset ? <span className="tag mono">{one.dataset}</span> : null}
                      </div>
                      <h2>
                        <Link to={path("demands", one.id)}>{one.title}</Link>
                      </h2>
                      <p>{one.text}</p>
                      <div className="facts">
                        <span>{words.demand.by(one.organisation_title)}</span>
                        <span>{words.demand.until(day(one.deadline_utc))}</span>
                      </div>
                    </div>
                    <div className="cost">
                      <b className="price">{price(one.reward_fen)}</b>
                    </div>
                  </article>
                ))
              )
            }
          </Loaded>
        </div>
      </main>
    </Shell>
  );
}

function DemandState({ state }: { state: string }) {
  const words = useWords();
  return <span className={`tag ${TONES[state] ?? ""}`}>{words.demand.states[state] ?? state}</span>;
}

export function DemandPage({ id }: { id: string }) {
  const demand = useQuery({
    queryKey: ["demand", id],
    queryFn: () =>
      ask(api.GET("/api/demands/{demand_id}", { params: { path: { demand_id: id } } })),
  });
  return (
    <Shell>
      <main className="page" id="main">
        <Loaded of={demand}>{(found) => <One demand={found} />}</Loaded>
      </main>
    </Shell>
  );
}

function One({ demand }: { demand: Demand }) {
  const words = useWords();
  return (
    <>
      <p className="trail">
        <Link to="/demands">{words.nav.demands}</Link> /
      </p>
      <div className="head">
        <div className="grow">
          <div className="row wrap">
            <h1>{demand.title}</h1>
            <DemandState state={demand.state} />
          </div>
          <p className="dim2">
            {words.demand.by(demand.organisation_title)} ·{" "}
            {words.demand.until(day(demand.deadline_utc))}
            {demand.dataset ? ` · ${demand.dataset}` : null}
          </p>
        </div>
        <b className="price">{price(demand.reward_fen)}</b>
      </div>
      <div className="grid gap">
        <section className="card c7">
          <p className="said">{demand.text}</p>
          <header className="gap">
            <h2>{words.demand.cells}</h2>
          </header>
          <table>
            <thead>
              <tr>
                <th>{words.demand.cellName}</th>
                <th>{words.demand.kind}</th>
                <th className="num">{words.demand.found}</th>
                <th className="num">{words.demand.needed}</th>
              </tr>
            </thead>
            <tbody>
              {demand.cells.map((cell, i) => (
                <tr key={i}>
                  <td>
                    {String(cell.name)} <small className="mono">{String(cell.code)}</small>
                  </td>
                  <td>{words.demand.kinds[String(cell.kind)] ?? String(cell.kind)}</td>
                  <td className="num">{real(Number(cell.found))}</td>
                  <td className="num">{real(Number(cell.needed))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <Act demand={demand} />
      </div>
    </>
  );
}

function Act({ demand }: { demand: Demand }) {
  const words = useWords();
  const queries = useQueryClient();
  const { session, roles } = useRoles();
  const [reason, setReason] = useState("");
  const [certificate, setCertificate] = useState("");
  const [evaluation, setEvaluation] = useState("");
  const told = (after: Demand) => {
    queries.setQueryData(["demand", demand.id], after);
    void queries.invalidateQueries({ queryKey: ["demands"] });
  };
  const params = { path: { demand_id: demand.id }, header: { "idempotency-key": newKey() } };
  const answer = useMutation({
    mutationFn: (version: string) =>
      ask(api.POST("/api/demands/{demand_id}/answer", { params, body: { version } })),
    onSuccess: told,
  });
  const accept = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/demands/{demand_id}/accept", { params, body: { certificate, evaluation } }),
      ),
    onSuccess: told,
  });
  const move = useMutation({
    mutationFn: (action: "withdraw" | "return" | "take_back") =>
      ask(
        api.POST("/api/demands/{demand_id}/{action}", {
          params: { ...params, path: { ...params.path, action } },
          body: { reason },
        }),
      ),
    onSuccess: told,
  });
  const isMine = session?.organisation === demand.organisation;
  const isAnswerer = session?.organisation === demand.supplier;
  const mayAnswer =
    !isMine && demand.state === "open" && (roles.has("owner") || roles.has("engineer"));
  return (
    <section className="card c5 stack">
      {demand.version ? (
        <dl className="kv">
          <dt>{words.demand.answered}</dt>
          <dd className="mono">{demand.version}</dd>
        </dl>
      ) : null}
      {demand.reason ? <p className="note warn said">{demand.reason}</p> : null}
      {mayAnswer ? (
        <form
          className="stack"
          onSubmit={(event) => answer.mutate(filled(event)("version").trim())}
        >
          <Field
            label={words.demand.answerVersion}
            name="version"
            hint={words.annotate.versionHint}
            required
            error={answer.error}
          />
          <button type="submit" className="btn main" aria-busy={answer.isPending || undefined}>
            {words.demand.answer}
          </button>
        </form>
      ) : null}
      {isMine && demand.state === "answered" ? (
        <>
          <p className="small dim2">{words.demand.acceptNote}</p>
          <FileField label={words.demand.certificate} accept=".json" take={setCertificate} />
          <FileField label={words.demand.evaluation} accept=".json" take={setEvaluation} />
          <button
            type="button"
            className="btn main"
            disabled={!certificate || !evaluation}
            onClick={() => accept.mutate()}
          >
            {words.demand.accept}
          </button>
        </>
      ) : null}
      {(isMine && (demand.state === "open" || demand.state === "answered")) ||
      (isAnswerer && demand.state === "answered") ? (
        <>
          <Area
            label={words.demand.reason}
            rows={2}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <div className="row wrap">
            {isMine && demand.state === "answered" ? (
              <button
                type="button"
                className="btn harm"
                disabled={!reason.trim()}
                onClick={() => move.mutate("return")}
              >
                {words.demand.return}
              </button>
            ) : null}
            {isMine && demand.state === "open" ? (
              <button type="button" className="btn harm" onClick={() => move.mutate("withdraw")}>
                {words.demand.withdraw}
              </button>
            ) : null}
            {isAnswerer ? (
              <button type="button" className="btn" onClick={() => move.mutate("take_back")}>
                {words.demand.take_back}
              </button>
            ) : null}
          </div>
        </>
      ) : null}
      <Problem error={answer.error ?? accept.error ?? move.error} />
    </section>
  );
}

/** What an evaluation found missing, as its page puts it into the address. */
function cellOf(query: URLSearchParams): Cell {
  const kind = KINDS.find((one) => one === query.get("kind")) ?? "cell";
  return {
    code: query.get("code") ?? "",
    kind,
    name: query.get("name") ?? "",
    needed: Number(query.get("needed") ?? 1) || 0,
    found: Number(query.get("found") ?? 0) || 0,
  };
}

export function NewDemand() {
  const words = useWords();
  const { query } = useAddress();
  const dataset = query.get("dataset") ?? "";
  const [cells, setCells] = useState<Cell[]>(() => [cellOf(query)]);
  const [key] = useState(newKey);
  const make = useMutation({
    mutationFn: (value: (name: string) => string) =>
      ask(
        api.POST("/api/demands", {
          params: { header: { "idempotency-key": key } },
          body: {
            title: value("title"),
            text: value("text"),
            cells: cells.map((cell) => ({ ...cell, code: cell.code || cell.name })),
            reward_fen: fenOf(value("reward")) ?? 0,
            deadline_utc: `${value("deadline")}T00:00:00Z`,
            dataset: value("dataset").trim() || null,
          },
        }),
      ),
    onSuccess: (made) => go(path("demands", made.id)),
  });
  const at = (i: number, part: Partial<Cell>) =>
    setCells(cells.map((cell, j) => (i === j ? { ...cell, ...part } : cell)));
  return (
    <Shell>
      <main className="page narrow" id="main">
        <p className="trail">
          <Link to="/demands">{words.nav.demands}</Link> /
        </p>
        <h1>{words.demand.ask}</h1>
        <p className="dim2">{words.demand.newLede}</p>
        <form className="card stack gap" onSubmit={(event) => make.mutate(filled(event))}>
          <Field
            label={words.demand.name}
            name="title"
            maxLength={120}
            required
            error={make.error}
          />
          <Area label={words.demand.text} name="text" required />
          <fieldset className="stack">
            <legend className="strong">{words.demand.cells}</legend>
            {cells.map((cell, i) => (
              <div key={i} className="cells">
                <Choice
                  label={words.demand.kind}
                  value={cell.kind}
                  options={KINDS.map((kind) => [kind, words.demand.kinds[kind] ?? kind])}
                  onChange={(kind) => at(i, { kind: kind as Cell["kind"] })}
                />
                <Field
                  label={words.demand.cellName}
                  name="name"
                  value={cell.name}
                  required
                  onChange={(event) => at(i, { name: event.target.value })}
                  error={make.error}
                />
                <Field
                  label={words.demand.code}
                  name="code"
                  value={cell.code}
                  onChange={(event) => at(i, { code: event.target.value })}
                  error={make.error}
                />
                <Field
                  label={words.demand.needed}
                  name="needed"
                  type="number"
                  min={0}
                  value={cell.needed}
                  onChange={(event) => at(i, { needed: Number(event.target.value) })}
                  error={make.error}
                />
              </div>
            ))}
            <button
              type="button"
              className="btn"
              onClick={() =>
                setCells([...cells, { code: "", kind: "cell", name: "", needed: 1, found: 0 }])
              }
            >
              {words.demand.addCell}
            </button>
          </fieldset>
          <div className="two-fields">
            <Field
              label={words.demand.reward}
              name="reward"
              inputMode="decimal"
              defaultValue="0"
              required
              error={make.error}
            />
            <Field
              label={words.demand.deadline}
              name="deadline"
              type="date"
              required
              error={make.error}
            />
            <Field
              label={words.demand.dataset}
              name="dataset"
              defaultValue={dataset}
              error={make.error}
            />
          </div>
          <Problem error={make.error} />
          <div className="row end">
            <button type="submit" className="btn main big" aria-busy={make.isPending || undefined}>
              {words.demand.ask}
            </button>
          </div>
        </form>
      </main>
    </Shell>
  );
}
