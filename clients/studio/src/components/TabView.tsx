// What a tab shows. Tabs that are not in front stay as they are, out of sight.

import { Match, Switch, type JSX } from "solid-js";
import type { Tab } from "../state/tabs";
import { ActivityPane } from "./ActivityPane";
import { QueryPane } from "./QueryPane";
import { TablePane } from "./TablePane";

export function TabView(props: { tab: Tab; isFront: boolean }): JSX.Element {
  const { tab } = props;
  return (
    <section class="tab-view" role="tabpanel" hidden={!props.isFront}>
      <Switch>
        <Match when={tab.kind === "query" && tab}>{(one) => <QueryPane tab={one()} isFront={props.isFront} />}</Match>
        <Match when={tab.kind === "table" && tab}>{(one) => <TablePane tab={one()} />}</Match>
        <Match when={tab.kind === "activity" && tab}>
          {(one) => <ActivityPane tab={one()} isFront={props.isFront} />}
        </Match>
      </Switch>
    </section>
  );
}
