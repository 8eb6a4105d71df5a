// The questions of the backend to the person at the page: passwords, codes, keys of hosts. Asked one after the other.

import type { OnPrompt, Prompt } from "@litebase/client";
import { createSignal } from "solid-js";

/** A question that waits for its answer. */
export interface Question {
  readonly prompt: Prompt;
  /** Null refuses. */
  answer(text: string | null): void;
}

const [questions, setQuestions] = createSignal<readonly Question[]>([]);

/** The question to show now. */
export const question = (): Question | undefined => questions()[0];

/** The kinds that are answered with yes or no. */
export function isDecision({ kind }: Prompt): boolean {
  return kind === "host_key" || kind === "approval";
}

function ask(prompt: Prompt, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const answer = (text: string | null): void => {
      signal.removeEventListener("abort", refuse);
      setQuestions((all) => all.filter((one) => one !== question));
      resolve(text);
    };
    const refuse = (): void => answer(null);
    const question: Question = { prompt, answer };
    signal.addEventListener("abort", refuse);
    setQuestions((all) => [...all, question]);
  });
}

const text = (prompt: Prompt, { signal }: { signal: AbortSignal }): Promise<string | null> => ask(prompt, signal);
const decision = async (prompt: Prompt, { signal }: { signal: AbortSignal }): Promise<boolean> =>
  (await ask(prompt, signal)) !== null;

export const promptAnswers: OnPrompt = {
  password: text,
  passphrase: text,
  one_time_code: text,
  token: text,
  host_key: decision,
  approval: decision,
};
