/** The datasets of an organisation, each by its latest version. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, path } from "../address";
import { api, ask } from "../api";
import { useWords } from "../language";
import { bytes, count, moment, percent } from "../number";
import { Blank, Ghosts, Refused } from "../parts/face";
import { Copyable } from "../parts/text";
import { useRoles } from "../session";
import { Shell } from "../shell";
import { Jobs } from "./jobs";

export function Datasets() {
  const words = useWords();
  const { roles } = useRoles();
  const mayBuild = ["owner", "engineer", "operator", "auditor"].some((role) => roles.has(role));
  const pages = useInfiniteQuery({
    queryKey: ["datasets"],
    queryFn: ({ pageParam }) =>
      ask(api.GET("/api/datasets", { params: { query: pageParam ? { after: pageParam } : {} } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.following,
  });
  const all = pages.data?.pages.flatMap(({ datasets }) => datasets);
  return (
    <Shell>
      <main className="page" id="main">
        <div className="head">
          <div className="grow">
            <h1>{words.version.title}</h1>
            <p className="dim2">{words.version.lede}</p>
          </div>
        </div>
        <section className="card list-page gap">
          {pages.isError ? (
            <Refused error={pages.error} retry={() => void pages.refetch()} />
          ) : null}
          {pages.isPending ? <Ghosts /> : null}
          {all?.length === 0 ? (
            <Blank
              title={words.version.empty}
              action={
                <Copyable text={`lianjin push DIR ORG/NAME@1.0.0 --to ${window.location.origin}`} />
              }
            >
              {words.version.emptyHint}
            </Blank>
          ) : null}
          {all?.length ? (
            <div className="scroll">
              <table className="list">
                <thead>
                  <tr>
                    <th>{words.version.name}</th>
                    <th>{words.version.latest}</th>
                    <th className="num">{words.version.kept}</th>
                    <th className="num">{words.version.retention}</th>
                    <th className="num">{words.version.size}</th>
                    <th className="num">{words.version.when}</th>
                  </tr>
                </thead>
                <tbody>
                  {all.map(({ organisation, name, latest, n_versions }) => {
                    const version = latest.name.split("@")[1] ?? "";
                    return (
                      <tr key={latest.name}>
                        <td>
                          <Link
                            className="whole"
                            to={path("datasets", organisation, name, version)}
                          >
                            {name}
                          </Link>
                          <small>{organisation}</small>
                        </td>
                        <td data-label={words.version.latest}>
                          <span className="mono">{version}</span>
                          <small>{words.version.versions(n_versions)}</small>
                        </td>
                        <td className="num" data-label={words.version.kept}>
                          {count(latest.kept)}
                        </td>
                        <td className="num" data-label={words.version.retention}>
                          {latest.records ? `${percent(latest.kept / latest.records)} %` : "—"}
                        </td>
                        <td className="num" data-label={words.version.size}>
                          {bytes(latest.size_bytes).join(" ")}
                        </td>
                        <td className="num dim" data-label={words.version.when}>
                          {moment(latest.created_utc)}
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
          ) : null}
          {pages.hasNextPage ? (
            <button type="button" className="btn" onClick={() => void pages.fetchNextPage()}>
              {words.action.more}
            </button>
          ) : null}
        </section>
        {mayBuild ? (
          <div className="gap">
            <Jobs />
          </div>
        ) : null}
      </main>
    </Shell>
  );
}
