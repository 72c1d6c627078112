/** A product beside others of its field: medians, only where enough of them are for sale. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "../address";
import { api, ask } from "../api";
import { useWords } from "../language";
import { count, price } from "../number";
import type { Listing } from "./product";

const ENOUGH = 3;
const MOST = 100;

/** The middle value; of two in the middle the lower, so that it is one that stands. */
function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

export function Comparable({ listing }: { listing: Listing }) {
  const words = useWords();
  const found = useQuery({
    queryKey: ["comparable", listing.domain],
    queryFn: () =>
      ask(
        api.GET("/api/catalogue", {
          params: { query: { domain: [listing.domain], sort: "newest", limit: MOST } },
        }),
      ),
    staleTime: 60_000,
  });
  if (!found.data) return null;
  const others = found.data.hits.filter(
    (hit) => hit.id !== listing.id && hit.kind === listing.kind && hit.n_records > 0,
  );
  const to = `/market?${new URLSearchParams({ domain: listing.domain, kind: listing.kind })}`;
  const perThousand = (one: { price_fen: number; n_records: number }) =>
    Math.round((one.price_fen * 1_000) / one.n_records);
  const rows: [string, string, string][] =
    others.length < ENOUGH
      ? []
      : [
          [
            words.market.records,
            count(listing.n_records),
            count(median(others.map((one) => one.n_records))),
          ],
          [
            words.market.price,
            price(listing.price_fen),
            price(median(others.map((one) => one.price_fen))),
          ],
          [
            words.market.pricePer,
            listing.n_records ? price(perThousand(listing)) : "—",
            price(median(others.map(perThousand))),
          ],
        ];
  return (
    <section className="card">
      <header>
        <h2>{words.market.beside}</h2>
        <p>
          {rows.length
            ? words.market.besideNote(others.length, found.data.total > MOST)
            : words.market.tooFew(others.length)}
        </p>
        <Link className="right small" to={to}>
          {words.market.seeThem}
        </Link>
      </header>
      {rows.length ? (
        <table>
          <thead>
            <tr>
              <th />
              <th className="num">{words.market.thisOne}</th>
              <th className="num">{words.market.median}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([title, mine, theirs]) => (
              <tr key={title}>
                <td>{title}</td>
                <td className="num strong">{mine}</td>
                <td className="num">{theirs}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  );
}
