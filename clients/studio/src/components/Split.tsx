// Two parts, one above the other, with a line between them that can be moved.

import { createSignal, type JSX } from "solid-js";
import { readSetting, writeSetting } from "../state/settings";
import { followPointer } from "./dragging";

const LEAST = 0.12;

export function Split(props: { name: string; share: number; upper: JSX.Element; lower: JSX.Element }): JSX.Element {
  let whole!: HTMLDivElement;
  const setting = `split.${props.name}`;
  const [share, setShare] = createSignal(readSetting(setting, props.share));
  const put = (next: number): void => {
    setShare(Math.max(LEAST, Math.min(1 - LEAST, next)));
    writeSetting(setting, share());
  };
  const drag = (event: PointerEvent): void => {
    event.preventDefault();
    const box = whole.getBoundingClientRect();
    followPointer((move) => put((move.clientY - box.top) / box.height));
  };
  return (
    <div class="split" ref={whole} style={{ "grid-template-rows": `${share() * 100}% auto minmax(0, 1fr)` }}>
      <div class="split-part">{props.upper}</div>
      <div
        class="split-line"
        role="separator"
        aria-orientation="horizontal"
        aria-label="Height of the editor"
        aria-valuenow={Math.round(share() * 100)}
        tabindex="0"
        onPointerDown={drag}
        onKeyDown={(event) => {
          if (event.key === "ArrowUp") put(share() - 0.04);
          if (event.key === "ArrowDown") put(share() + 0.04);
        }}
      />
      <div class="split-part">{props.lower}</div>
    </div>
  );
}
