// A question of the page, answered with yes or no.

import type { JSX } from "solid-js";
import type { Confirmation } from "../state/dialogs";
import { Button } from "./Button";
import { Dialog } from "./Dialog";

export function ConfirmDialog(props: { asked: Confirmation }): JSX.Element {
  const { asked } = props;
  return (
    <Dialog title={asked.title} class="small" onClose={() => asked.answer(false)}>
      <div class="dialog-body">
        <h2>{asked.title}</h2>
        <p>{asked.text}</p>
      </div>
      <div class="dialog-foot">
        <Button look="plain" text="Cancel" onClick={() => asked.answer(false)} />
        <Button
          look={asked.isDangerous ? "danger" : "primary"}
          text={asked.action}
          onClick={() => asked.answer(true)}
        />
      </div>
    </Dialog>
  );
}
