// The adapters for CodeMirror, with CodeMirror's own objects and a real backend.

import assert from "node:assert/strict";
import { test } from "node:test";
import { autocompletion, CompletionContext, type CompletionSource } from "@codemirror/autocomplete";
import { linter, type LintSource } from "@codemirror/lint";
import { EditorSelection, EditorState, Text } from "@codemirror/state";
import type { EditorView, HoverTooltipSource } from "@codemirror/view";
import { isLiteBaseError, type Client, type CompleteSqlRequest } from "@litebase/client";
import {
  completionSource,
  hoverSource,
  type HoverContent,
  lintSource,
  statementAt,
  statementRanges,
  type EditorCalls,
} from "@litebase/client/codemirror";
import { rejection, until, withDatabase } from "./room.js";

const TABLES = `
  CREATE TABLE artists (id INTEGER PRIMARY KEY, name TEXT, "first album" TEXT);
  CREATE TABLE tracks (id INTEGER PRIMARY KEY, artist_id INTEGER REFERENCES artists (id), title TEXT);`;

/** A state whose cursor is at the `|`. */
function stateOf(marked: string, lineSeparator?: string): EditorState {
  const cursor = marked.indexOf("|");
  const extensions = lineSeparator === undefined ? [] : [EditorState.lineSeparator.of(lineSeparator)];
  const doc = Text.of(marked.replace("|", "").split("\n"));
  return EditorState.create({ doc, selection: EditorSelection.cursor(cursor), extensions });
}

function contextOf(state: EditorState, explicit = false): CompletionContext {
  return new CompletionContext(state, state.selection.main.head, explicit);
}

/** A linter is given a view, of which it needs the state; a real view needs a browser. */
function viewOf(state: EditorState): EditorView {
  return { state } as EditorView;
}

/** The text after the completion with a label, with the whole range replaced as CodeMirror does. */
async function completed(source: CompletionSource, marked: string, label: string): Promise<string> {
  const state = stateOf(marked);
  const result = await source(contextOf(state));
  const option = result?.options.find((one) => one.label === label);
  assert.ok(result && option, `${label} is not among ${result?.options.map((one) => one.label).join(", ")}`);
  assert.equal(typeof option.apply, "string");
  const insert = typeof option.apply === "string" ? option.apply : "";
  return state.update({ changes: { from: result.from, to: result.to ?? -1, insert } }).state.doc.toString();
}

async function withTables(work: (db: Client, connection_id: string) => Promise<void>): Promise<void> {
  await withDatabase(async (db, connection_id) => {
    await db.runScript({ connection_id, sql: TABLES });
    await work(db, connection_id);
  });
}

test("CodeMirror takes the sources as they are", async () => {
  await withDatabase(async (db, connection_id) => {
    const completion: CompletionSource = completionSource(db, { connection_id });
    const lint: LintSource = lintSource(db, { connection_id });
    const extensions = [
      autocompletion({ override: [completion] }),
      linter(lint),
      linter(lintSource(db, { dialect: "mysql" })),
    ];
    assert.equal(EditorState.create({ extensions }).doc.length, 0);
  });
});

test("a completion replaces the word at the cursor, in quotes where they are needed", async () => {
  await withTables(async (db, connection_id) => {
    const source = completionSource(db, { connection_id, waitMs: 10_000 });
    assert.equal(await completed(source, "SELECT tit| FROM tracks", "title"), "SELECT title FROM tracks");
    assert.equal(await completed(source, "SELECT * FROM tra|", "tracks"), "SELECT * FROM tracks");
    assert.equal(
      await completed(source, "SELECT a.fir| FROM artists a", '"first album"'),
      'SELECT a."first album" FROM artists a',
    );
    const result = await source(contextOf(stateOf("SELECT a.| FROM artists a")));
    const columns = result?.options.filter(({ type }) => type === "property") ?? [];
    assert.deepEqual(columns.map(({ label }) => label).sort(), ['"first album"', "id", "name"]);
    assert.deepEqual(columns.map(({ detail }) => detail).sort(), ["INTEGER", "TEXT", "TEXT"]);
  });
});

test("characters of two units before and after the cursor do not move a completion", async () => {
  await withTables(async (db, connection_id) => {
    const source = completionSource(db, { connection_id, waitMs: 10_000 });
    const wide = "SELECT '🎵🎵🎵', /* 🎸 */\n tit| FROM tracks -- 🥁";
    assert.equal(await completed(source, wide, "title"), "SELECT '🎵🎵🎵', /* 🎸 */\n title FROM tracks -- 🥁");
    const broken = "SELECT '\ud83c', '\0',\n tit| FROM tracks"; // neither can be sent as it is
    assert.equal(await completed(source, broken, "title"), broken.replace("tit|", "title"));
  });
});

test("a line separator of two characters counts as CodeMirror counts it", async () => {
  await withTables(async (db, connection_id) => {
    const source: CompletionSource = completionSource(db, { connection_id, waitMs: 10_000 });
    const state = stateOf("SELECT\n\n\ntit| FROM tracks", "\r\n");
    assert.equal(state.sliceDoc().length, state.doc.length + 3);
    const result = await source(contextOf(state));
    assert.deepEqual([result?.from, result?.to], [9, 12]);
  });
});

test("nothing is asked after a blank unless the user asks, nor in a text that is too long", async () => {
  await withTables(async (db, connection_id) => {
    const asked: CompleteSqlRequest[] = [];
    const calls: EditorCalls = {
      inspectSql: db.inspectSql.bind(db),
      completeSql: (data, options) => (asked.push(data), db.completeSql(data, options)),
    };
    const source = completionSource(calls, { connection_id, waitMs: 10_000, maxLength: 40 });
    const state = stateOf("SELECT * FROM |");
    assert.equal(await source(contextOf(state)), null);
    assert.equal(await source(contextOf(stateOf(`SELECT tit| FROM tracks ${"-".repeat(20)}`))), null);
    assert.deepEqual(asked, []);
    const result = await source(contextOf(state, true));
    assert.ok(result?.options.some(({ label }) => label === "tracks"));
    assert.equal(await source(contextOf(stateOf("SELECT 'tracks|"))), null); // nothing is offered in strings
    assert.equal(asked.length, 2);
  });
});

test("an incomplete answer is asked for again with the next letter", async () => {
  await withTables(async (db, connection_id) => {
    const source: CompletionSource = completionSource(db, { connection_id, waitMs: 10_000, limit: 1 });
    const first = await source(contextOf(stateOf("SELECT t| FROM tracks")));
    assert.equal(first?.options.length, 1);
    // With these, CodeMirror keeps no list: it would narrow down one that lacks what did not fit into it.
    assert.deepEqual([first.filter, first.validFor, first.update], [false, undefined, undefined]);
    const next = await source(contextOf(stateOf("SELECT trac| FROM tracks")));
    assert.deepEqual(
      next?.options.map(({ label }) => label),
      ["tracks"],
    );
  });
});

test("an abort by CodeMirror, also by typing, cancels the request", async () => {
  await withTables(async (db, connection_id) => {
    const outcomes: unknown[] = [];
    const signals: (AbortSignal | undefined)[] = [];
    const calls: EditorCalls = {
      inspectSql: db.inspectSql.bind(db),
      completeSql: async (data, options) => {
        signals.push(options?.signal);
        const call = db.completeSql(data, options);
        call.then(
          () => outcomes.push("answered"),
          (error: unknown) => outcomes.push(error),
        );
        return call;
      },
    };
    const source = completionSource(calls, { connection_id });
    const context = contextOf(stateOf("SELECT tit| FROM tracks"));
    const result = source(context);
    // What CodeMirror does with a query; it is not public.
    const inside = context as unknown as { abortListeners: (() => void)[] | null; abortOnDocChange: boolean };
    assert.equal(inside.abortOnDocChange, true);
    for (const listener of inside.abortListeners ?? []) listener();
    inside.abortListeners = null;
    assert.equal(await result, null);
    assert.equal(signals[0]?.aborted, true);
    await until(() => outcomes.length === 1);
    assert.ok(outcomes[0] === "answered" || isLiteBaseError(outcomes[0], "cancelled"), String(outcomes[0]));
    assert.equal(await source(context), null);
    assert.equal(signals.length, 1);
  });
});

test("an error of the backend is CodeMirror's to log", async () => {
  await withDatabase(async (db) => {
    const gone = { connection_id: "gone" };
    const context = contextOf(stateOf("SELECT a|"));
    assert.ok(isLiteBaseError(await rejection(completionSource(db, gone)(context)), "not_found"));
    assert.ok(isLiteBaseError(await rejection(lintSource(db, gone)(viewOf(stateOf("SELECT 1")))), "not_found"));
  });
});

test("findings are diagnostics at their places", async () => {
  await withTables(async (db, connection_id) => {
    const state = stateOf("SELECT '🎵';\nDELETE FROM tracks;\nSELECT 'open");
    const found = await lintSource(db, { dialect: "postgresql" })(viewOf(state));
    assert.deepEqual(
      found.map(({ severity, source, from, to }) => [severity, source, state.sliceDoc(from, to)]),
      [
        ["warning", "without_where", "DELETE FROM tracks"],
        ["error", "never_closed", "'open"],
      ],
    );
    const wrong = viewOf(stateOf("SELECT '🎵'; SELECT titel FROM tracks"));
    assert.deepEqual(await lintSource(db, { connection_id })(wrong), []);
    const [refused, ...others] = await lintSource(db, { connection_id, check: "server", timeoutMs: 60_000 })(wrong);
    assert.deepEqual(others, []);
    assert.equal(refused?.severity, "error");
    assert.match(refused.message, /titel/);
    assert.equal(wrong.state.sliceDoc(refused.from, refused.to), "titel");
    const [long] = await lintSource(db, { connection_id, maxLength: 10 })(wrong);
    assert.deepEqual([long?.severity, long?.source], ["info", "too_long"]);
  });
});

test("a hover shows what a name means, at its place", async () => {
  await withTables(async (db, connection_id) => {
    let shown: HoverContent | null = null;
    const render = (content: HoverContent): HTMLElement => ((shown = content), {} as HTMLElement);
    const source: HoverTooltipSource = hoverSource(db, { connection_id, render });
    const at = async (marked: string): Promise<[string, HoverContent | null] | null> => {
      const view = viewOf(stateOf(marked));
      const found = await source(view, view.state.selection.main.head, 1);
      if (found === null || Array.isArray(found) || !("create" in found)) return null;
      shown = null;
      found.create(view);
      return [view.state.sliceDoc(found.pos, found.end), shown];
    };
    assert.deepEqual(await at("SELECT '🎵', t.ti|tle FROM tracks t"), [
      "title",
      { title: "title TEXT", lines: ["of main.tracks"] },
    ]);
    assert.deepEqual(await at("SELECT * FROM art|ists"), [
      "artists",
      { title: "table main.artists", lines: ["id INTEGER NOT NULL", "name TEXT", "first album TEXT"] },
    ]);
    assert.deepEqual(await at("SELECT i|d FROM tracks, artists"), [
      "id",
      { title: "column", lines: ["tracks", "artists"] },
    ]);
    assert.deepEqual(await at("SELECT lo|wer(title) FROM tracks"), [
      "lower",
      { title: "lower(text) → text", lines: [] },
    ]);
    for (const nothing of ["SELECT 1 |", "SEL|ECT 1", "SELECT nothing FROM now|here", "SELECT nowh|ere FROM tracks"])
      assert.equal(await at(nothing), null, nothing);
    const short: HoverTooltipSource = hoverSource(db, { connection_id, maxLength: 3, render });
    assert.equal(await short(viewOf(stateOf("SELECT * FROM art|ists")), 16, 1), null);
  });
});

test("a text that has changed is no longer asked about, and the same text is asked about once", async () => {
  await withDatabase(async (db, connection_id) => {
    const signals: AbortSignal[] = [];
    const calls: EditorCalls = {
      completeSql: db.completeSql.bind(db),
      inspectSql: (data, options) => {
        if (options?.signal) signals.push(options.signal);
        return db.inspectSql(data, options);
      },
    };
    const source = lintSource(calls, { connection_id });
    let state = stateOf("DELETE FROM a");
    const view = { get state() { return state; } } as EditorView; // prettier-ignore
    const first = source(view);
    const same = source(view);
    state = state.update({ changes: { from: 13, insert: "b" } }).state;
    const second = source(view);
    assert.deepEqual(await first, []); // CodeMirror drops what it asked about another text
    assert.equal(same, first);
    assert.deepEqual((await second).length, 1);
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, false],
    );
    assert.equal((await source(view)).length, 1);
    assert.equal(signals.length, 3);
  });
});

test("the statement at the cursor is the one around it, or the one before it on its line", async () => {
  await withDatabase(async (db, connection_id) => {
    const at = async (marked: string): Promise<string | null> => {
      const state = stateOf(marked);
      const ranges = await statementRanges(db, state, { connection_id });
      const found = statementAt(state, ranges, state.selection.main.head);
      return found === null ? null : state.sliceDoc(found.from, found.to);
    };
    assert.equal(await at("SELECT '🎵'; SEL|ECT 2;"), "SELECT 2");
    assert.equal(await at("|SELECT '🎵'; SELECT 2;"), "SELECT '🎵'");
    assert.equal(await at("SELECT '🎵' ; | SELECT 2;"), "SELECT '🎵'");
    assert.equal(await at("SELECT 1;\nSELECT\n|\n2;"), "SELECT\n\n2");
    assert.equal(await at("SELECT 1; -- note|\nSELECT 2"), "SELECT 1");
    assert.equal(await at("SELECT 1;\n|\nSELECT 2"), null);
    assert.equal(await at("| \nSELECT 2"), null);
    assert.equal(await at("|"), null);
    const state = stateOf("SELECT 1;\nDELETE FROM t");
    assert.deepEqual(await statementRanges(db, state, { dialect: "sqlite" }), [
      { from: 0, to: 8, effect: "reads", withoutWhere: false },
      { from: 10, to: 23, effect: "writes", withoutWhere: true },
    ]);
  });
});

test("places of a text full of wide characters are exact", async () => {
  await withDatabase(async (db) => {
    const parts = Array.from({ length: 300 }, (_, index) => `SELECT '${"🎵é漢".repeat(index % 7)}' AS n${index}`);
    const state = stateOf(parts.join(";\n"));
    const ranges = await statementRanges(db, state, { dialect: "postgresql" });
    assert.deepEqual(
      ranges.map(({ from, to }) => state.sliceDoc(from, to)),
      parts,
    );
  });
});
