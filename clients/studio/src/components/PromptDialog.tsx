// A question of the backend: a password, a code, whether a host's key is its own.

import { Show, type JSX } from "solid-js";
import { isDecision, type Question } from "../state/prompts";
import { Button } from "./Button";
import { Dialog } from "./Dialog";

const TITLES: Record<string, string> = {
  password: "Password",
  passphrase: "Passphrase of the key",
  one_time_code: "One-time code",
  token: "Token",
  host_key: "Do you trust this host?",
  approval: "Approval",
};

export function PromptDialog(props: { question: Question }): JSX.Element {
  let field: HTMLInputElement | undefined;
  const { prompt, answer } = props.question;
  const isYesOrNo = isDecision(prompt);
  const send = (event: Event): void => {
    event.preventDefault();
    answer(isYesOrNo ? "yes" : (field?.value ?? ""));
  };
  return (
    <Dialog title={TITLES[prompt.kind] ?? "Question"} class="small" onClose={() => answer(null)}>
      <form class="prompt" onSubmit={send}>
        <div class="dialog-body">
          <h2>{TITLES[prompt.kind] ?? "Question"}</h2>
          <p class="prompt-text">{prompt.text}</p>
          <Show when={prompt.again && !/refused/i.test(prompt.text)}>
            <p class="bad">The answer before was refused.</p>
          </Show>
          <Show when={!isYesOrNo}>
            <input
              data-first
              ref={(element) => (field = element)}
              type={prompt.kind === "one_time_code" ? "text" : "password"}
              inputmode={prompt.kind === "one_time_code" ? "numeric" : undefined}
              aria-label={TITLES[prompt.kind] ?? "Answer"}
              autocomplete="off"
              spellcheck={false}
            />
          </Show>
          <p class="quiet">
            {prompt.connection_name}
            {prompt.host === null || prompt.text.includes(prompt.host) ? "" : ` · ${prompt.host}`}
          </p>
        </div>
        <div class="dialog-foot">
          <Button look="plain" text={isYesOrNo ? "No" : "Cancel"} onClick={() => answer(null)} />
          <Button look="primary" type="submit" text={isYesOrNo ? "Yes, trust it" : "Continue"} />
        </div>
      </form>
    </Dialog>
  );
}
