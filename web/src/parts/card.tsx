/** A card of a page: its heading, a note, and what can be done with it. */

import type { ReactNode } from "react";

export function Card(props: {
  title: string;
  note?: string;
  size?: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={`card ${props.size ?? "c6"} list-page`}>
      <header>
        <h2>{props.title}</h2>
        {props.note ? <p>{props.note}</p> : null}
        {props.action ? <span className="right">{props.action}</span> : null}
      </header>
      {props.children}
    </section>
  );
}
