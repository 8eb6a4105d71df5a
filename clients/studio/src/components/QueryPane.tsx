// A tab for SQL: the editor above, what it gave below.

import { createMemo, For, Match, Show, Switch, type JSX } from "solid-js";
import { capability, openOf } from "../state/connections";
import type { Outcome } from "../state/outcomes";
import type { QueryTab } from "../state/query_tab";
import { duration, plural, rowCount } from "../state/units";
import { Button } from "./Button";
import { Editor } from "./Editor";
import { FaultView } from "./FaultView";
import { PlanView } from "./PlanView";
import { ResultView } from "./ResultView";
import { Split } from "./Split";
import { Transaction } from "./Transaction";
import { Waiting } from "./Waiting";

export function QueryPane(props: { tab: QueryTab; isFront: boolean }): JSX.Element {
  const { tab } = props;
  const open = createMemo(() => openOf(tab.profileId));
  const isRunning = (): boolean => tab.runner.running() !== null;
  const canStop = (): boolean => isRunning() || tab.outcome?.model?.waiting() != null;
  const explains = () => capability(open(), "explain");
  const measures = () => capability(open(), "explain_analyze");
  return (
    <Split
      name="query"
      share={0.36}
      upper={
        <div class="query-upper">
          <Editor tab={tab} isFront={props.isFront} />
          <div class="bar">
            <Button
              id="run"
              look="primary"
              icon="run"
              text="Run"
              keys="Ctrl+Enter"
              title="Run the statement at the cursor"
              disabled={isRunning() || open() === undefined}
              onClick={() => void tab.run()}
            />
            <Button
              id="cancel"
              look="plain"
              icon="stop"
              text="Cancel"
              keys="Esc"
              disabled={!canStop()}
              onClick={() => tab.cancel()}
            />
            <span class="bar-gap" />
            <Button
              icon="plan"
              text="Explain"
              keys="Ctrl+E"
              title={explains().reason ?? "Show the plan"}
              disabled={isRunning() || !explains().available}
              onClick={() => void tab.explain(false)}
            />
            <Button
              icon="activity"
              text="Analyze"
              title={measures().reason ?? "Run it, measure, and roll back what it changes"}
              disabled={isRunning() || !measures().available}
              onClick={() => void tab.explain(true)}
            />
            <span class="bar-space" />
            <Transaction tab={tab} />
          </div>
        </div>
      }
      lower={
        <div class="query-lower" classList={{ stale: isRunning() }}>
          <Switch>
            <Match when={tab.shown().kind === "nothing"}>
              <div class="empty-state quiet">
                <Show when={!isRunning()}>
                  <p>
                    Nothing was run yet. <kbd>Ctrl+Enter</kbd> runs the statement at the cursor.
                  </p>
                </Show>
              </div>
            </Match>
            <Match
              when={
                tab.shown().kind === "fault" &&
                (tab.shown() as Extract<ReturnType<typeof tab.shown>, { kind: "fault" }>)
              }
            >
              {(shown) => <FaultView fault={shown().fault} timing={duration(shown().hereMs)} />}
            </Match>
            <Match
              when={
                tab.shown().kind === "plan" && (tab.shown() as Extract<ReturnType<typeof tab.shown>, { kind: "plan" }>)
              }
            >
              {(shown) => <PlanView plan={shown().plan} />}
            </Match>
            <Match
              when={
                tab.shown().kind === "outcomes" &&
                (tab.shown() as Extract<ReturnType<typeof tab.shown>, { kind: "outcomes" }>)
              }
            >
              {(shown) => <Outcomes tab={tab} all={shown().all} />}
            </Match>
          </Switch>
          <Show when={tab.runner.running()}>{(running) => <Waiting running={running()} />}</Show>
        </div>
      }
    />
  );
}

function Outcomes(props: { tab: QueryTab; all: readonly Outcome[] }): JSX.Element {
  const { tab } = props;
  return (
    <>
      <Show when={props.all.length > 1}>
        <div class="outcome-bar" role="tablist" aria-label="Results">
          <For each={props.all}>
            {(outcome, index) => (
              <button
                type="button"
                role="tab"
                class="outcome-tab"
                classList={{ bad: outcome.fault !== null }}
                aria-selected={tab.front() === index()}
                title={outcome.sql.slice(0, 300)}
                onClick={() => tab.setFront(index())}
              >
                {index() + 1} <span>{firstWords(outcome.sql)}</span>
              </button>
            )}
          </For>
        </div>
      </Show>
      <Show when={props.all[tab.front()]} keyed>
        {(outcome) => <OneOutcome tab={tab} outcome={outcome} />}
      </Show>
    </>
  );
}

function OneOutcome(props: { tab: QueryTab; outcome: Outcome }): JSX.Element {
  const { outcome } = props;
  const isAlone = (): boolean => {
    const shown = props.tab.shown();
    return shown.kind === "outcomes" && shown.all.length === 1;
  };
  const timing = (): string => {
    const database = `database ${duration(outcome.serverMs)}`;
    return outcome.hereMs === null ? database : `${duration(outcome.hereMs)} · ${database}`;
  };
  return (
    <Switch
      fallback={
        <div class="run-done" role="status">
          <p>{outcome.affected === null ? "Done." : `${rowCount(outcome.affected)} changed.`}</p>
          <p class="quiet">{timing()}</p>
          <Notices outcome={outcome} />
        </div>
      }
    >
      <Match when={outcome.fault}>{(fault) => <FaultView fault={fault()} timing={timing()} />}</Match>
      <Match when={outcome.model}>
        {(model) => (
          <ResultView
            model={model()}
            name="result"
            timing={timing()}
            notices={outcome.notices.length}
            editing={{ profileId: props.tab.profileId, where: () => props.tab.session.where() }}
            onChanged={() => void props.tab.run()}
            onReadAll={isAlone() && outcome.affected === null ? () => void props.tab.readAll(outcome) : undefined}
          />
        )}
      </Match>
    </Switch>
  );
}

function Notices(props: { outcome: Outcome }): JSX.Element {
  return (
    <Show when={props.outcome.notices.length > 0}>
      <h3>{plural(props.outcome.notices.length, "notice")}</h3>
      <ul class="notices">
        <For each={props.outcome.notices}>
          {(notice) => (
            <li>
              <b>{notice.severity}</b> {notice.message}
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}

function firstWords(sql: string): string {
  const text = sql.trim().replaceAll(/\s+/g, " ");
  return text.length > 24 ? `${text.slice(0, 24)}…` : text;
}
