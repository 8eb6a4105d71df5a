// What the field for the database takes: a SQLite file, or the address of a server.

import type { DbConnectRequest } from "@litebase/client";

const SERVERS: Record<string, "postgresql" | "mysql"> = {
  "postgresql:": "postgresql",
  "postgres:": "postgresql",
  "mysql:": "mysql",
  "mariadb:": "mysql",
};
const FORMS =
  "Write sqlite:PATH, sqlite: for a database in memory, or postgresql:// or mysql:// and user:password@host/database";

/** What to open. Throws an `Error` with a reason for people, which repeats nothing of the text: it may hold a password. */
export function asTarget(text: string): DbConnectRequest {
  if (text.startsWith("sqlite:")) {
    const path = text.slice("sqlite:".length);
    return path === "" ? { engine: "sqlite", mode: "memory" } : { engine: "sqlite", path, mode: "read_write" };
  }
  const url = parsed(text);
  const engine = SERVERS[url.protocol];
  if (engine === undefined || url.hostname === "") throw new Error(`This is no database. ${FORMS}.`);
  return {
    engine,
    host: url.hostname.replaceAll(/[[\]]/g, ""), // an IPv6 address has brackets in a URL alone
    port: url.port === "" ? undefined : Number(url.port),
    user: plain(url.username),
    password: url.password === "" ? undefined : plain(url.password),
    database: plain(url.pathname.slice(1)),
  };
}

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new Error(`This address cannot be read. ${FORMS}, with a port up to 65535 if any.`);
  }
}

function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error("A % in an address begins a code of two digits; write %25 for the character itself.");
  }
}
