// The page begins here.

import { render } from "solid-js/web";
import { App } from "./components/App";
import "./styles/tokens.css";
import "./styles/controls.css";
import "./styles/layout.css";
import "./styles/sidebar.css";
import "./styles/grid.css";
import "./styles/query.css";
import "./styles/result.css";
import "./styles/fault.css";
import "./styles/plan.css";
import "./styles/activity.css";
import "./styles/panels.css";
import "./styles/dialogs.css";

render(() => <App />, document.getElementById("app") as HTMLElement);
