// The transaction of a tab: whether one is open, and what begins and ends it.

import { Show, type JSX } from "solid-js";
import { capability, openOf } from "../state/connections";
import type { QueryTab } from "../state/query_tab";
import { Button } from "./Button";

const SAID: Record<string, string> = {
  in_transaction: "In a transaction",
  failed: "Transaction failed",
  unknown: "Transaction state unknown",
};

export function Transaction(props: { tab: QueryTab }): JSX.Element {
  const { tab } = props;
  const status = (): string => tab.session.status() ?? "idle";
  const isOwn = (): boolean => capability(openOf(tab.profileId), "several_db_sessions").available;
  const isBusy = (): boolean => tab.runner.running() !== null;
  return (
    <div class="transaction">
      <Show when={tab.session.remark()}>{(remark) => <span class="transaction-remark">{remark()}</span>}</Show>
      <Show
        when={status() !== "idle"}
        fallback={
          <Show when={isOwn()}>
            <Button
              text="Begin"
              title="Begin a transaction"
              disabled={isBusy()}
              onClick={() => void tab.transact("begin")}
            />
          </Show>
        }
      >
        <span class="transaction-state" classList={{ bad: status() === "failed" }}>
          {SAID[status()] ?? status()}
        </span>
        <Button
          text="Commit"
          look="plain"
          disabled={isBusy() || status() === "failed"}
          onClick={() => void tab.transact("commit")}
        />
        <Button text="Roll back" look="plain" disabled={isBusy()} onClick={() => void tab.transact("rollback")} />
      </Show>
    </div>
  );
}
