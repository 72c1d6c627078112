/** What a product looks like from near: its first records, where the supplier shows any. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../api";
import { useWords } from "../language";
import { Loaded } from "../parts/face";
import { Icon } from "../parts/icon";
import type { components } from "../types";

type Sample = components["schemas"]["SampleView"];

export function Samples({ listing }: { listing: string }) {
  const words = useWords();
  const found = useQuery({
    queryKey: ["samples", listing],
    queryFn: () =>
      ask(
        api.GET("/api/listings/{listing_id}/samples", {
          params: { path: { listing_id: listing } },
        }),
      ),
  });
  return (
    <section className="card c12">
      <header>
        <h2>{words.sample.title}</h2>
        {found.data?.shows ? <p>{words.sample.note(found.data.samples.length)}</p> : null}
      </header>
      <Loaded of={found} rows={3}>
        {({ samples }) =>
          samples.length ? (
            <Pages samples={samples} />
          ) : (
            <p className="dim2 row">
              <Icon name="lock" />
              <span>{words.sample.none}</span>
            </p>
          )
        }
      </Loaded>
    </section>
  );
}

/** One sample at a time, in the order of the file. */
function Pages({ samples }: { samples: Sample[] }) {
  const words = useWords();
  const [at, go] = useState(0);
  const sample = samples[at] ?? samples[0];
  if (!sample) return null;
  return (
    <div className="stack samples">
      <div className="row">
        <b className="grow cut">{sample.title || words.sample.nth(at + 1)}</b>
        <span className="dim small">
          {at + 1} / {samples.length}
        </span>
        <button type="button" className="btn tiny" disabled={at === 0} onClick={() => go(at - 1)}>
          {words.sample.previous}
        </button>
        <button
          type="button"
          className="btn tiny"
          disabled={at >= samples.length - 1}
          onClick={() => go(at + 1)}
        >
          {words.sample.next}
        </button>
      </div>
      {sample.text ? <p className="text said">{sample.text}</p> : null}
      {sample.turns.length ? (
        <div className="talk">
          {sample.turns.map((turn, i) => (
            <div key={i}>
              <small>{words.document.roles[turn.role] ?? turn.role}</small>
              {turn.content}
            </div>
          ))}
        </div>
      ) : null}
      {sample.is_cut ? <p className="small dim">{words.document.isCut}</p> : null}
    </div>
  );
}
