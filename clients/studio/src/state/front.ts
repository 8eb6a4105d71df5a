// The result whose cells the panel at the right shows, with the changes of it: the one that was drawn last.

import { createSignal, onCleanup, type Accessor } from "solid-js";
import type { EditModel } from "./edits";
import type { ResultModel } from "./result";

export interface ShownCells {
  readonly model: ResultModel;
  readonly edits: Accessor<EditModel | null>;
}

const [shownCells, setShownCells] = createSignal<ShownCells | null>(null);
export { shownCells };

/** Shows the cells of this result while it is there. Needs an owner. */
export function showCells(model: ResultModel, edits: Accessor<EditModel | null>): void {
  setShownCells({ model, edits });
  onCleanup(() => setShownCells((now) => (now?.model === model ? null : now)));
}
