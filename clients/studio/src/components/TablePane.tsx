// A tab with the rows of a table.

import { Match, Show, Switch, type JSX } from "solid-js";
import type { TableTab } from "../state/table_tab";
import { openOf } from "../state/connections";
import { duration } from "../state/units";
import { Button } from "./Button";
import { FaultView } from "./FaultView";
import { ResultView } from "./ResultView";
import { Waiting } from "./Waiting";

export function TablePane(props: { tab: TableTab }): JSX.Element {
  const { tab } = props;
  const timing = (): string => {
    const taken = tab.timing();
    return taken === null ? "" : `${duration(taken.hereMs)} · database ${duration(taken.serverMs)}`;
  };
  const where = async () => ({ connection_id: openOf(tab.profileId)?.connectionId ?? "", db_session_id: null });
  return (
    <div class="table-pane">
      <Switch>
        <Match when={tab.fault()}>
          {(fault) => (
            <div class="empty-state failed">
              <FaultView fault={fault()} />
              <Button look="primary" text="Try again" onClick={() => void tab.load()} />
            </div>
          )}
        </Match>
        <Match when={tab.model()} keyed>
          {(model) => (
            <ResultView
              model={model}
              name={tab.object.name}
              timing={timing()}
              editing={{ profileId: tab.profileId, where }}
              onChanged={() => void tab.load()}
              onReadAgain={() => void tab.load()}
              onReadAll={() => void tab.readAll()}
            />
          )}
        </Match>
        <Match when={tab.runner.running() === null}>
          <div class="empty-state">
            <p>The rows are not here any more.</p>
            <Button look="primary" text="Read them" onClick={() => void tab.load()} />
          </div>
        </Match>
      </Switch>
      <Show when={tab.runner.running()}>{(running) => <Waiting running={running()} />}</Show>
    </div>
  );
}
