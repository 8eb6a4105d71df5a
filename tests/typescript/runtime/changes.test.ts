// Changes that are not saved yet, as edits that the backend applies.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeSet, isLiteBaseError, type Client, type OpenedTable, type Row } from "@litebase/client";
import { withDatabase } from "./room.js";

const object = { kind: "table", schema_name: "main", name: "people" } as const;

async function opened(db: Client, connection_id: string): Promise<{ table: OpenedTable; changes: ChangeSet }> {
  const sql = `CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT DEFAULT 'nobody', photo BLOB)`;
  await db.query({ connection_id, sql });
  const rows = `INSERT INTO people (name, photo) VALUES ('Ann', x'00'), ('Bob', NULL), ('Cid', NULL)`;
  await db.query({ connection_id, sql: rows });
  const table = await db.openTable({ connection_id, object, order: [{ column: "id" }] });
  return { table, changes: new ChangeSet({ object, columns: table.columns, rowIdentity: table.row_identity }) };
}

test("changes become edits, are applied, and leave out what was taken back", async () => {
  await withDatabase(async (db, connection_id) => {
    const { table, changes } = await opened(db, connection_id);
    const [ann, bob, cid] = table.rows as [Row, Row, Row];
    changes.set(ann, 1, "Anna");
    changes.set(ann, 2, null);
    changes.set(bob, 1, "Bert");
    changes.set(bob, 1, "Bob");
    changes.remove(cid);
    const added = changes.add({ name: "Dee" });
    changes.setAdded(added, "photo", Uint8Array.of(1));
    changes.add({ name: { default: true } });
    assert.equal(changes.size, 4);
    assert.deepEqual(changes.of(ann), { removed: false, values: { name: "Anna", photo: null } });
    assert.deepEqual([changes.of(bob).values, changes.of(cid).removed], [{}, true]);
    const answer = await db.applyEdits({ connection_id, edits: changes.edits() });
    assert.ok(answer.committed);
    assert.deepEqual(answer.outcomes[2]?.row, { id: 3, name: "Dee", photo: Uint8Array.of(1) });
    const { rows } = await db.query({ connection_id, sql: "SELECT * FROM people ORDER BY id" });
    assert.deepEqual(rows, [
      [1, "Anna", null],
      [2, "Bob", null],
      [3, "Dee", Uint8Array.of(1)],
      [4, "nobody", null],
    ]);
    const again = await db.applyEdits({ connection_id, edits: changes.edits().slice(0, 1) });
    assert.equal(again.outcomes[0]?.outcome, "conflict");
    assert.deepEqual(again.outcomes[0]?.current, { id: 1, name: "Anna", photo: null });
  });
});

test("every step can be taken back and done again", async () => {
  await withDatabase(async (db, connection_id) => {
    const { table, changes } = await opened(db, connection_id);
    const [ann, bob] = table.rows as [Row, Row];
    changes.set(ann, 1, "A");
    changes.set(ann, 1, "B");
    changes.remove(bob);
    const added = changes.add();
    const all = changes.edits();
    changes.reset(added);
    for (let left = 5; left > 0; left--) changes.undo();
    assert.deepEqual([changes.size, changes.canUndo, changes.canRedo], [0, false, true]);
    for (let left = 4; left > 0; left--) changes.redo();
    assert.deepEqual(changes.edits(), all);
    changes.undo();
    changes.set(ann, 1, "C");
    assert.equal(changes.canRedo, false);
    assert.deepEqual(changes.of(ann).values, { name: "C" });
    changes.clear();
    assert.deepEqual([changes.size, changes.canUndo], [0, false]);
  });
});

test("in a joined result only the columns of the table are edited, and only where its key is there", async () => {
  await withDatabase(async (db, connection_id) => {
    const { table } = await opened(db, connection_id);
    const joined = (columns: string) => `SELECT ${columns} FROM people JOIN (SELECT 5 AS five) ORDER BY 1`;
    const whole = await db.query({ connection_id, sql: joined("people.id AS key, five, name AS n") });
    const changes = new ChangeSet({ object, columns: whole.columns, rowIdentity: table.row_identity });
    const [row] = whole.rows as [Row];
    changes.set(row, 2, "Anna");
    assert.deepEqual(changes.edits()[0]?.identity, { id: 1 });
    const isRefused = (error: unknown): boolean => isLiteBaseError(error, "invalid_message");
    assert.throws(() => changes.set(row, 1, 6), isRefused);
    assert.throws(() => changes.set(row, 2, "x", [2]), isRefused);
    const { committed } = await db.applyEdits({ connection_id, edits: changes.edits() });
    assert.ok(committed);
    const keyless = await db.query({ connection_id, sql: joined("name") });
    const without = new ChangeSet({ object, columns: keyless.columns, rowIdentity: table.row_identity });
    assert.throws(() => without.set(keyless.rows[0] as Row, 0, "x"), isRefused);
  });
});
