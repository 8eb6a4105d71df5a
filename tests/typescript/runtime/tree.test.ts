// The tree of what exists: nothing is asked for before it is looked at.

import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, isLiteBaseError, LiteBaseError, mockTransport, objectTree, type ObjectNode } from "@litebase/client";
import { rejection, withDatabase } from "./room.js";

const named = (nodes: readonly ObjectNode[]): (string | undefined)[] => nodes.map((one) => one.listed?.object.name);

test("a tree goes from the schemas to the columns, and reads each level once", async () => {
  await withDatabase(async (db, connection_id) => {
    await db.query({ connection_id, sql: "CREATE TABLE t (id INTEGER PRIMARY KEY, a)" });
    const root = objectTree(db, connection_id);
    const [main] = (await root.children()).nodes;
    assert.ok(main);
    const [table] = (await main.children()).nodes;
    assert.ok(table);
    assert.deepEqual(named((await table.children()).nodes), ["id", "a"]);
    await db.query({ connection_id, sql: "CREATE TABLE u (a)" });
    assert.deepEqual(named((await main.children()).nodes), ["t"]);
    main.forget();
    assert.deepEqual(named((await main.children()).nodes), ["t", "u"]);
    const [column] = (await table.children()).nodes;
    assert.equal(column?.hasChildren, false);
    assert.deepEqual(await column.children(), { nodes: [], missing: [] });
  });
});

test("pages are put together, and a failure is not kept as an empty list", async () => {
  const listed = (name: string) => ({
    object: { kind: "schema", schema_name: null, name },
    comment: null,
    rows_estimate: null,
    size_bytes: null,
    partition_of: null,
    has_children: true,
  });
  const asked: (string | null | undefined)[] = [];
  const transport = mockTransport({
    list_objects: ({ after }) => {
      asked.push(after);
      if (asked.length === 1) throw new LiteBaseError({ code: "connection_lost", message: "gone" });
      const missing = [{ object: null, part: "role", reason: "not allowed" }];
      return after === "2"
        ? { objects: [listed("b")], next: null, default_schemas: null, missing: [] }
        : { objects: [listed("a")], next: "2", default_schemas: null, missing };
    },
  });
  await using db = await connect(transport);
  const root = objectTree(db, "c1");
  assert.ok(isLiteBaseError(await rejection(root.children()), "connection_lost"));
  const [first, second] = await Promise.all([root.children(), root.children()]);
  assert.equal(first, second);
  assert.deepEqual(named(first.nodes), ["a", "b"]);
  assert.equal(first.missing.length, 1);
  assert.deepEqual(asked, [null, null, "2"]);
});
