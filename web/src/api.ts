/** The server, by the types of its own description. */

import createClient, { type Middleware } from "openapi-fetch";
import { currentLanguage } from "./language";
import { heardClock } from "./lease";
import type { paths } from "./types";

/** Why a request was refused; `code` is stable, `hint` the next step. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint = "",
    readonly requestId = "",
    readonly fields: { path: string; message: string }[] = [],
  ) {
    super(message);
  }
}

const speak: Middleware = {
  onRequest({ request }) {
    request.headers.set("Accept-Language", currentLanguage());
    return request;
  },
  onResponse({ response }) {
    heardClock(response.headers.get("Date"));
    return undefined;
  },
};

export const api = createClient<paths>({ baseUrl: "" });
api.use(speak);

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** What the server answered; throws a Refusal, with status 0 where it did not answer at all. */
export async function ask<T>(asked: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await asked;
  } catch {
    throw new Refusal(0, "offline", "");
  }
  if (answer.response.ok) return answer.data as T;
  throw refusalOf(answer.response.status, answer.error);
}

/** The Refusal of an answer in the server's one shape of errors. */
export function refusalOf(status: number, body: unknown): Refusal {
  const said = (body as { error?: Partial<Refusal> & { request_id?: string } } | undefined)?.error;
  if (!said?.code) return new Refusal(status, "unreadable", "");
  return new Refusal(
    status,
    said.code,
    said.message ?? "",
    said.hint ?? "",
    said.request_id ?? "",
    said.fields ?? [],
  );
}

/** A key for a request that must not happen twice. */
export function newKey(): string {
  // randomUUID is only there by https or on this machine; this is there always.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
