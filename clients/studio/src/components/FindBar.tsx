// Finds text in the cells of a result, forward and back.

import { createSignal, onMount, Show, type JSX } from "solid-js";
import { faultOf } from "../state/faults";
import { backend } from "../state/link";
import type { ResultModel } from "../state/result";
import { Button } from "./Button";

export function FindBar(props: { model: ResultModel; onClose: () => void }): JSX.Element {
  let field!: HTMLInputElement;
  const { model } = props;
  const [remark, setRemark] = createSignal("");
  const [finding, setFinding] = createSignal<AbortController | null>(null);
  onMount(() => field.focus());

  const find = async (backwards: boolean): Promise<void> => {
    const text = field.value;
    const result_id = model.resultId;
    if (text === "" || result_id === null) return;
    finding()?.abort();
    const stopping = new AbortController();
    setFinding(stopping);
    setRemark("Looking …");
    try {
      const found = await next(result_id, text, backwards, stopping.signal);
      setRemark(found === null ? "Nothing has this text." : "");
      if (found !== null) await model.goTo(found.row, found.column);
    } catch (error) {
      const fault = faultOf(error);
      if (!stopping.signal.aborted) setRemark(fault.message);
    } finally {
      setFinding((now) => (now === stopping ? null : now));
    }
  };
  /** From the selected cell on, and then from the other end. */
  const next = async (result_id: string, text: string, backwards: boolean, signal: AbortSignal) => {
    const at = model.selection()?.head;
    const step = backwards ? -1 : 1;
    const asked = { result_id, text, backwards };
    const column = at === undefined ? 0 : at.column + step;
    const begun =
      at === undefined
        ? { from_row: 0, from_column: null }
        : column < 0
          ? { from_row: Math.max(0, at.row - 1), from_column: null }
          : { from_row: at.row, from_column: Math.min(column, 65_535) };
    const first = await backend().findInResult({ ...asked, ...begun }, { signal });
    if (first.row !== null) return { row: first.row, column: first.column ?? 0 };
    const end = backwards ? ((await model.readToEnd()) ?? model.snapshot().rowCount) - 1 : 0;
    const again = await backend().findInResult({ ...asked, from_row: Math.max(0, end) }, { signal });
    return again.row === null ? null : { row: again.row, column: again.column ?? 0 };
  };
  return (
    <div
      class="tool-bar find-bar"
      onKeyDown={(event) => {
        if (event.key === "Enter") void find(event.shiftKey);
        else if (event.key === "Escape") {
          finding()?.abort();
          props.onClose();
        } else return;
        event.preventDefault();
      }}
    >
      <input
        ref={field}
        aria-label="Find in the rows"
        placeholder="Find in the rows"
        spellcheck={false}
        onInput={() => setRemark("")}
      />
      <Button icon="chevron" text="Next" keys="Enter" onClick={() => void find(false)} />
      <Button text="Previous" keys="Shift+Enter" onClick={() => void find(true)} />
      <Show when={remark()}>
        <span class="quiet" role="status">
          {remark()}
        </span>
      </Show>
      <span class="bar-space" />
      <Button icon="close" title="Close" keys="Esc" onClick={() => props.onClose()} />
    </div>
  );
}
