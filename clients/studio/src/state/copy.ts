// Copying cells: one as it is, several as text for spreadsheets, which the backend writes.

import { editText } from "@litebase/client";
import { backend } from "./link";
import type { ResultModel } from "./result";

/** Copies what is selected. Resolves with how many rows were copied. */
export async function copySelection(model: ResultModel): Promise<number> {
  const selection = model.selection();
  const result_id = model.resultId;
  if (selection === null) return 0;
  const { anchor, head } = selection;
  if (anchor.row === head.row && anchor.column === head.column) {
    const cell = await model.cell(head);
    await navigator.clipboard.writeText(editText(cell, model.columns[head.column]));
    return 1;
  }
  if (result_id === null) return 0;
  const first = Math.min(anchor.row, head.row);
  const count = Math.abs(anchor.row - head.row) + 1;
  const left = Math.min(anchor.column, head.column);
  const columns = Array.from({ length: Math.abs(anchor.column - head.column) + 1 }, (_, index) => left + index);
  const answer = await backend().exportRows({
    source: { result_id },
    format: "copy_text",
    selection: { rows: [{ first, count }], columns },
  });
  await navigator.clipboard.writeText(answer.content ?? "");
  return answer.rows;
}
