// What the server's sessions do, read again every two seconds while it is in front.

import type { DbProcess, StopHow } from "@litebase/client";
import { createEffect, For, onCleanup, Show, type JSX } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
import type { ActivityTab } from "../state/activity_tab";
import { confirmed } from "../state/dialogs";
import { duration, plural } from "../state/units";
import { Button } from "./Button";
import { FaultView } from "./FaultView";

const AGAIN_MS = 2000;

export function ActivityPane(props: { tab: ActivityTab; isFront: boolean }): JSX.Element {
  const { tab } = props;
  createEffect(() => {
    if (!props.isFront) return;
    void tab.read();
    const timer = setInterval(() => void tab.read(), AGAIN_MS);
    onCleanup(() => clearInterval(timer));
  });
  // A line stays the same element from reading to reading: buttons that are pressed or focused do not vanish.
  const [shown, setShown] = createStore<{ all: readonly DbProcess[] }>({ all: [] });
  createEffect(() => setShown("all", reconcile(tab.list()?.processes ?? [], { key: "process_id" })));
  const stop = async (process: DbProcess, how: StopHow): Promise<void> => {
    const yes =
      how === "cancel" ||
      (await confirmed({
        title: `End the session ${process.process_id}?`,
        text: `${process.user ?? "It"} loses the session, and its open transaction is rolled back.`,
        action: "End it",
        isDangerous: true,
      }));
    if (yes) await tab.stop(process, how);
  };
  return (
    <div class="activity">
      <div class="bar">
        <b>Server activity</b>
        <Show when={tab.list()}>
          {(list) => <span class="quiet">{plural(list().processes.length, "session")}</span>}
        </Show>
        <span class="quiet" role="status">
          {tab.remark()}
        </span>
        <span class="bar-space" />
        <Button icon="refresh" title="Read now" onClick={() => void tab.read()} />
      </div>
      <Show when={tab.fault()}>{(fault) => <FaultView fault={fault()} />}</Show>
      <Show when={tab.list()?.hidden_reason}>{(reason) => <p class="remark">{reason()}</p>}</Show>
      <div class="facts-place">
        <table class="facts activity-list">
          <thead>
            <tr>
              <th class="right">Process</th>
              <th>User</th>
              <th>Database</th>
              <th>State</th>
              <th class="right">For</th>
              <th>Statement</th>
              <th>Waits for</th>
              <th />
            </tr>
          </thead>
          <tbody>
            <For each={shown.all}>
              {(process) => (
                <tr classList={{ ours: process.ours, blocked: process.blocked_by.length > 0 }}>
                  <td class="right figure">{process.process_id}</td>
                  <td>{process.user ?? "server"}</td>
                  <td>{process.database ?? ""}</td>
                  <td>
                    <span class={`state ${process.state}`}>{process.state.replaceAll("_", " ")}</span>
                  </td>
                  <td class="right figure">{process.elapsed_ms === null ? "" : duration(process.elapsed_ms)}</td>
                  <td class="statement" title={process.sql ?? ""}>
                    {process.sql ?? ""}
                  </td>
                  <td>
                    {process.blocked_by.length > 0
                      ? `process ${process.blocked_by.join(", ")}`
                      : (process.waits_for ?? "")}
                  </td>
                  <td class="acts">
                    <Button
                      text="Cancel"
                      disabled={process.state !== "active"}
                      onClick={() => void stop(process, "cancel")}
                    />
                    <Button
                      text="End"
                      disabled={process.user === null}
                      onClick={() => void stop(process, "terminate")}
                    />
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </div>
  );
}
