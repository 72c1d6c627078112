/** What an annotator has done and earned. */

import { useQuery } from "@tanstack/react-query";
import { api, ask } from "../api";
import { useWords } from "../language";
import { count, percent, yuan } from "../number";

/** What one has done here: accepted work is earned; what waits for review stands apart. */
export function Mine({ project, n_done }: { project: string; n_done: number }) {
  const words = useWords();
  const mine = useQuery({
    queryKey: ["mine", project],
    queryFn: () =>
      ask(
        api.GET("/api/projects/{project_id}/mine", { params: { path: { project_id: project } } }),
      ),
    staleTime: 5_000,
  });
  const earned = useQuery({ queryKey: ["earnings"], queryFn: () => ask(api.GET("/api/earnings")) });
  const found = mine.data;
  return (
    <dl className="me right">
      <div>
        <dt>{words.annotate.today}</dt>
        <dd>{n_done}</dd>
      </div>
      {found ? (
        <>
          <div className="wide-only" title={words.annotate.countedNote}>
            <dt>{words.annotate.counted}</dt>
            <dd>{count(found.counted)}</dd>
          </div>
          <div className="wide-only" title={words.annotate.waitingNote}>
            <dt>{words.annotate.waiting}</dt>
            <dd>{count(found.waiting)}</dd>
          </div>
          <div className="wide-only">
            <dt>{words.annotate.accepted}</dt>
            <dd>{found.accepted_share === null ? "—" : `${percent(found.accepted_share, 0)} %`}</dd>
          </div>
        </>
      ) : null}
      {earned.data ? (
        <div className="wide-only" title={words.annotate.earnedNote}>
          <dt>{words.annotate.earned}</dt>
          <dd>{yuan(earned.data.earned_fen)}</dd>
        </div>
      ) : null}
    </dl>
  );
}
