// A plan as a tree: what each step does, what it was expected to cost, and what it took.

import type { ExplainQueryResponse, PlanNode } from "@litebase/client";
import { createSignal, For, Show, type JSX } from "solid-js";
import { count, duration, plural, short } from "../state/units";
import { Button } from "./Button";
import { Icon } from "./icons";

export function PlanView(props: { plan: ExplainQueryResponse }): JSX.Element {
  const { plan } = props;
  const [isRaw, setRaw] = createSignal(false);
  const [front, setFront] = createSignal<number | null>(null);
  const measured = plan.nodes.some(({ self_ms }) => self_ms !== null);
  const most = Math.max(1e-9, ...plan.nodes.map((node) => (measured ? (node.self_ms ?? 0) : ownCost(node))));
  const hasFigures = measured || plan.nodes.some(({ cost: one }) => one !== null);
  const levels = levelsOf(plan.nodes);
  function ownCost(node: PlanNode): number {
    const below = node.children.reduce((sum, id) => sum + (plan.nodes[id]?.cost ?? 0), 0);
    return Math.max(0, (node.cost ?? 0) - below);
  }
  const share = (node: PlanNode): number => (measured ? (node.self_ms ?? 0) : ownCost(node)) / most;
  const rows = ({ rows_estimated, rows_actual, loops }: PlanNode): string => {
    const expected = rows_estimated === null ? "" : `${short(rows_estimated)} rows expected`;
    if (rows_actual === null) return expected;
    const times = loops !== null && loops > 1 ? ` × ${short(loops)}` : "";
    return `${short(rows_actual)}${times} rows${expected === "" ? "" : `, ${expected}`}`;
  };
  const cost = (node: PlanNode): string => {
    if (node.self_ms !== null) return duration(node.self_ms);
    return node.cost === null ? "" : `cost ${short(node.cost)}`;
  };
  const go = (id: number): void => {
    setFront(id);
    document.getElementById(`plan-${id}`)?.scrollIntoView({ block: "nearest" });
  };
  return (
    <div class="plan">
      <div class="bar">
        <b>{measured ? "Plan, as it was carried out" : "Plan"}</b>
        <span class="quiet">{plural(plan.node_count, "step")}</span>
        <Show when={plan.planning_ms !== null}>
          <span class="quiet">planning {duration(plan.planning_ms ?? 0)}</span>
        </Show>
        <Show when={plan.execution_ms !== null}>
          <span class="quiet">execution {duration(plan.execution_ms ?? 0)}</span>
        </Show>
        <Show when={plan.rolled_back}>
          <span class="tag">rolled back</span>
        </Show>
        <span class="bar-space" />
        <Button text="Raw" icon="code" pressed={isRaw()} onClick={() => setRaw((now) => !now)} />
      </div>
      <Show when={!isRaw()} fallback={<pre class="raw">{plan.raw}</pre>}>
        <div class="plan-body">
          <Show when={plan.findings.length > 0}>
            <ul class="findings" aria-label="Findings">
              <For each={plan.findings}>
                {(finding) => (
                  <li>
                    <button type="button" onClick={() => go(finding.node_id)}>
                      <Icon name="alert" />
                      <span>{finding.message}</span>
                    </button>
                  </li>
                )}
              </For>
            </ul>
          </Show>
          <div class="plan-tree" role="tree" aria-label="Plan">
            <For each={plan.nodes}>
              {(node) => (
                <div
                  id={`plan-${node.id}`}
                  class="plan-node"
                  role="treeitem"
                  aria-level={(levels[node.id] ?? 0) + 1}
                  classList={{
                    found: plan.findings.some(({ node_id }) => node_id === node.id),
                    front: front() === node.id,
                  }}
                  style={{ "padding-left": `${12 + (levels[node.id] ?? 0) * 20}px` }}
                  onClick={() => setFront((now) => (now === node.id ? null : node.id))}
                >
                  <span class="plan-bar" classList={{ none: !hasFigures }}>
                    <i style={{ width: `${Math.round(share(node) * 100)}%` }} />
                  </span>
                  <span class="plan-what">
                    <b>{node.operation}</b>
                    <Show when={node.object !== null && !node.operation.includes(node.object.name) && node.object}>
                      {(object) => <span> {object().name}</span>}
                    </Show>
                    <Show when={front() === node.id && node.details.length > 0}>
                      <dl class="plan-details">
                        <For each={node.details}>
                          {(detail) => (
                            <div>
                              <dt>{detail.name}</dt>
                              <dd>{detail.value}</dd>
                            </div>
                          )}
                        </For>
                      </dl>
                    </Show>
                  </span>
                  <span class="plan-rows figure">{rows(node)}</span>
                  <span class="plan-cost figure">{cost(node)}</span>
                </div>
              )}
            </For>
          </div>
          <Show when={!plan.complete}>
            <p class="quiet">
              Of {count(plan.node_count)} steps, the first {count(plan.nodes.length)} are shown.
            </p>
          </Show>
        </div>
      </Show>
    </div>
  );
}

function levelsOf(nodes: readonly PlanNode[]): number[] {
  const levels: number[] = [];
  for (const { id, children } of nodes) for (const child of children) levels[child] = (levels[id] ?? 0) + 1;
  return levels;
}
