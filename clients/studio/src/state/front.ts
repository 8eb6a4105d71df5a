// The result whose cells the panel at the right shows: the one that was drawn or used last.

import { createSignal, onCleanup } from "solid-js";
import type { ResultModel } from "./result";

const [shownModel, setShownModel] = createSignal<ResultModel | null>(null);
export { shownModel };

/** Shows the cells of this result while it is there. Needs an owner. */
export function showCells(model: ResultModel): void {
  setShownModel(model);
  onCleanup(() => setShownModel((now) => (now === model ? null : now)));
}

export function showCellsAgain(model: ResultModel): void {
  setShownModel(model);
}
