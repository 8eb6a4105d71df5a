// What the selected cells sum up to. The backend counts, exactly; a selection that changes again is not counted.

import { createEffect, createSignal, onCleanup, type Accessor } from "solid-js";
import { backend } from "./link";
import type { ResultModel, Selection } from "./result";

export interface Sums {
  readonly cells: number;
  readonly nulls: number;
  /** Of one column of numbers. */
  readonly sum: string | null;
  readonly mean: string | null;
  readonly min: string | null;
  readonly max: string | null;
}

const WAIT_MS = 150;
const MOST_CHARACTERS = 24;

/** Needs an owner. */
export function useSums(model: ResultModel): Accessor<Sums | null> {
  const [sums, setSums] = createSignal<Sums | null>(null);
  createEffect(() => {
    const selection = model.selection();
    setSums(null);
    if (selection === null || isOne(selection)) return;
    const stopping = new AbortController();
    const timer = setTimeout(() => {
      void count(model, selection, stopping.signal)
        .then((all) => !stopping.signal.aborted && setSums(all))
        .catch(() => undefined); // it is a courtesy
    }, WAIT_MS);
    onCleanup(() => {
      clearTimeout(timer);
      stopping.abort();
    });
  });
  return sums;
}

function isOne({ anchor, head }: Selection): boolean {
  return anchor.row === head.row && anchor.column === head.column;
}

async function count(model: ResultModel, { anchor, head }: Selection, signal: AbortSignal): Promise<Sums | null> {
  const result_id = model.resultId;
  if (result_id === null) return null;
  const first = Math.min(anchor.row, head.row);
  const rows = { first, count: Math.abs(anchor.row - head.row) + 1 };
  const left = Math.min(anchor.column, head.column);
  const columns = Array.from({ length: Math.abs(anchor.column - head.column) + 1 }, (_, index) => left + index);
  const { summaries } = await backend().summarizeResult({ result_id, columns, rows }, { signal });
  const nulls = summaries.reduce((sum, one) => sum + one.nulls, 0);
  const cells = summaries.reduce((sum, one) => sum + one.count, nulls);
  const [only] = summaries;
  if (summaries.length !== 1 || only === undefined)
    return { cells, nulls, sum: null, mean: null, min: null, max: null };
  const isShort = (text: string | null): boolean => text !== null && text.length <= MOST_CHARACTERS;
  const both = isShort(only.min) && isShort(only.max);
  return {
    cells,
    nulls,
    sum: only.sum,
    mean: only.mean === null ? null : shortened(only.mean),
    min: both ? only.min : null,
    max: both ? only.max : null,
  };
}

/** A mean has up to 38 digits. */
function shortened(digits: string): string {
  return digits.replace(/(\.\d{4})\d+/, "$1");
}
