// Fields of a form, with their labels.

import { For, type JSX } from "solid-js";

export function Field(props: {
  label: string;
  value: string;
  id?: string;
  placeholder?: string;
  wide?: boolean;
  first?: boolean;
  secret?: boolean;
  numeric?: boolean;
  onInput?: (value: string) => void;
  onChange?: (value: string) => void;
}): JSX.Element {
  return (
    <label class="field" classList={{ wide: props.wide === true }}>
      <span>{props.label}</span>
      <input
        id={props.id}
        data-first={props.first === true ? "" : undefined}
        type={props.secret === true ? "password" : "text"}
        inputmode={props.numeric === true ? "numeric" : undefined}
        value={props.value}
        placeholder={props.placeholder}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => props.onInput?.(event.currentTarget.value)}
        onChange={(event) => props.onChange?.(event.currentTarget.value)}
      />
    </label>
  );
}

export function SelectField<Value extends string>(props: {
  label: string;
  value: Value;
  options: readonly (readonly [Value, string])[];
  onChange: (value: Value) => void;
}): JSX.Element {
  return (
    <label class="field">
      <span>{props.label}</span>
      <select onChange={(event) => props.onChange(event.currentTarget.value as Value)}>
        <For each={props.options}>
          {([value, name]) => (
            <option value={value} selected={value === props.value}>
              {name}
            </option>
          )}
        </For>
      </select>
    </label>
  );
}
