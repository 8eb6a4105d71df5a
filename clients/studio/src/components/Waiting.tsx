// What runs, and since when: shown from the first moment, with how to stop it.

import { createSignal, onCleanup, type JSX } from "solid-js";
import type { Running } from "../state/run";
import { duration } from "../state/units";

const TICK_MS = 100;

export function Waiting(props: { running: Running }): JSX.Element {
  const [now, setNow] = createSignal(performance.now());
  const timer = setInterval(() => setNow(performance.now()), TICK_MS);
  onCleanup(() => clearInterval(timer));
  return (
    <div class="waiting-over" role="status">
      <span class="spinner" />
      <span>
        {props.running.what} … <b class="figure">{duration(Math.max(0, now() - props.running.since))}</b>
      </span>
      <span class="quiet">
        <kbd>Esc</kbd> cancels
      </span>
    </div>
  );
}
