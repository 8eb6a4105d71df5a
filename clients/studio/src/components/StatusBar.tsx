// The figures of a result: how many rows, what is selected and what it sums up to, and what it took.

import { Show, type JSX } from "solid-js";
import type { EditModel } from "../state/edits";
import type { ResultModel } from "../state/result";
import { useSums } from "../state/sums";
import { Button } from "./Button";
import { count, plural, rowCount } from "../state/units";

export function StatusBar(props: {
  model: ResultModel;
  timing: string;
  notices: number;
  edits: EditModel | null;
  onReadAll?: (() => void) | undefined;
}): JSX.Element {
  const { model } = props;
  const sums = useSums(model);
  const rows = (): string => {
    const { total, rowCount: known, truncated } = model.snapshot();
    if (total === null) return `${rowCount(known)} so far`;
    return truncated ? `first ${rowCount(total)}, there are more` : rowCount(total);
  };
  return (
    <footer class="status-bar">
      <span id="rows" class="figure" classList={{ cut: model.snapshot().truncated }}>
        {rows()}
      </span>
      <Show when={model.snapshot().truncated && props.onReadAll}>
        {(readAll) => (
          <Button
            look="plain"
            text="Read all"
            title="Run it again, without a limit of rows"
            disabled={(props.edits?.size() ?? 0) > 0}
            onClick={() => readAll()()}
          />
        )}
      </Show>
      <span class="quiet">{plural(model.columns.length, "column")}</span>
      <Show when={props.notices > 0}>
        <span class="quiet">{plural(props.notices, "notice")}</span>
      </Show>
      <Show when={props.edits?.remark()}>{(remark) => <span class="status-remark">{remark()}</span>}</Show>
      <span class="bar-space" />
      <Show when={sums()}>
        {(all) => (
          <span id="sums" class="sums figure">
            <span>{plural(all().cells, "cell")}</span>
            <Show when={all().nulls > 0}>
              <span>{count(all().nulls)} NULL</span>
            </Show>
            <Show when={all().sum}>
              <span>sum {all().sum}</span>
              <span>mean {all().mean}</span>
            </Show>
            <Show when={all().min !== null}>
              <span>min {all().min}</span>
              <span>max {all().max}</span>
            </Show>
          </span>
        )}
      </Show>
      <span id="timings" class="figure quiet">
        {props.timing}
      </span>
    </footer>
  );
}
