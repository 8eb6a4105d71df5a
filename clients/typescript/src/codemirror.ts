// The exports of `@litebase/client/codemirror`: completion, findings, hovers and statements for CodeMirror 6.
// The types are what is needed of CodeMirror's own, so that nothing of it is a dependency.

import type { Calls, CompletionKind, FindingSeverity, InspectSqlRequest, StatementEffect } from "@litebase/contract";
import type { LongCallOptions } from "./channel.js";
import { contentOf, type HoverCalls, type HoverContent } from "./hover.js";
export type { HoverCalls, HoverContent } from "./hover.js";

/** A document of CodeMirror: `Text`. */
export interface EditorText {
  readonly length: number;
  /** The text with `\n` for line breaks, whatever the editor's line separator is. */
  toString(): string;
  sliceString(from: number, to?: number): string;
}

/** What has a document: an `EditorState`. */
export interface EditorDocument {
  readonly doc: EditorText;
}

/** What `completionSource` needs of a `CompletionContext`. */
export interface CompletionPlace {
  readonly state: EditorDocument;
  readonly pos: number;
  readonly explicit: boolean;
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void, options?: { onDocChange: boolean }): void;
}

/** A `Completion`. */
export interface EditorCompletion {
  label: string;
  apply: string;
  type: string;
  detail?: string;
}

/** A `CompletionResult`. */
export interface EditorCompletions {
  from: number;
  to: number;
  options: EditorCompletion[];
  /** The order is the backend's. CodeMirror therefore asks again after every letter, and aborts what it asked before. */
  filter: false;
}

/** A `Diagnostic`. */
export interface EditorDiagnostic {
  from: number;
  to: number;
  severity: "error" | "warning" | "info";
  message: string;
  /** The database's own code, or that of the finding. */
  source: string;
}

/** The calls that the adapters make; a `Client` has them. */
export type EditorCalls = Pick<Calls<LongCallOptions>, "completeSql" | "inspectSql">;

/** Options of `completionSource`. */
export interface CompletionOptions {
  connection_id: string;
  /** Items at most; default 100. */
  limit?: number | undefined;
  /** How long to wait for names that the backend does not know yet; default 500. */
  waitMs?: number | undefined;
  /** Nothing is offered in a text that is longer; default 1,000,000. */
  maxLength?: number | undefined;
}

/** The connection whose dialect is used, or a dialect alone. */
export type InspectionSubject = Pick<InspectSqlRequest, "connection_id" | "dialect">;

/** Options of `lintSource`. */
export interface LintOptions extends InspectionSubject {
  /** `server`: the database looks for mistakes, too, without running anything; default `text`. */
  check?: InspectSqlRequest["check"];
  /** A text that is longer is not looked at, and a diagnostic says so; default 1,000,000. */
  maxLength?: number | undefined;
  /** How long the call may take, in milliseconds. */
  timeoutMs?: number | undefined;
}

/** An `HTMLElement`, where the types of a page are known; a server compiles this file without them. */
export type PageElement = typeof globalThis extends {
  document: { createElement: (...parameters: never[]) => infer Element };
}
  ? Element
  : unknown;

/** A `Tooltip`. */
export interface EditorTooltip {
  pos: number;
  end: number;
  create: () => { dom: PageElement };
}

/** Options of `hoverSource`. */
export interface HoverOptions {
  connection_id: string;
  /** Makes the element that is shown; by default a `div` of the class `cm-litebase-hover`, with a line of text for each. */
  render?: ((content: HoverContent) => PageElement) | undefined;
  /** Nothing is shown in a text that is longer; default 1,000,000. */
  maxLength?: number | undefined;
  /** How long each call may take, in milliseconds; default 5,000. */
  timeoutMs?: number | undefined;
}

/** A statement where it stands in the document, without its delimiter. */
export interface StatementRange {
  readonly from: number;
  readonly to: number;
  readonly effect: StatementEffect;
  /** Whether an UPDATE or a DELETE in it changes every row of a table. */
  readonly withoutWhere: boolean;
}

interface Check {
  readonly doc: EditorText;
  readonly stopping: AbortController;
  readonly found: Promise<EditorDiagnostic[]>;
}

const MAX_LENGTH = 1_000_000;
const MAX_STATEMENTS = 10_000; // what one `inspect_sql` may answer with
const BEFORE_NAMES = /[\p{L}\p{M}\p{N}_$."`]$/u;
const SURROGATES = /[\ud800-\udfff]/;
const NOT_TEXT = /[\0\ud800-\udfff]/gu; // with `u`, only surrogates without their other half
const ICONS: ReadonlyMap<CompletionKind, string> = new Map([
  ["keyword", "keyword"],
  ["column", "property"],
  ["table", "class"],
  ["view", "interface"],
  ["schema", "namespace"],
  ["alias", "variable"],
  ["cte", "variable"],
  ["function", "function"],
  ["procedure", "method"],
  ["type", "type"],
  ["value", "enum"],
]);

/**
 * A source for `autocompletion({ override: [...] })`. It asks when a name may have begun before the cursor, or when the
 * user asks. An abort by CodeMirror cancels the request; an error of it rejects, and CodeMirror logs it.
 */
export function completionSource(
  calls: EditorCalls,
  options: CompletionOptions,
): (place: CompletionPlace) => Promise<EditorCompletions | null> {
  const { connection_id, limit = 100, waitMs = 500, maxLength = MAX_LENGTH } = options;
  return async (place) => {
    const { doc } = place.state;
    const { pos } = place;
    if (place.aborted || doc.length > maxLength) return null;
    if (!place.explicit && !BEFORE_NAMES.test(doc.sliceString(Math.max(0, pos - 2), pos))) return null;
    const stopping = new AbortController();
    place.addEventListener("abort", () => stopping.abort(), { onDocChange: true });
    const text = doc.toString();
    const places = placesOf(text);
    const data = { connection_id, sql: sendable(text), offset: places.toOffset(pos), limit, wait_ms: waitMs };
    const found = await settled(calls.completeSql(data, { signal: stopping.signal }), stopping);
    if (found === null || found.items.length === 0) return null;
    const items = found.items.map(({ start, end, ...item }) => ({
      ...item,
      start: places.toIndex(start),
      end: places.toIndex(end),
    }));
    const from = Math.min(pos, ...items.map(({ start }) => start));
    const to = Math.max(pos, ...items.map(({ end }) => end));
    return {
      from,
      to,
      options: items.map((item) => ({
        label: item.text,
        apply: text.slice(from, item.start) + item.text + text.slice(item.end, to),
        type: ICONS.get(item.kind) ?? "text",
        ...(item.detail === null ? {} : { detail: item.detail }),
      })),
      filter: false,
    };
  };
}

/**
 * A source for `linter`. A request about a text that was changed meanwhile is cancelled; an error rejects, and CodeMirror
 * logs it.
 */
export function lintSource<View extends { readonly state: EditorDocument }>(
  calls: EditorCalls,
  options: LintOptions,
): (view: View) => Promise<EditorDiagnostic[]> {
  const checks = new WeakMap<View, Check>();
  return (view) => {
    const { doc } = view.state;
    const before = checks.get(view);
    if (before?.doc === doc) return before.found; // CodeMirror would show the answer of either
    before?.stopping.abort();
    const stopping = new AbortController();
    const found = diagnostics(calls, options, doc, stopping).finally(() => {
      if (checks.get(view)?.found === found) checks.delete(view);
    });
    checks.set(view, { doc, stopping, found });
    return found;
  };
}

async function diagnostics(
  calls: EditorCalls,
  options: LintOptions,
  doc: EditorText,
  stopping: AbortController,
): Promise<EditorDiagnostic[]> {
  const { maxLength = MAX_LENGTH, timeoutMs, ...data } = options;
  if (doc.length > maxLength) {
    const message = `This text is longer than ${maxLength.toLocaleString("en")} characters and is not checked.`;
    return [{ from: 0, to: 0, severity: "info", message, source: "too_long" }];
  }
  const text = doc.toString();
  const places = placesOf(text);
  const asked = calls.inspectSql({ ...data, sql: sendable(text) }, { signal: stopping.signal, timeoutMs });
  const answer = await settled(asked, stopping);
  return (answer?.findings ?? []).map(({ start, end, severity, message, code, engine_code }) => ({
    from: places.toIndex(start),
    to: places.toIndex(end),
    severity: severityOf(severity),
    message,
    source: engine_code ?? code,
  }));
}

/** A severity that a later backend may know is shown as the least one. */
function severityOf(severity: FindingSeverity): EditorDiagnostic["severity"] {
  return severity === "error" ? "error" : severity === "warning" ? "warning" : "info";
}

/**
 * A source for `hoverTooltip`: the columns of a table, the type of a column, the arguments of a function. What was asked
 * about another place of the same view is cancelled; an error rejects, and CodeMirror logs it.
 */
export function hoverSource<View extends { readonly state: EditorDocument }>(
  calls: HoverCalls,
  options: HoverOptions,
): (view: View, pos: number) => Promise<EditorTooltip | null> {
  const { connection_id, render = asLines, maxLength = MAX_LENGTH, timeoutMs = 5000 } = options;
  const asked = new WeakMap<View, AbortController>();
  return async (view, pos) => {
    asked.get(view)?.abort();
    const { doc } = view.state;
    if (doc.length > maxLength) return null;
    const stopping = new AbortController();
    asked.set(view, stopping);
    const text = doc.toString();
    const places = placesOf(text);
    const long = { signal: stopping.signal, timeoutMs };
    const data = { connection_id, sql: sendable(text), offset: places.toOffset(pos), limit: 1 };
    const at = (await settled(calls.inspectSql(data, long), stopping))?.at ?? null;
    const content = at && (await settled(contentOf(calls, connection_id, at, long), stopping));
    if (!at || !content) return null;
    return {
      pos: places.toIndex(at.start),
      end: places.toIndex(at.end),
      create: () => ({ dom: render(content) }),
    };
  };
}

function asLines({ title, lines }: HoverContent): PageElement {
  const dom = document.createElement("div");
  dom.className = "cm-litebase-hover";
  for (const line of [title, ...lines]) dom.appendChild(document.createElement("div")).textContent = line;
  return dom;
}

/** The statements of a document, the first 10,000 of them: for marks in a gutter, and for `statementAt`. */
export async function statementRanges(
  calls: EditorCalls,
  state: EditorDocument,
  subject: InspectionSubject,
  options?: LongCallOptions,
): Promise<StatementRange[]> {
  const text = state.doc.toString();
  const places = placesOf(text);
  const { statements } = await calls.inspectSql({ ...subject, sql: sendable(text), limit: MAX_STATEMENTS }, options);
  return statements.map(({ start, end, effect, without_where }) => ({
    from: places.toIndex(start),
    to: places.toIndex(end),
    effect,
    withoutWhere: without_where,
  }));
}

/** The statement to run for a cursor: the one around it, or else the last one that ends before it on the same line. */
export function statementAt(
  state: EditorDocument,
  ranges: readonly StatementRange[],
  pos: number,
): StatementRange | null {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.from ?? 0) <= pos) low = middle + 1;
    else high = middle;
  }
  const last = ranges[low - 1];
  if (last === undefined) return null;
  return pos <= last.to || !state.doc.sliceString(last.to, pos).includes("\n") ? last : null;
}

/** The answer, or null if it was aborted. */
async function settled<Answer>(call: Promise<Answer>, stopping: AbortController): Promise<Answer | null> {
  try {
    const answer = await call;
    return stopping.signal.aborted ? null : answer;
  } catch (error) {
    if (stopping.signal.aborted) return null;
    throw error;
  }
}

/** The text with replacements for what cannot be sent, as many units long. */
function sendable(text: string): string {
  return text.replace(NOT_TEXT, (one) => (one === "\0" ? " " : "\ufffd"));
}

interface Places {
  /** An index in the string as an offset in code points. */
  toOffset(index: number): number;
  /** An offset in code points as an index in the string. */
  toIndex(offset: number): number;
}

/** Converts places of one text, each in logarithmic time. */
function placesOf(text: string): Places {
  const wide: number[] = []; // indices of the characters that are two units long
  for (let index = text.search(SURROGATES); index >= 0 && index < text.length; index++) {
    if ((text.codePointAt(index) ?? 0) > 0xffff) wide.push(index++);
  }
  /** How many of them begin before a place that `at` counts in the same way. */
  const before = (place: number, at: (nth: number) => number): number => {
    let low = 0;
    let high = wide.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (at(middle) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    toOffset: (index) => index - before(index, (nth) => wide[nth] ?? 0),
    toIndex: (offset) => Math.min(text.length, offset + before(offset, (nth) => (wide[nth] ?? 0) - nth)),
  };
}
