// Addresses of databases as text: what a person pastes becomes a target, and a target is shown as one line.

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
  if (engine === undefined || url.hostname === "") throw new Error(`This is not the address of a database. ${FORMS}.`);
  return {
    engine,
    host: url.hostname.replaceAll(/[[\]]/g, ""), // an IPv6 address has brackets in a URL alone
    port: url.port === "" ? undefined : Number(url.port),
    user: plain(url.username),
    password: url.password === "" ? undefined : plain(url.password),
    database: plain(url.pathname.slice(1)),
  };
}

/** A target in one line, without its secrets. */
export function addressOf(target: DbConnectRequest): string {
  if (target.engine === "sqlite") return target.mode === "memory" ? "in memory" : (target.path ?? "");
  const { user, host = "127.0.0.1", port, database, socket_path: socket, tunnel } = target;
  const place = socket ?? `${host}${port === undefined ? "" : `:${port}`}`;
  const through = tunnel ? ` via ${tunnel.host}` : "";
  return `${user ? `${user}@` : ""}${place}${database ? `/${database}` : ""}${through}`;
}

/** A name for a target that has none. */
export function nameOf(target: DbConnectRequest): string {
  if (target.engine === "sqlite") {
    return target.mode === "memory" ? "In memory" : (target.path?.split(/[/\\]/).at(-1) ?? "SQLite");
  }
  return target.database ? `${target.database} on ${target.host ?? "localhost"}` : (target.host ?? "localhost");
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
