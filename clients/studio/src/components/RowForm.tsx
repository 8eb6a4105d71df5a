// The values of a new row: a column that is left alone gets its default.

import type { NewValue } from "@litebase/client";
import { createSignal, For, type JSX } from "solid-js";
import type { EditModel } from "../state/edits";
import { asNewValue } from "../state/values";
import { Button } from "./Button";
import { Dialog } from "./Dialog";

export function RowForm(props: { edits: EditModel; onClose: () => void }): JSX.Element {
  const { table } = props.edits;
  const columns = table.columns.filter(({ origin }) => origin?.table_name === table.object.name);
  const [values, setValues] = createSignal<Readonly<Record<string, NewValue>>>({});
  const put = (name: string, value: NewValue | undefined): void => {
    setValues((all) => {
      const { [name]: _, ...others } = all;
      return value === undefined ? others : { ...others, [name]: value };
    });
  };
  const add = (event: Event): void => {
    event.preventDefault();
    props.edits.add(values());
    props.onClose();
  };
  return (
    <Dialog title="New row" onClose={props.onClose}>
      <form onSubmit={add}>
        <div class="dialog-body">
          <h2>New row in {table.object.name}</h2>
          <div class="row-form">
            <For each={columns}>
              {(column, index) => {
                const name = column.origin?.column_name ?? column.name;
                const value = (): NewValue | undefined => values()[name];
                return (
                  <label>
                    <span>
                      {name} <small>{column.db_type}</small>
                    </span>
                    <input
                      data-first={index() === 0 ? "" : undefined}
                      spellcheck={false}
                      placeholder={value() === null ? "NULL" : "default"}
                      value={value() == null ? "" : String(value())}
                      onInput={(event) => {
                        const text = event.currentTarget.value;
                        put(name, text === "" ? undefined : asNewValue(text, column));
                      }}
                    />
                    <Button
                      text="NULL"
                      pressed={value() === null}
                      onClick={() => put(name, value() === null ? undefined : null)}
                    />
                  </label>
                );
              }}
            </For>
          </div>
        </div>
        <div class="dialog-foot">
          <Button look="plain" text="Cancel" onClick={props.onClose} />
          <Button look="primary" type="submit" text="Add" />
        </div>
      </form>
    </Dialog>
  );
}
