/** What a version consists of and comes from: files, report, lineage; and the ways to fetch it. */

import { path } from "../address";
import { useKeys } from "../key";
import { useWords } from "../language";
import { bytes, count } from "../number";
import { type Door, Doors, datasetsDoor, httpDoor } from "../parts/doors";
import { Drawer } from "../parts/layer";
import { copy, Digest } from "../parts/text";
import type { components } from "../types";
import { type Named, VersionLink } from "./version";

type View = components["schemas"]["VersionView"];

/** The build's own report: a page of its own origin that reaches nothing. */
export function Report({ named, view }: { named: Named; view: View }) {
  const words = useWords();
  if (!("report.html" in view.version.extras))
    return <p className="note">{words.version.noReport}</p>;
  return (
    <iframe
      className="report"
      sandbox="allow-scripts"
      title={words.version.report}
      src={`/api${path("datasets", named.organisation, named.name, "versions", named.version, "report")}`}
    />
  );
}

export function Lineage({ view }: { view: View }) {
  const words = useWords();
  if (!view.lineage.length) return <p className="note">{words.version.noParents}</p>;
  return (
    <section className="card">
      <header>
        <h2>{words.version.parents}</h2>
      </header>
      <table>
        <tbody>
          {view.lineage.map(({ name, root }) => (
            <tr key={root}>
              <td>
                {name ? (
                  <VersionLink name={name} />
                ) : (
                  <span className="dim">{words.version.foreign}</span>
                )}
              </td>
              <td className="num">
                <Digest of={root} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function Files({ named, view }: { named: Named; view: View }) {
  const words = useWords();
  return (
    <section className="card list-page">
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th>{words.version.file}</th>
              <th className="num">{words.version.rows}</th>
              <th className="num">{words.version.size}</th>
              <th className="num">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {view.files.map((file) => (
              <tr key={file.path}>
                <td className="mono">
                  <a href={`/api${fileOf(named, file.path)}`} download>
                    {file.path}
                  </a>
                </td>
                <td className="num">{file.rows === null ? "—" : count(file.rows)}</td>
                <td className="num">{bytes(file.size_bytes).join(" ")}</td>
                <td className="num">
                  <Digest of={file.sha256} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Where a file of a version is fetched. */
function fileOf(named: Named, file: string): string {
  return path(
    "datasets",
    named.organisation,
    named.name,
    "versions",
    named.version,
    "files",
    ...file.split("/"),
  );
}

/** How a version leaves: a command, a library, or file by file. */
export function Export(props: { named: Named; view: View; close: () => void }) {
  const words = useWords();
  const { named, view } = props;
  const full = `${named.organisation}/${named.name}`;
  const parts = view.files.map((file) => file.path);
  const data = parts.filter((name) => name.startsWith("data/"));
  const doors: Door[] = [
    {
      id: "pull",
      name: "lianjin pull",
      about: words.version.pullNote,
      snippet: `export LIANJIN_TOKEN=lj_…
lianjin pull ${full}@${named.version} \\
  --from ${window.location.origin} \\
  --out ${named.name}`,
    },
    {
      id: "datasets",
      name: "datasets",
      about: words.version.datasetsNote,
      snippet: datasetsDoor(full, named.version),
    },
    {
      id: "http",
      name: "HTTP",
      about: words.version.httpNote(data.length),
      snippet: httpDoor(data.slice(0, 20).map((name) => `/api${fileOf(named, name)}`)),
    },
  ];
  useKeys({ y: () => copy(doors[0]?.snippet ?? "", words.action.copied) });
  return (
    <Drawer title={words.version.exportTitle} onClose={props.close}>
      <Doors doors={doors} />
      <h3>{words.version.exportFiles}</h3>
      <ul className="stack tight">
        {["manifest.json", ...Object.keys(view.version.extras), ...parts].map((name) => (
          <li key={name} className="row">
            <a className="mono cut grow" href={`/api${fileOf(named, name)}`} download>
              {name}
            </a>
            <span className="num dim small">{sizeOf(view, name)}</span>
          </li>
        ))}
      </ul>
    </Drawer>
  );
}

function sizeOf(view: View, name: string): string {
  const file = view.files.find((one) => one.path === name) ?? view.version.extras[name];
  return file ? bytes(file.size_bytes).join(" ") : "";
}
