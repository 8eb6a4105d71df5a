// What is at a place of SQL text, for people: a part of `@litebase/client/codemirror`.

import type { Calls, DescribedColumn, ObjectDescription, ObjectRef, SqlPlace } from "@litebase/contract";
import type { LongCallOptions } from "./channel.js";

/** The calls that a hover makes; a `Client` has them. */
export type HoverCalls = Pick<Calls<LongCallOptions>, "inspectSql" | "describeObjects" | "listObjects">;

/** What is shown of a table, a column or a function. */
export interface HoverContent {
  /** The name, with its kind or its type. */
  readonly title: string;
  /** The columns of a table, the tables that may have a column, the ways to call a function, a comment. */
  readonly lines: readonly string[];
}

const MAX_LINES = 30;

/** What is known of the name at a place; null for what has none, and for what the database does not know. */
export async function contentOf(
  calls: HoverCalls,
  connection_id: string,
  at: SqlPlace,
  options: LongCallOptions,
): Promise<HoverContent | null> {
  if (at.what === "function") {
    const [title, ...lines] = at.signatures;
    return title === undefined ? null : { title, lines };
  }
  if (at.object === null) return at.what === "column" ? { title: "column", lines: at.tables.map(nameOf) } : null;
  const { object } = at;
  if (object.kind === "schema") return { title: `schema ${object.name}`, lines: [] };
  const name = object.kind === "column" ? (object.parent_name ?? "") : object.name;
  const objects = (await schemasOf(calls, connection_id, object, options)).map((schema_name): ObjectRef => ({
    kind: "table",
    schema_name,
    name,
  }));
  if (objects.length === 0) return null;
  const { descriptions } = await calls.describeObjects({ connection_id, objects }, options);
  const [found] = descriptions;
  if (found === undefined) return null;
  return object.kind === "column" ? ofColumn(found, object.name) : ofTable(found);
}

/** Where a table is looked for, in this order. */
async function schemasOf(
  calls: HoverCalls,
  connection_id: string,
  { schema_name }: ObjectRef,
  options: LongCallOptions,
): Promise<readonly string[]> {
  if (schema_name !== null) return [schema_name];
  const { default_schemas } = await calls.listObjects({ connection_id, kinds: ["schema"], limit: 1 }, options);
  return default_schemas ?? [];
}

function ofTable(found: ObjectDescription): HoverContent {
  const columns = found.columns.map(lineOf);
  const more = columns.length > MAX_LINES ? [`… ${columns.length - MAX_LINES} more`] : [];
  const comment = found.comment === null ? [] : [found.comment];
  const title = `${found.object.kind.replaceAll("_", " ")} ${nameOf(found.object)}`;
  return { title, lines: [...comment, ...columns.slice(0, MAX_LINES), ...more] };
}

function ofColumn(found: ObjectDescription, name: string): HoverContent | null {
  const column =
    found.columns.find((one) => one.name === name) ??
    found.columns.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (column === undefined) return null;
  const comment = column.comment === null ? [] : [column.comment];
  return { title: lineOf(column), lines: [`of ${nameOf(found.object)}`, ...comment] };
}

function lineOf(column: DescribedColumn): string {
  return `${column.name} ${column.db_type}${column.nullable === false ? " NOT NULL" : ""}`;
}

function nameOf(object: ObjectRef): string {
  return object.schema_name === null ? object.name : `${object.schema_name}.${object.name}`;
}
