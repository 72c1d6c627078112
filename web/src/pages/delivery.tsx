/** The ways to what was bought, and what of it was fetched. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "../address";
import { useKeys } from "../key";
import { useWords } from "../language";
import { bytes } from "../number";
import { type Door, Doors, datasetsDoor, httpDoor } from "../parts/doors";
import { copy } from "../parts/text";
import { useRoles } from "../session";
import type { components } from "../types";

type Order = components["schemas"]["OrderView"];

const FETCHES = ["agreed", "delivering", "delivered", "disputed", "accepted", "settled"];

/** A file as the Hugging Face endpoint lists it. */
interface Entry {
  type: string;
  path: string;
  size: number;
}

/** For the buyer, once both have signed. */
export function Delivery({ order }: { order: Order }) {
  const { session } = useRoles();
  if (session?.organisation !== order.buyer || !FETCHES.includes(order.state)) return null;
  return <Fetch order={order} />;
}

function Fetch({ order }: { order: Order }) {
  const words = useWords();
  const [name = "", version = ""] = order.version.split("@");
  const files = useQuery({
    queryKey: ["tree", order.version],
    queryFn: async (): Promise<Entry[]> => {
      const answer = await fetch(`/hub/api/datasets/${name}/tree/${version}?recursive=true`);
      if (!answer.ok) return [];
      return ((await answer.json()) as Entry[]).filter(({ type }) => type === "file");
    },
    staleTime: 60_000,
  });
  const data = files.data?.filter((entry) => entry.path.startsWith("data/")) ?? [];
  const first = data.length ? data : [{ type: "file", path: "README.md", size: 0 }];
  const doors: Door[] = [
    {
      id: "datasets",
      name: "datasets",
      about: words.version.datasetsNote,
      snippet: datasetsDoor(name, version),
    },
    {
      id: "hf",
      name: "hf download",
      about: words.order.hfNote,
      snippet: `export HF_ENDPOINT=${window.location.origin}/hub
export HF_TOKEN=lj_…

hf download ${name} --repo-type dataset --revision ${version} \\
  --local-dir ${name.split("/")[1]}`,
    },
    {
      id: "http",
      name: "HTTP",
      about: words.version.httpNote(data.length),
      snippet: `export LIANJIN_TOKEN=lj_…

${httpDoor(first.slice(0, 20).map((entry) => `/hub/datasets/${name}/resolve/${version}/${entry.path}`))}`,
    },
  ];
  useKeys({ y: () => copy(doors[0]?.snippet ?? "", words.action.copied) });
  return (
    <section className="card c7">
      <header>
        <h2>{words.order.doors}</h2>
        <p>{words.order.doorsNote}</p>
        <Link className="btn tiny right" to="/people">
          {words.order.token}
        </Link>
      </header>
      <Doors doors={doors} />
      {data.length ? (
        <table>
          <thead>
            <tr>
              <th>{words.version.file}</th>
              <th className="num">{words.version.size}</th>
              <th className="num">{words.order.got}</th>
            </tr>
          </thead>
          <tbody>
            {data.map((entry) => {
              const got = order.received_bytes[entry.path] ?? 0;
              return (
                <tr key={entry.path}>
                  <td className="mono">{entry.path}</td>
                  <td className="num">{bytes(entry.size).join(" ")}</td>
                  <td className="num">{got ? bytes(got).join(" ") : "—"}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      ) : null}
    </section>
  );
}
