// Diagrams of tables and their foreign keys, as text that other programs draw: Mermaid and DBML.

import type { DescribedColumn, ForeignKey, ObjectDescription, ObjectRef } from "@litebase/contract";

/** Which columns a diagram shows: `all`, those of keys and foreign keys, or `none`. DBML shows the ones of keys at least. */
export interface DiagramOptions {
  readonly columns?: "all" | "keys" | "none";
}

/** A table of a diagram. One that is only referred to has no description. */
interface Entity {
  readonly ref: ObjectRef;
  readonly described: ObjectDescription | null;
  /** Columns that foreign keys name, of a table without a description. */
  readonly referenced: Set<string>;
}

interface Drawing {
  readonly entities: Map<string, Entity>;
  readonly keys: readonly ForeignKey[];
}

const place = (ref: ObjectRef): string => JSON.stringify([ref.schema_name, ref.name]);

/** Every table once, also those that foreign keys lead to, and every foreign key once. */
function drawing(descriptions: readonly ObjectDescription[]): Drawing {
  const entities = new Map<string, Entity>();
  for (const one of descriptions) {
    entities.set(place(one.object), { ref: one.object, described: one, referenced: new Set() });
  }
  const keys = descriptions.flatMap((one) => one.foreign_keys);
  for (const key of keys) {
    const target = key.referenced_table;
    const entity = entities.get(place(target)) ?? { ref: target, described: null, referenced: new Set<string>() };
    for (const column of key.referenced_columns) entity.referenced.add(column);
    entities.set(place(target), entity);
  }
  return { entities, keys };
}

/** The columns that are part of a primary, a unique or a foreign key. */
function keyColumns({ described, referenced }: Entity): Set<string> {
  const found = new Set(referenced);
  for (const key of [...(described?.keys ?? []), ...(described?.foreign_keys ?? [])]) {
    for (const column of key.columns) found.add(column);
  }
  return found;
}

function shown(entity: Entity, wanted: DiagramOptions["columns"]): readonly DescribedColumn[] {
  if (entity.described === null || wanted === "none") return [];
  if (wanted !== "keys") return entity.described.columns;
  const keys = keyColumns(entity);
  return entity.described.columns.filter((column) => keys.has(column.name));
}

/** Whether a row may refer to nothing. */
function mayBeNull(key: ForeignKey, { entities }: Drawing): boolean {
  const columns = entities.get(place(key.table))?.described?.columns ?? [];
  return columns.some((column) => key.columns.includes(column.name) && column.nullable !== false);
}

/**
 * The `erDiagram` of these tables for Mermaid. It joins tables and not columns; a foreign key of several columns is one
 * line. What Mermaid does not take in the name of a column or a type is an underscore there, with the name beside it.
 */
export function mermaidDiagram(descriptions: readonly ObjectDescription[], options: DiagramOptions = {}): string {
  const drawn = drawing(descriptions);
  const ids = new Map([...drawn.entities.keys()].map((key, index) => [key, `t${String(index)}`]));
  const lines = ["erDiagram"];
  for (const [key, entity] of drawn.entities) {
    const name = [entity.ref.schema_name, entity.ref.name].filter((part) => part !== null).join(".");
    const columns = shown(entity, options.columns).map((column) => mermaidColumn(column, entity));
    const head = `    ${ids.get(key) ?? ""}["${mermaidText(name)}"]`;
    lines.push(...(columns.length > 0 ? [`${head} {`, ...columns, "    }"] : [head]));
  }
  for (const key of drawn.keys) {
    const from = `${ids.get(place(key.table)) ?? ""} ${key.unique ? "|o" : "}o"}`;
    const to = `${mayBeNull(key, drawn) ? "o|" : "||"} ${ids.get(place(key.referenced_table)) ?? ""}`;
    lines.push(`    ${from}--${to} : "${mermaidText(key.columns.join(", "))}"`);
  }
  return `${lines.join("\n")}\n`;
}

function mermaidColumn(column: DescribedColumn, { described }: Entity): string {
  const type = mermaidWord(column.db_type);
  const name = mermaidWord(column.name);
  const marks: string[] = [];
  if (column.key_part) marks.push("PK");
  if (described?.foreign_keys.some((key) => key.columns.includes(column.name))) marks.push("FK");
  const unique = described?.keys.some(
    (key) => !key.primary && key.columns.length === 1 && key.columns[0] === column.name,
  );
  if (unique) marks.push("UK");
  const remark = name === column.name ? (column.comment ?? "") : column.name;
  const parts = [type, name, marks.join(", "), remark === "" ? "" : `"${mermaidText(remark)}"`];
  return `        ${parts.filter((part) => part !== "").join(" ")}`;
}

/** As the names and types of columns may be in Mermaid. */
function mermaidWord(text: string): string {
  const word = text.replace(/[^A-Za-z0-9_()[\]-]/gu, "_");
  return /^[A-Za-z_]/u.test(word) ? word : `_${word}`;
}

/** As it may be between double quotes: in Mermaid some characters have codes. */
function mermaidText(text: string): string {
  return text.replace(/\s+/gu, " ").replace(/["#%\\]/gu, (mark) => `#${String(mark.charCodeAt(0))};`);
}

/** These tables in DBML, with foreign keys between columns. A table that is only referred to has the columns that are named. */
export function dbmlDiagram(descriptions: readonly ObjectDescription[], options: DiagramOptions = {}): string {
  const drawn = drawing(descriptions);
  const wanted = options.columns === "none" ? "keys" : options.columns;
  const blocks = [...drawn.entities.values()].map((entity) => dbmlTable(entity, wanted));
  const refs = drawn.keys.filter((key) => key.referenced_columns.length === key.columns.length).map(dbmlRef);
  return [...blocks, ...refs].map((block) => `${block}\n`).join("\n");
}

function dbmlTable(entity: Entity, wanted: DiagramOptions["columns"]): string {
  const { described } = entity;
  const lines = [`Table ${dbmlPlace(entity.ref)} {`];
  for (const column of shown(entity, wanted)) lines.push(`  ${dbmlColumn(column, entity)}`);
  if (described === null) for (const name of entity.referenced) lines.push(`  ${dbmlName(name)} unknown`);
  const composite = (described?.keys ?? []).filter((key) => key.columns.length > 1);
  if (composite.length > 0) {
    lines.push("", "  indexes {");
    for (const key of composite) {
      lines.push(`    (${key.columns.map(dbmlName).join(", ")}) [${key.primary ? "pk" : "unique"}]`);
    }
    lines.push("  }");
  }
  if (described?.comment) lines.push("", `  Note: ${dbmlText(described.comment)}`);
  return [...lines, "}"].join("\n");
}

function dbmlColumn(column: DescribedColumn, { described }: Entity): string {
  const settings: string[] = [];
  const own = (described?.keys ?? []).filter((key) => key.columns.length === 1 && key.columns[0] === column.name);
  if (own.some((key) => key.primary)) settings.push("pk");
  else if (own.length > 0) settings.push("unique");
  if (column.identity !== "none") settings.push("increment");
  if (column.nullable === false) settings.push("not null");
  if (column.default !== null) settings.push(`default: \`${column.default.replaceAll("`", "'")}\``);
  if (column.comment) settings.push(`note: ${dbmlText(column.comment)}`);
  const type = /^[A-Za-z_]\w*$/u.test(column.db_type) ? column.db_type : dbmlName(column.db_type || "any");
  return `${dbmlName(column.name)} ${type}${settings.length > 0 ? ` [${settings.join(", ")}]` : ""}`;
}

function dbmlRef(key: ForeignKey): string {
  const [from, to] = [[key.table, key.columns] as const, [key.referenced_table, key.referenced_columns] as const].map(
    ([table, columns]) => `${dbmlPlace(table)}.(${columns.map(dbmlName).join(", ")})`,
  );
  const rules = [
    ["delete", key.on_delete],
    ["update", key.on_update],
  ].filter(([, rule]) => rule !== "no_action");
  const settings = rules.map(([what, rule]) => `${what ?? ""}: ${(rule ?? "").replaceAll("_", " ")}`);
  const name = key.name === null ? "" : ` ${dbmlName(key.name)}`;
  const end = settings.length > 0 ? ` [${settings.join(", ")}]` : "";
  return `Ref${name}: ${from ?? ""} ${key.unique ? "-" : ">"} ${to ?? ""}${end}`;
}

function dbmlPlace(ref: ObjectRef): string {
  return ref.schema_name === null ? dbmlName(ref.name) : `${dbmlName(ref.schema_name)}.${dbmlName(ref.name)}`;
}

function dbmlName(name: string): string {
  return `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replace(/\s+/gu, " ")}"`;
}

function dbmlText(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replace(/\r?\n/gu, "\\n");
  return `'${escaped}'`;
}
