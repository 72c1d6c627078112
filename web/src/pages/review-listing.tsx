/** What waits for an assessor: the product as it would stand, and the decision beside it. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { go, Link } from "../address";
import { api, ask, newKey } from "../api";
import { useWords } from "../language";
import { yuan } from "../number";
import { Loaded, Problem } from "../parts/face";
import { Area } from "../parts/field";
import { Dialog, say } from "../parts/layer";
import { Digest } from "../parts/text";
import { Shell } from "../shell";
import { Facts, type Listing, Product, useListing } from "./product";

export function ReviewListingPage({ id }: { id: string }) {
  const listing = useListing(id);
  const words = useWords();
  return (
    <Shell>
      <main className="page" id="main">
        <p className="trail">
          <Link to="/reviews">{words.nav.reviews}</Link> /
        </p>
        <Loaded of={listing} rows={8}>
          {(found) => <Product listing={found} aside={<Decide listing={found} />} />}
        </Loaded>
      </main>
    </Shell>
  );
}

function Decide({ listing }: { listing: Listing }) {
  const words = useWords();
  const queries = useQueryClient();
  const [reasons, setReasons] = useState("");
  const [isAsking, asking] = useState(false);
  const [key] = useState(newKey);
  const review = useMutation({
    mutationFn: (lists: boolean) =>
      ask(
        api.POST("/api/listings/{listing_id}/review", {
          params: {
            path: { listing_id: listing.id },
            header: { "idempotency-key": `${key}${lists}` },
          },
          body: { content_digest: listing.content_digest, lists, reasons },
        }),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["reviews"] });
      say(words.review.done);
      go("/reviews");
    },
  });
  return (
    <aside className="buy card">
      <h2>{words.review.decide}</h2>
      <p className="small dim2">{words.review.note}</p>
      <Digest of={listing.content_digest} />
      <b className="price">{yuan(listing.price_fen)}</b>
      <Area
        label={words.review.reasons}
        hint={words.review.reasonsHint}
        value={reasons}
        maxLength={4_000}
        onChange={(event) => setReasons(event.target.value)}
      />
      <Problem error={isAsking ? null : review.error} />
      <button
        type="button"
        className="btn main big wide"
        disabled={listing.state !== "submitted"}
        onClick={() => asking(true)}
      >
        {words.review.list}
      </button>
      <button
        type="button"
        className="btn harm big wide"
        disabled={listing.state !== "submitted" || !reasons.trim()}
        onClick={() => review.mutate(false)}
      >
        {words.review.return}
      </button>
      <Facts listing={listing} />
      {isAsking ? (
        <Dialog
          title={words.review.listAsk(listing.title)}
          confirm={words.review.list}
          busy={review.isPending}
          onConfirm={() => review.mutate(true)}
          onClose={() => asking(false)}
        >
          <p className="mono small said">{listing.version}</p>
          <p>{yuan(listing.price_fen)}</p>
          <Problem error={review.error} />
        </Dialog>
      ) : null}
    </aside>
  );
}
