// The icons: lines of 1.5 pixels in a square of 16, in the colour of the text around them.

import type { JSX } from "solid-js";

const PATHS = {
  run: "M4.5 3.2v9.6l8-4.8z",
  stop: "M4 4h8v8H4z",
  plus: "M8 3v10M3 8h10",
  close: "M4 4l8 8M12 4l-8 8",
  chevron: "M6 4l4 4-4 4",
  down: "M4 6l4 4 4-4",
  search: "M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9zM10.3 10.3l3.2 3.2",
  database:
    "M3 4c0-1.1 2.2-2 5-2s5 .9 5 2-2.2 2-5 2-5-.9-5-2zM3 4v8c0 1.1 2.2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2.2 2 5 2s5-.9 5-2",
  table: "M2.5 3h11v10h-11zM2.5 6.5h11M6.5 6.5V13",
  view: "M1.5 8s2.4-4.5 6.5-4.5S14.5 8 14.5 8s-2.4 4.5-6.5 4.5S1.5 8 1.5 8zM8 6a2 2 0 1 1 0 4a2 2 0 0 1 0-4z",
  column: "M6 2.5h4v11H6z",
  key: "M10 2.5a3.5 3.5 0 1 1-2.8 5.6L2.5 12.8v1M4.5 11l1.5 1.5M10.2 5.8h.1",
  index: "M3 3h10M3 6.3h7M3 9.6h10M3 13h5",
  routine: "M10.5 2.5c-2 0-2.3 1-2.6 2.8L7 11c-.3 1.7-.8 2.5-2.5 2.5M5.5 6.5h5",
  folder: "M2 4h4.2l1.5 1.8H14V13H2z",
  history: "M2.5 8a5.5 5.5 0 1 0 1.7-4M2.5 2.5v2.3h2.3M8 5v3.2l2.2 1.3",
  frames: "M2 5h9M8.5 2.5L11 5L8.5 7.5M14 11H5M7.5 8.5L5 11l2.5 2.5",
  activity: "M1.5 8h3l2-5 3 10 2-5h3",
  sun: "M8 5.2a2.8 2.8 0 1 1 0 5.6a2.8 2.8 0 0 1 0-5.6zM8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1",
  moon: "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z",
  auto: "M8 2.5a5.5 5.5 0 1 1 0 11zM8 2.5a5.5 5.5 0 1 0 0 11",
  filter: "M2.5 3.5h11L9.5 8.2V12l-3 1.5V8.2z",
  export: "M8 2.5v7M5 6.7l3 3 3-3M3 11v2.5h10V11",
  import: "M8 9.7v-7M5 5.5l3-3 3 3M3 11v2.5h10V11",
  refresh: "M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 2.5v2.3h-2.3",
  plan: "M6 2.5h4v3H6zM2 10.5h4v3H2zM10 10.5h4v3h-4zM8 5.5V8M4 10.5V8h8v2.5",
  alert: "M8 2.5l6 11H2zM8 6.5v3M8 11.5v.1",
  check: "M3 8.5l3.2 3.2L13 5",
  edit: "M3 13l.6-2.8L10.8 3l2.2 2.2L5.8 12.4z",
  trash: "M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.5 9h6l.5-9",
  save: "M3 3h8l2 2v8H3zM5.5 3v3.5h4V3M5 13V9.5h6V13",
  undo: "M6 3L3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H7",
  panel: "M2.5 3h11v10h-11zM9.5 3v10",
  keyboard: "M1.5 4.5h13v7h-13zM4 7h.1M6.7 7h.1M9.3 7h.1M12 7h.1M5 9.5h6",
  plug: "M6 2v3M10 2v3M4 5h8v3a4 4 0 0 1-8 0zM8 12v2.5",
  code: "M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
} as const;

export type IconName = keyof typeof PATHS;

/** An icon beside a text that says the same, or in a button with a label. */
export function Icon(props: { name: IconName; class?: string }): JSX.Element {
  return (
    <svg class={`icon ${props.class ?? ""}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[props.name]} />
    </svg>
  );
}
