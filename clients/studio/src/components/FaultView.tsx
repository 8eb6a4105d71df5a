// An error: what was tried, why it failed, and where.

import { For, Show, type JSX } from "solid-js";
import type { Fault } from "../state/faults";
import { Icon } from "./icons";

export function FaultView(props: { fault: Fault; timing?: string | undefined }): JSX.Element {
  return (
    <div class="fault" role="alert" classList={{ cancelled: props.fault.isCancelled }}>
      <Icon name={props.fault.isCancelled ? "stop" : "alert"} />
      <div>
        <p class="fault-message">{props.fault.code === "cancelled" ? "Cancelled." : props.fault.message}</p>
        <For each={props.fault.notes}>{(note) => <p class="fault-note">{note}</p>}</For>
        <p class="fault-facts">
          <code>{props.fault.code}</code>
          <Show when={props.fault.place}>{(place) => <span>{place()}</span>}</Show>
          <Show when={props.timing}>{(timing) => <span>{timing()}</span>}</Show>
        </p>
      </div>
    </div>
  );
}
