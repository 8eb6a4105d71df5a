// A field for the path of a file on the backend's machine.

import { Show, type JSX } from "solid-js";
import { Field } from "./Field";

export function PathField(props: {
  label: string;
  value: string;
  placeholder: string;
  first?: boolean;
  /** Whether the field says where its path comes from. */
  hint?: boolean;
  onInput: (path: string) => void;
}): JSX.Element {
  return (
    <div class="path-field wide">
      <Field
        first={props.first === true}
        label={props.label}
        value={props.value}
        placeholder={props.placeholder}
        onInput={props.onInput}
      />
      <Show when={props.hint}>
        <p class="quiet path-hint">The backend reads the file itself: write or paste its path.</p>
      </Show>
    </div>
  );
}
