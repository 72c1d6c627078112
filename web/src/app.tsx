/** Which page an address shows. */

import { Component, type ReactNode, Suspense, useEffect, useState } from "react";
import { go, matched, useAddress } from "./address";
import { Refusal } from "./api";
import { useKeys } from "./key";
import { useWords } from "./language";
import { NewCertificate } from "./pages/certificate";
import { Datasets } from "./pages/datasets";
import { DemandPage, Demands, NewDemand } from "./pages/demands";
import { DocumentsPage } from "./pages/documents";
import { EvaluationPage } from "./pages/evaluation";
import { FiguresPage } from "./pages/figures";
import { KeyList } from "./pages/keys";
import { EditListing, NewListing } from "./pages/listing-edit";
import { Listings, Reviews } from "./pages/listings";
import { Market } from "./pages/market";
import { OrderPage } from "./pages/order";
import { Orders } from "./pages/orders";
import { People } from "./pages/people";
import { ProductPage } from "./pages/product";
import { NewProject } from "./pages/project-new";
import { ProjectPage, Projects } from "./pages/projects";
import { ReviewPage } from "./pages/review";
import { ReviewListingPage } from "./pages/review-listing";
import { Join, Setup, SignIn } from "./pages/sign-in";
import { DatasetPage, VersionPage } from "./pages/version";
import { WorkPage } from "./pages/work";
import { Blank, Ghosts, Refused } from "./parts/face";
import { useSession } from "./session";
import { Shell, usePlaces } from "./shell";

type Given = Record<string, string>;

const of = (given: Given) => ({
  organisation: given.organisation ?? "",
  name: given.name ?? "",
  version: given.version ?? "",
});

const PAGES: [string, (given: Given) => ReactNode][] = [
  ["/setup", () => <Setup />],
  ["/sign-in", () => <SignIn />],
  ["/join", () => <Join />],
  ["/people", () => <People />],
  ["/market", () => <Market />],
  ["/market/:id", (given) => <ProductPage id={given.id ?? ""} />],
  ["/listings", () => <Listings />],
  ["/listings/new", () => <NewListing />],
  ["/listings/:id/edit", (given) => <EditListing id={given.id ?? ""} />],
  ["/reviews", () => <Reviews />],
  ["/reviews/:id", (given) => <ReviewListingPage id={given.id ?? ""} />],
  ["/certificates/new", () => <NewCertificate />],
  ["/evaluations/:id", (given) => <EvaluationPage id={given.id ?? ""} />],
  ["/orders", () => <Orders />],
  ["/orders/:id", (given) => <OrderPage id={given.id ?? ""} />],
  ["/figures", () => <FiguresPage />],
  ["/demands", () => <Demands />],
  ["/demands/new", () => <NewDemand />],
  ["/demands/:id", (given) => <DemandPage id={given.id ?? ""} />],
  ["/annotate", () => <Projects />],
  ["/annotate/new", () => <NewProject />],
  ["/annotate/:id", (given) => <ProjectPage id={given.id ?? ""} />],
  ["/annotate/:id/work", (given) => <WorkPage id={given.id ?? ""} />],
  ["/annotate/:id/review", (given) => <ReviewPage id={given.id ?? ""} />],
  ["/datasets", () => <Datasets />],
  ["/datasets/:organisation/:name", (given) => <DatasetPage {...of(given)} />],
  ["/datasets/:organisation/:name/:version", (given) => <VersionPage {...of(given)} />],
  ["/datasets/:organisation/:name/:version/documents", (given) => <DocumentsPage {...of(given)} />],
  ["/", () => <Home />],
];

export function App() {
  const { path } = useAddress();
  const words = useWords();
  const [isHelp, help] = useState(false);
  useKeys({ "?": () => help(true) });
  const page = pageOf(path);
  return (
    <Failsafe key={path}>
      <Suspense fallback={<Shell>{<Ghosts />}</Shell>}>
        {page ?? (
          <Shell>
            <main className="page" id="main">
              <Blank icon="search" title={words.face.notFound}>
                {words.face.notFoundHint}
              </Blank>
            </main>
          </Shell>
        )}
        {isHelp ? <KeyList close={() => help(false)} /> : null}
      </Suspense>
    </Failsafe>
  );
}

function pageOf(path: string): ReactNode {
  for (const [pattern, show] of PAGES) {
    const given = matched(pattern, path);
    if (given) return show(given);
  }
  return null;
}

/** The first place that is somebody's; visitors see the market. */
function Home() {
  const session = useSession();
  const [first] = usePlaces();
  const to = session.data ? (first?.to ?? "/market") : "/market";
  useEffect(() => {
    if (session.data !== undefined) go(to, true);
  }, [session.data, to]);
  return (
    <Shell>
      <main className="page" id="main">
        {session.isError ? (
          <Refused error={session.error} retry={() => void session.refetch()} />
        ) : (
          <Ghosts />
        )}
      </main>
    </Shell>
  );
}

/** A page that failed says so, and how to go on. */
class Failsafe extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    return this.state.error ? <Failed error={this.state.error} /> : this.props.children;
  }
}

function Failed({ error }: { error: Error }) {
  const words = useWords();
  if (error instanceof Refusal) return <Refused error={error} />;
  return (
    <main className="page" id="main">
      <Blank
        icon="warn"
        title={words.face.bug}
        alert
        action={
          <button type="button" className="btn main" onClick={() => window.location.reload()}>
            {words.face.reload}
          </button>
        }
      >
        {words.face.bugHint} <code>{error.message}</code>
      </Blank>
    </main>
  );
}
