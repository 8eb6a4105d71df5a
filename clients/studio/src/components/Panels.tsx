// The panel at the right: one of several, as wide as the person wants it.

import { createSignal, Match, Show, Switch, type JSX } from "solid-js";
import { panel, setPanel, type Panel } from "../state/dialogs";
import { readSetting, writeSetting } from "../state/settings";
import { Button } from "./Button";
import { CellPanel } from "./CellPanel";
import { FramesPanel } from "./FramesPanel";
import { HistoryPanel } from "./HistoryPanel";
import { followPointer } from "./dragging";

const TITLES: Record<Panel, string> = { history: "History", frames: "Frames", cell: "Cell" };
const LEAST_PX = 280;
const MOST_PX = 900;

export function Panels(): JSX.Element {
  const [width, setWidth] = createSignal(readSetting("panelWidth", 440));
  const drag = (event: PointerEvent): void => {
    event.preventDefault();
    followPointer((move) => {
      setWidth(Math.max(LEAST_PX, Math.min(MOST_PX, innerWidth - move.clientX)));
      writeSetting("panelWidth", width());
    });
  };
  return (
    <Show when={panel()}>
      {(which) => (
        <aside class="panel" style={{ width: `${width()}px` }} aria-label={TITLES[which()]}>
          <div class="panel-edge" onPointerDown={drag} />
          <header class="panel-head">
            <h2>{TITLES[which()]}</h2>
            <span class="bar-space" />
            <Button icon="close" title="Close" keys="Esc" onClick={() => setPanel(null)} />
          </header>
          <Switch>
            <Match when={which() === "history"}>
              <HistoryPanel />
            </Match>
            <Match when={which() === "frames"}>
              <FramesPanel />
            </Match>
            <Match when={which() === "cell"}>
              <CellPanel />
            </Match>
          </Switch>
        </aside>
      )}
    </Show>
  );
}
