/** One's own listings, and what waits for review. */

import { useQuery } from "@tanstack/react-query";
import { Link, path } from "../address";
import { api, ask } from "../api";
import { useWords } from "../language";
import { Blank, Loaded } from "../parts/face";
import { useRoles } from "../session";
import { Shell } from "../shell";
import { Waiting } from "./evaluation";
import { Hit } from "./market";

export function Listings() {
  const words = useWords();
  const list = useQuery({ queryKey: ["listings"], queryFn: () => ask(api.GET("/api/listings")) });
  return (
    <Shell>
      <main className="page" id="main">
        <p className="trail">
          <Link to="/market">{words.nav.market}</Link> /
        </p>
        <div className="head">
          <div className="grow">
            <h1>{words.listing.title}</h1>
            <p className="dim2">{words.listing.lede}</p>
          </div>
          <Link className="btn main" to="/listings/new">
            {words.listing.newTitle}
          </Link>
        </div>
        <div className="hits gap">
          <Loaded of={list}>
            {(all) =>
              all.length === 0 ? (
                <div className="card">
                  <Blank title={words.listing.empty}>{words.listing.emptyHint}</Blank>
                </div>
              ) : (
                all.map((card) => <Hit key={card.id} card={card} state />)
              )
            }
          </Loaded>
        </div>
      </main>
    </Shell>
  );
}

export function Reviews() {
  const words = useWords();
  const { roles } = useRoles();
  const list = useQuery({ queryKey: ["reviews"], queryFn: () => ask(api.GET("/api/reviews")) });
  return (
    <Shell>
      <main className="page" id="main">
        <div className="head">
          <div className="grow">
            <h1>{words.review.title}</h1>
            <p className="dim2">{words.review.lede}</p>
          </div>
          {roles.has("assessor") ? (
            <Link className="btn" to="/certificates/new">
              {words.review.certify}
            </Link>
          ) : null}
        </div>
        {roles.has("assessor") ? (
          <div className="gap">
            <Waiting />
          </div>
        ) : null}
        <div className="hits gap">
          <Loaded of={list}>
            {(all) =>
              all.length === 0 ? (
                <div className="card">
                  <Blank title={words.review.empty}>{words.review.emptyHint}</Blank>
                </div>
              ) : (
                all.map((card) => <Hit key={card.id} card={card} to={path("reviews", card.id)} />)
              )
            }
          </Loaded>
        </div>
      </main>
    </Shell>
  );
}
