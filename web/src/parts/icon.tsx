/** The pictures of the pages: 16 × 16, drawn in the colour of the text. */

const PATHS = {
  yes: <path d="m3 8.5 3.2 3.2L13 5" />,
  no: <path d="m4 4 8 8m0-8-8 8" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3.5 3.5" />
    </>
  ),
  lock: (
    <>
      <rect x="3" y="7" width="10" height="6.5" rx="1.5" />
      <path d="M5 7V5a3 3 0 0 1 6 0v2" />
    </>
  ),
  down: <path d="m4 6.5 4 4 4-4" />,
  left: <path d="M10 3.5 5.5 8l4.5 4.5" />,
  right: <path d="m6 3.5 4.5 4.5L6 12.5" />,
  menu: <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />,
  copy: (
    <>
      <rect x="5" y="5" width="8.5" height="8.5" rx="1.5" />
      <path d="M3 10.5V3.8A1.3 1.3 0 0 1 4.3 2.5H10.5" />
    </>
  ),
  warn: (
    <>
      <path d="M8 3v6M8 12.2v.3" />
      <circle cx="8" cy="8" r="6.5" />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 4.5V8l2.5 1.5" />
    </>
  ),
  book: (
    <path d="M8 3.5C6.5 2.5 4.5 2.3 2.5 2.5v10c2-.2 4 0 5.5 1 1.5-1 3.5-1.2 5.5-1v-10c-2-.2-4 0-5.5 1zM8 3.5v10" />
  ),
  flag: <path d="M4 14V2.5h8l-2 3 2 3H4" />,
  layers: <path d="m8 2 6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3" />,
  tune: (
    <>
      <path d="M2.5 5h7M12 5h1.5M2.5 11H5M7.5 11h6" />
      <circle cx="10.8" cy="5" r="1.5" />
      <circle cx="6.2" cy="11" r="1.5" />
    </>
  ),
  target: (
    <>
      <circle cx="8" cy="8" r="6" />
      <circle cx="8" cy="8" r="2.5" />
    </>
  ),
  lookup: (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3.5 3.5M5.5 7h3" />
    </>
  ),
  flask: <path d="M6 2h4M6.5 2v4L3 12.5A1 1 0 0 0 4 14h8a1 1 0 0 0 1-1.5L9.5 6V2" />,
  branch: (
    <>
      <circle cx="4.5" cy="3.5" r="1.5" />
      <circle cx="4.5" cy="12.5" r="1.5" />
      <circle cx="11.5" cy="5.5" r="1.5" />
      <path d="M4.5 5v6M11.5 7c0 2.5-4 2-6.5 4" />
    </>
  ),
  pen: <path d="m3 13 .7-3L11 2.7l2.3 2.3L6 12.3zM9.5 4.2l2.3 2.3" />,
  share: <path d="M8 10V2.5M5 5l3-3 3 3M3 9v4.5h10V9" />,
  box: <path d="M2.5 5 8 2l5.5 3v6L8 14l-5.5-3zM2.5 5 8 8l5.5-3M8 8v6" />,
  cloud: <path d="M4.5 12.5a3 3 0 0 1-.3-6 4 4 0 0 1 7.7.8 2.6 2.6 0 0 1-.4 5.2zM2 2l12 12" />,
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, className = "" }: { name: IconName; className?: string }) {
  return (
    <svg className={`i ${className}`} viewBox="0 0 16 16" aria-hidden="true">
      {PATHS[name]}
    </svg>
  );
}

/** The ingot. */
export function Ingot() {
  return (
    <svg viewBox="0 0 24 16" aria-hidden="true">
      <path d="M5.5 2h13L23 14H1z" fill="var(--gold)" />
      <path d="M5.5 2h13l1.5 4H4z" fill="#fff" opacity=".35" />
    </svg>
  );
}
