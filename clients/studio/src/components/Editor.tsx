// The editor of a tab: CodeMirror with the backend's completion, findings and statements.

import {
  autocompletion,
  closeBrackets,
  closeCompletion,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { MySQL, PostgreSQL, sql, SQLite, type SQLDialect } from "@codemirror/lang-sql";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { linter } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, Prec, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { completionSource, lintSource, statementAt, statementRanges } from "@litebase/client/codemirror";
import { createEffect, on, onCleanup, onMount, type JSX } from "solid-js";
import { openOf } from "../state/connections";
import { backend } from "../state/link";
import type { Chosen, QueryTab } from "../state/query_tab";
import { errorMark, setMark } from "./editor_mark";
import { editorTheme } from "./editor_theme";

const DIALECTS: Record<string, SQLDialect> = { postgresql: PostgreSQL, mysql: MySQL, sqlite: SQLite };
const LINT_MS = 400;

export function Editor(props: { tab: QueryTab; isFront: boolean }): JSX.Element {
  let place!: HTMLDivElement;
  const { tab } = props;
  const help = new Compartment();
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? "";

  onMount(() => {
    const view = new EditorView({
      parent: place,
      state: EditorState.create({
        doc: tab.initialText,
        extensions: [
          nonce === "" ? [] : EditorView.cspNonce.of(nonce),
          Prec.highest(keymap.of(runKeys(tab))),
          lineNumbers(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          highlightSelectionMatches(),
          search({ top: true }),
          keymap.of([
            ...closeBracketsKeymap,
            ...defaultKeymap,
            ...searchKeymap,
            ...historyKeymap,
            ...completionKeymap,
            indentWithTab,
          ]),
          placeholder("Write SQL here. Ctrl+Enter runs the statement at the cursor."),
          EditorView.contentAttributes.of({ "aria-label": "SQL", spellcheck: "false" }),
          errorMark,
          editorTheme,
          help.of(helpFor(tab)),
        ],
      }),
    });
    tab.editor = {
      text: () => view.state.doc.toString(),
      setText: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
      chosen: () => chosen(view, tab),
      mark: (index) => setMark(view, index),
      focus: () => view.focus(),
    };
    createEffect(
      on(
        () => openOf(tab.profileId)?.connectionId,
        () => view.dispatch({ effects: help.reconfigure(helpFor(tab)) }),
        { defer: true },
      ),
    );
    createEffect(() => props.isFront && view.focus());
    onCleanup(() => view.destroy());
  });
  return <div class="editor" ref={place} />;
}

function runKeys(tab: QueryTab): { key: string; run: (view: EditorView) => boolean }[] {
  const runs = (work: () => Promise<void>) => (view: EditorView) => {
    closeCompletion(view);
    void work();
    return true;
  };
  return [
    { key: "Mod-Enter", run: runs(() => tab.run()) },
    { key: "Mod-Shift-Enter", run: runs(() => tab.run(true)) },
    { key: "Mod-e", run: runs(() => tab.explain(false)) },
  ];
}

/** What the backend knows of the database: nothing while it is not open, or when the link ends before the answer. */
function helpFor(tab: QueryTab): Extension {
  const open = openOf(tab.profileId);
  const language = sql({ dialect: DIALECTS[open?.engine ?? ""] ?? PostgreSQL });
  if (open === undefined) return [language, autocompletion({ override: [] }), linter(null)];
  const asked = { connection_id: open.connectionId };
  const [findings, words] = [lintSource(backend(), asked), completionSource(backend(), asked)];
  return [
    language,
    autocompletion({ override: [(at) => Promise.resolve(words(at)).catch(() => null)], icons: false }),
    linter((view) => Promise.resolve(findings(view)).catch(() => []), { delay: LINT_MS }),
  ];
}

/** The selection, or else the statement at the cursor. */
async function chosen(view: EditorView, tab: QueryTab): Promise<Chosen> {
  const { state } = view;
  const { from, to, head } = state.selection.main;
  const open = openOf(tab.profileId);
  const connection_id = open?.connectionId ?? null;
  const ranges = await statementRanges(backend(), state, { connection_id });
  if (from !== to) {
    const inside = ranges.filter((one) => one.from < to && one.to > from).length;
    return { sql: state.sliceDoc(from, to), from, statements: inside };
  }
  const at = statementAt(state, ranges, head) ?? ranges.at(-1);
  if (at === undefined) return { sql: "", from: 0, statements: 0 };
  return { sql: state.sliceDoc(at.from, at.to), from: at.from, statements: 1 };
}
