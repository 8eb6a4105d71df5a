/* What a host written for Node.js would do instead of us: read a whole table, pack it, write it to a Unix socket.

    node stream.mjs SOCKET

The first line on stdin is JSON: `target` says where the database is, `sql` what to read. Each byte that a client sends is
answered with the whole result: frames of a four-byte length and a packed array of rows, then a frame of length 0. Values
are read without loss, as ours are: 64-bit integers exactly, decimals and dates as their digits.
*/
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { Packr } from "msgpackr";

const BATCH_ROWS = 1000;
const DATE = 1082; // PostgreSQL's number of the type
const packr = new Packr({ useRecords: false });

async function postgresql({ engine, ...target }, sql) {
  const [{ default: pg }, { default: Cursor }] = await Promise.all([import("pg"), import("pg-cursor")]);
  const asText = (text) => text;
  const types = { getTypeParser: (type, format) => (type === DATE ? asText : pg.types.getTypeParser(type, format)) };
  const client = new pg.Client({ ...target, types });
  await client.connect();
  return async (send) => {
    const cursor = client.query(new Cursor(sql, [], { rowMode: "array" }));
    for (let rows = await cursor.read(BATCH_ROWS); rows.length; rows = await cursor.read(BATCH_ROWS)) await send(rows);
    await cursor.close();
  };
}

async function mysql({ engine, ...target }, sql) {
  const { default: mysql2 } = await import("mysql2");
  const lossless = { supportBigNumbers: true, bigNumberStrings: false, dateStrings: true };
  const connection = mysql2.createConnection({ ...target, ...lossless });
  return (send) =>
    new Promise((resolve, reject) => {
      let rows = [];
      connection
        .query({ sql, rowsAsArray: true })
        .on("error", reject)
        .on("result", (row) => {
          if (rows.push(row) < BATCH_ROWS) return;
          const sent = send(rows);
          rows = [];
          if (sent) {
            connection.pause();
            sent.then(() => connection.resume(), reject);
          }
        })
        .on("end", () => resolve(rows.length ? send(rows) : undefined));
    });
}

async function sqlite({ path }, sql) {
  const { DatabaseSync } = await import("node:sqlite");
  const statement = new DatabaseSync(path, { readOnly: true }).prepare(sql);
  statement.setReturnArrays(true);
  statement.setReadBigInts(true);
  return async (send) => {
    let rows = [];
    for (const row of statement.iterate()) {
      if (rows.push(row) < BATCH_ROWS) continue;
      await send(rows);
      rows = [];
    }
    if (rows.length) await send(rows);
  };
}

/* Write one frame; a promise when the client has to catch up first. */
function write(socket, payload) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(payload.length);
  socket.cork();
  socket.write(length);
  const room = payload.length ? socket.write(payload) : true;
  socket.uncork();
  return room ? undefined : once(socket, "drain");
}

const [line] = await once(createInterface(process.stdin), "line");
const { target, sql } = JSON.parse(line);
const read = await { postgresql, mysql, sqlite }[target.engine](target, sql);
const server = createServer((socket) =>
  socket.on("data", async () => {
    await read((rows) => write(socket, packr.pack(rows)));
    write(socket, Buffer.alloc(0));
  }),
);
server.listen(process.argv[2], () => console.log("ready"));
