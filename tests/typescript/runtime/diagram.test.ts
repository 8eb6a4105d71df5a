// Diagrams of real tables, read back by their structure: every table, column and foreign key is there once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { dbmlDiagram, mermaidDiagram, type Client, type ObjectDescription } from "@litebase/client";
import { withDatabase } from "./room.js";

const TABLES = [
  `CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT 'a"b', "odd #1 ""x""" NUMERIC(10, 2), UNIQUE (name))`,
  "CREATE TABLE two (a INTEGER NOT NULL, b INTEGER NOT NULL, note TEXT, PRIMARY KEY (b, a))",
  `CREATE TABLE "pet;shop ""q""" (x INTEGER NOT NULL, y INTEGER NOT NULL, owner INTEGER REFERENCES person (id) ON DELETE SET NULL,
    FOREIGN KEY (x, y) REFERENCES two (b, a))`,
  "CREATE TABLE passport (person INTEGER NOT NULL UNIQUE REFERENCES person (id))",
];

async function described(db: Client, connection_id: string, ...names: string[]): Promise<ObjectDescription[]> {
  const objects = names.map((name) => ({ kind: "table" as const, schema_name: "main", name }));
  return (await db.describeObjects({ connection_id, objects })).descriptions;
}

test("a Mermaid diagram has each table and each foreign key once, of several columns too", async () => {
  await withDatabase(async (db, connection_id) => {
    for (const sql of TABLES) await db.query({ connection_id, sql });
    const all = await described(db, connection_id, "person", "two", 'pet;shop "q"', "passport");
    const lines = mermaidDiagram(all).split("\n");
    assert.deepEqual(lines, [
      "erDiagram",
      '    t0["main.person"] {',
      "        INTEGER id PK",
      "        VARCHAR(20) name UK",
      '        NUMERIC(10__2) odd__1__x_ "odd #35;1 #34;x#34;"',
      "    }",
      '    t1["main.two"] {',
      "        INTEGER a PK",
      "        INTEGER b PK",
      "        TEXT note",
      "    }",
      '    t2["main.pet;shop #34;q#34;"] {',
      "        INTEGER x FK",
      "        INTEGER y FK",
      "        INTEGER owner FK",
      "    }",
      '    t3["main.passport"] {',
      "        INTEGER person FK, UK",
      "    }",
      '    t2 }o--|| t1 : "x, y"',
      '    t2 }o--o| t0 : "owner"',
      '    t3 |o--|| t0 : "person"',
      "",
    ]);
    const keys = mermaidDiagram(all, { columns: "keys" });
    assert.ok(!keys.includes("note") && keys.includes("INTEGER id PK"));
    assert.equal(mermaidDiagram(all, { columns: "none" }).split("\n").length, 1 + 4 + 3 + 1);
  });
});

test("DBML joins columns, and names tables that are only referred to", async () => {
  await withDatabase(async (db, connection_id) => {
    for (const sql of TABLES) await db.query({ connection_id, sql });
    const text = dbmlDiagram(await described(db, connection_id, "person", 'pet;shop "q"', "passport"));
    assert.equal(
      text,
      `Table "main"."person" {
  "id" INTEGER [pk, increment, not null]
  "name" "VARCHAR(20)" [unique, not null, default: \`'a"b'\`]
  "odd #1 \\"x\\"" "NUMERIC(10, 2)"
}

Table "main"."pet;shop \\"q\\"" {
  "x" INTEGER [not null]
  "y" INTEGER [not null]
  "owner" INTEGER
}

Table "main"."passport" {
  "person" INTEGER [unique, not null]
}

Table "main"."two" {
  "b" unknown
  "a" unknown
}

Ref: "main"."pet;shop \\"q\\"".("x", "y") > "main"."two".("b", "a")

Ref: "main"."pet;shop \\"q\\"".("owner") > "main"."person".("id") [delete: set null]

Ref: "main"."passport".("person") - "main"."person".("id")
`,
    );
    const two = dbmlDiagram(await described(db, connection_id, "two"), { columns: "none" });
    assert.match(two, /indexes \{\n {4}\("b", "a"\) \[pk\]\n {2}\}/u);
    assert.ok(!two.includes("note"));
  });
});
