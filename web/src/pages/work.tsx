/** Annotating: which answer is better, and why. Submitting gives the next task at once. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { Link, path } from "../address";
import { api, ask, newKey, Refusal } from "../api";
import { addWaiting, dropWaiting, forgetDraft, waiting } from "../draft";
import { useWords } from "../language";
import { Blank, Ghosts, Loaded, Refused } from "../parts/face";
import { Shell } from "../shell";
import type { components } from "../types";
import { Item, Offline } from "./work-item";

export type Served = components["schemas"]["ServedView"];
export type Project = components["schemas"]["ProjectView"];

const RETRY_MS = 5_000;

export function useProject(id: string) {
  return useQuery({
    queryKey: ["project", id],
    queryFn: () =>
      ask(api.GET("/api/projects/{project_id}", { params: { path: { project_id: id } } })),
  });
}

export function WorkPage({ id }: { id: string }) {
  const project = useProject(id);
  return (
    <Shell pane="annotate">
      {project.data ? (
        <Work project={project.data} />
      ) : (
        <main className="page" id="main">
          <Loaded of={project}>{() => null}</Loaded>
        </main>
      )}
    </Shell>
  );
}

/** The tasks on this screen: the one that is shown, and the one after it. */
function useQueue(project: string) {
  const [queue, setQueue] = useState<Served[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const fetchNext = useCallback(
    async (held: string[]): Promise<Served | null> => {
      const found = await ask(
        api.POST("/api/projects/{project_id}/next", {
          params: { path: { project_id: project } },
          body: { held },
        }),
      );
      return found.next;
    },
    [project],
  );
  const load = useCallback(async () => {
    setError(null);
    setQueue(null);
    try {
      const first = await fetchNext([]);
      setQueue(first ? [first] : []);
      if (!first) return;
      const second = await fetchNext([first.assignment.id]);
      if (second) setQueue((now) => (now?.length === 1 ? [...now, second] : now));
    } catch (failed) {
      setError(failed);
    }
  }, [fetchNext]);
  useEffect(() => void load(), [load]);
  return { queue, setQueue, error, load };
}

/** Sends the answers that waited for the network, again and again until they are through. */
function useOutbox(): { isOffline: boolean; setOffline: (is: boolean) => void } {
  const [isOffline, setOffline] = useState(() => waiting().length > 0);
  useEffect(() => {
    if (!isOffline) return;
    const send = async () => {
      try {
        await ask(api.GET("/api/health"));
        for (const one of waiting()) {
          await ask(submission(one.assignment, one.key, one.body)).catch((error: unknown) => {
            if (error instanceof Refusal && error.status === 0) throw error;
          });
          dropWaiting(one.key);
          forgetDraft(one.assignment);
        }
        setOffline(false);
      } catch {
        // still none
      }
    };
    const timer = setInterval(() => void send(), RETRY_MS);
    window.addEventListener("online", send);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", send);
    };
  }, [isOffline]);
  return { isOffline, setOffline };
}

function submission(assignment: string, key: string, body: Record<string, unknown>) {
  return api.POST("/api/assignments/{assignment_id}/submit", {
    params: { path: { assignment_id: assignment }, header: { "idempotency-key": key } },
    body: body as components["schemas"]["Submission"],
  });
}

function Work({ project }: { project: Project }) {
  const words = useWords();
  const { queue, setQueue, error, load } = useQueue(project.id);
  const { isOffline, setOffline } = useOutbox();
  const queries = useQueryClient();
  const [isPaused, setPaused] = useState(false);
  const [n_done, setDone] = useState(0);
  const [wrong, setWrong] = useState<unknown>(null);
  const last = useRef<string | null>(null);
  const current = queue?.[0];

  const submit = async (served: Served, body: Record<string, unknown>) => {
    const key = newKey();
    const following = queue?.[1];
    const sent = { ...body, held: following ? [following.assignment.id] : [] };
    setWrong(null);
    setQueue(following ? [following] : null);
    setDone((n) => n + 1);
    last.current = served.assignment.id;
    try {
      const turn = await ask(submission(served.assignment.id, key, sent));
      forgetDraft(served.assignment.id);
      void queries.invalidateQueries({ queryKey: ["mine", project.id] });
      const next = turn.next;
      setQueue((now) => (next ? [...(now ?? []), next] : (now ?? [])));
    } catch (failed) {
      if (failed instanceof Refusal && failed.status === 0) {
        addWaiting({ assignment: served.assignment.id, key, body: sent });
        setOffline(true);
        setQueue((now) => now ?? []);
        return;
      }
      setWrong(failed);
      setDone((n) => n - 1);
      setQueue((now) => [served, ...(now ?? [])]);
    }
  };
  const leave = async (served: Served, how: Promise<unknown>) => {
    try {
      await how;
      const rest = (queue ?? []).filter((one) => one !== served);
      if (rest.length) {
        setQueue(rest);
        const next = await ask(
          api.POST("/api/projects/{project_id}/next", {
            params: { path: { project_id: project.id } },
            body: { held: rest.map((one) => one.assignment.id) },
          }),
        );
        if (next.next) setQueue((now) => [...(now ?? []), next.next as Served]);
      } else await load();
    } catch (failed) {
      setWrong(failed);
    }
  };
  const takeBack = async () => {
    if (!last.current) return;
    try {
      await ask(
        api.POST("/api/assignments/{assignment_id}/take-back", {
          params: { path: { assignment_id: last.current } },
        }),
      );
      last.current = null;
      await load();
    } catch (failed) {
      setWrong(failed);
    }
  };
  const pause = async () => {
    setPaused(true);
    for (const { assignment } of queue ?? [])
      await ask(
        api.POST("/api/assignments/{assignment_id}/release", {
          params: { path: { assignment_id: assignment.id } },
        }),
      ).catch(() => null);
  };
  const goOn = () => {
    setPaused(false);
    void load();
  };
  const blank = (face: ReactNode) => (
    <>
      <section className="sub">
        <Link to={path("annotate", project.id)}>{project.plan.name}</Link>
      </section>
      <main className="pane flat" id="main">
        {isOffline ? <Offline /> : null}
        {face}
      </main>
    </>
  );
  if (isPaused)
    return blank(
      <Blank
        icon="clock"
        title={words.annotate.pausedTitle}
        action={
          <button type="button" className="btn main" onClick={goOn}>
            {words.annotate.goOn}
          </button>
        }
      >
        {words.annotate.pausedHint}
      </Blank>,
    );
  if (error) return blank(<Refused error={error} retry={() => void load()} />);
  if (queue === null) return blank(<Ghosts rows={5} />);
  if (!current)
    return blank(
      <Blank
        title={words.annotate.queueEmpty}
        action={
          <div className="row">
            <button type="button" className="btn" onClick={() => void load()}>
              {words.annotate.lookAgain}
            </button>
            <Link className="btn" to="/annotate">
              {words.annotate.title}
            </Link>
          </div>
        }
      >
        {words.annotate.queueEmptyHint}
        <Elsewhere but={project.id} />
      </Blank>,
    );
  return (
    <Item
      key={`${current.assignment.id} ${current.assignment.until_utc}`}
      served={current}
      project={project}
      n_done={n_done}
      isOffline={isOffline}
      wrong={wrong}
      submit={(body) => void submit(current, body)}
      skip={(reason) =>
        leave(
          current,
          ask(
            api.POST("/api/assignments/{assignment_id}/skip", {
              params: { path: { assignment_id: current.assignment.id } },
              body: { reason },
            }),
          ),
        )
      }
      pause={() => void pause()}
      takeBack={last.current ? () => void takeBack() : null}
      reload={() => void load()}
    />
  );
}

/** Where else there is work. */
function Elsewhere({ but }: { but: string }) {
  const words = useWords();
  const list = useQuery({ queryKey: ["projects"], queryFn: () => ask(api.GET("/api/projects")) });
  const open = list.data?.projects.filter(
    (one) => one.id !== but && one.state === "open" && one.may_answer,
  );
  if (!open?.length) return null;
  return (
    <span className="elsewhere">
      {words.annotate.elsewhere}
      {open.slice(0, 5).map((one) => (
        <Link key={one.id} to={path("annotate", one.id, "work")}>
          {one.plan.name}
        </Link>
      ))}
    </span>
  );
}
