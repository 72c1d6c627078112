/** A job as it goes: what it tells is heard when it tells it, and nobody asks again and again. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, ask, Refusal } from "./api";
import type { components } from "./types";

export type Job = components["schemas"]["JobView"];

/** How far a job is: `done` of `total` in its stage. */
export interface Far {
  stage: string;
  done: number;
  total: number;
  records: number;
}

export const isGoing = (job: Job | undefined) =>
  job?.state === "queued" || job?.state === "running";

/** A job and how far it is, heard from the server's stream until it has ended. Null: no job. */
export function useJob(id: string | null, ended: (job: Job) => void = () => undefined) {
  const queries = useQueryClient();
  const [far, setFar] = useState<Far | null>(null);
  const job = useQuery({
    queryKey: ["job", id],
    queryFn: () => ask(api.GET("/api/jobs/{job_id}", { params: { path: { job_id: id ?? "" } } })),
    enabled: id !== null,
  });
  const isFollowed = id !== null && isGoing(job.data);
  // biome-ignore lint/correctness/useExhaustiveDependencies: followed once, whatever later renders bring
  useEffect(() => {
    if (!isFollowed) return;
    const stream = new EventSource(`/api/jobs/${encodeURIComponent(id)}/events`);
    const again = async () => {
      const { data } = await job.refetch();
      if (data && !isGoing(data)) {
        stream.close();
        setFar(null);
        for (const name of ["jobs", "datasets", "dataset"])
          void queries.invalidateQueries({ queryKey: [name] });
        ended(data);
      }
    };
    stream.addEventListener("state", () => void again());
    stream.addEventListener("progress", (event) => setFar(read((event as MessageEvent).data)));
    // The server ends the stream with the job; the browser would come back for more.
    stream.onerror = () => void again();
    return () => stream.close();
  }, [id, isFollowed]);
  return { job, far };
}

/** What came of a job, once it has ended; the Refusal that it failed with otherwise. */
export async function resultOf(asked: Promise<Job>): Promise<Record<string, unknown>> {
  const made = await asked;
  const look = () => ask(api.GET("/api/jobs/{job_id}", { params: { path: { job_id: made.id } } }));
  let job = made;
  if (isGoing(made)) {
    const stream = new EventSource(`/api/jobs/${encodeURIComponent(made.id)}/events`);
    try {
      job = await new Promise<Job>((resolve, reject) => {
        const again = () => look().then((now) => (isGoing(now) ? null : resolve(now)), reject);
        stream.addEventListener("state", again);
        stream.onerror = again;
      });
    } finally {
      stream.close();
    }
  }
  if (job.state === "done") return job.result ?? {};
  const { code = "cancelled", message = "", hint = "" } = job.failure ?? {};
  throw new Refusal(409, code, message, hint);
}

function read(data: string): Far | null {
  try {
    return JSON.parse(data) as Far;
  } catch {
    return null;
  }
}
