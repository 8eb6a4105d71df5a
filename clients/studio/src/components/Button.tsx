// Buttons: with an icon, a text or both.

import { Show, type JSX } from "solid-js";
import { Icon, type IconName } from "./icons";

export interface ButtonProps {
  readonly icon?: IconName;
  readonly text?: string;
  /** What it does, where there is no text; shown when the mouse rests on it. */
  readonly title?: string | undefined;
  /** The keys that do the same. */
  readonly keys?: string;
  readonly look?: "plain" | "quiet" | "primary" | "danger";
  readonly disabled?: boolean | undefined;
  readonly pressed?: boolean | undefined;
  readonly id?: string;
  readonly type?: "button" | "submit";
  readonly onClick?: (event: MouseEvent) => void;
}

export function Button(props: ButtonProps): JSX.Element {
  const title = (): string | undefined => {
    const said = props.title ?? props.text;
    return props.keys === undefined ? props.title : `${said} (${props.keys})`;
  };
  return (
    <button
      id={props.id}
      type={props.type ?? "button"}
      class={`button ${props.look ?? "quiet"}`}
      classList={{ square: props.text === undefined, pressed: props.pressed === true }}
      title={title()}
      aria-label={props.text ?? props.title}
      aria-pressed={props.pressed}
      disabled={props.disabled}
      onClick={(event) => props.onClick?.(event)}
    >
      <Show when={props.icon}>{(name) => <Icon name={name()} />}</Show>
      <Show when={props.text}>{(text) => <span>{text()}</span>}</Show>
    </button>
  );
}
