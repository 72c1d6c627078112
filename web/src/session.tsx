/** Who is signed in, and what their roles open. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ask, Refusal } from "./api";
import type { components } from "./types";

export type Session = components["schemas"]["SessionView"];

const KEY = ["session"];

/** The session; null for a visitor, undefined until the server has said. */
export function useSession() {
  return useQuery({
    queryKey: KEY,
    queryFn: async (): Promise<Session | null> => {
      try {
        return await ask(api.GET("/api/session"));
      } catch (error) {
        if (error instanceof Refusal && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });
}

/** Takes another session; everything that was read under the one before is forgotten. */
export function useNewSession(): (session: Session | null) => void {
  const queries = useQueryClient();
  return (session) => {
    queries.clear();
    queries.setQueryData(KEY, session);
  };
}

/** The roles of who is signed in, and the kinds of the organisation acted for. */
export function useRoles(): { roles: Set<string>; kinds: Set<string>; session: Session | null } {
  const session = useSession().data ?? null;
  const place = session?.organisations.find(({ id }) => id === session.organisation);
  return {
    roles: new Set(session?.roles ?? []),
    kinds: new Set(place?.kinds ?? []),
    session,
  };
}
