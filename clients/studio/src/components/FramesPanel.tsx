// The frames that pass between the page and the backend, for those who want to see the protocol.

import { createSignal, For, Show, type JSX } from "solid-js";
import { clearFrames, frameBytes, frameCount, frames, frameText, type SeenFrame } from "../state/frames";
import { count, size } from "../state/units";
import { Button } from "./Button";

export function FramesPanel(): JSX.Element {
  const [shown, setShown] = createSignal<SeenFrame | null>(null);
  return (
    <>
      <div class="bar">
        <span class="quiet">{count(frameCount())} frames</span>
        <span class="bar-space" />
        <Button
          text="Clear"
          onClick={() => {
            clearFrames();
            setShown(null);
          }}
        />
      </div>
      <ol id="frames" class="frames">
        <For each={frames()}>
          {(frame) => (
            <li>
              <button type="button" aria-pressed={frame === shown()} onClick={() => setShown(frame)}>
                <span class="frame-way">{frame.way === "out" ? "→" : "←"}</span>
                <span class="frame-type" classList={{ bad: frame.message.type === "error" }}>
                  {frame.message.type}
                </span>
                <span class="figure quiet">{size(frame.size)}</span>
              </button>
            </li>
          )}
        </For>
      </ol>
      <Show when={shown()}>
        {(frame) => (
          <pre id="frame" class="frame-text">
            {`${frameText(frame())}\n\n${frameBytes(frame())}`}
          </pre>
        )}
      </Show>
    </>
  );
}
