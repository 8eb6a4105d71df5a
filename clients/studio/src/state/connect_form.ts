// What the fields of the connection dialog hold, and the target that they make.

import type { DbConnectRequest, Environment, SqliteMode, SshTunnel, TlsMode } from "@litebase/client";
import { nameOf } from "./address";

export interface ConnectForm {
  readonly name: string;
  readonly engine: DbConnectRequest["engine"];
  readonly environment: Environment | "";
  readonly readOnly: boolean;
  readonly path: string;
  readonly mode: SqliteMode;
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls: TlsMode;
  readonly isTunnelled: boolean;
  readonly sshHost: string;
  readonly sshPort: string;
  readonly sshUser: string;
  readonly sshKey: string;
}

const MOST_PORT = 65_535;

export function emptyForm(): ConnectForm {
  return {
    name: "",
    engine: "postgresql",
    environment: "",
    readOnly: false,
    path: "",
    mode: "read_write",
    host: "",
    port: "",
    user: "",
    password: "",
    database: "",
    tls: "prefer",
    isTunnelled: false,
    sshHost: "",
    sshPort: "",
    sshUser: "",
    sshKey: "",
  };
}

/** A target as the fields show it; its secrets are not among them. */
export function formOf(name: string, target: DbConnectRequest): ConnectForm {
  const { engine, environment, read_only: readOnly = false } = target;
  const form = { ...emptyForm(), name, engine, environment: environment ?? ("" as const), readOnly };
  if (target.engine === "sqlite") return { ...form, path: target.path ?? "", mode: target.mode ?? "read_write" };
  const { host = "", port, user = "", database = "", tls = "prefer", tunnel } = target;
  return {
    ...form,
    host,
    port: port === undefined ? "" : String(port),
    user,
    database,
    tls,
    isTunnelled: tunnel != null,
    sshHost: tunnel?.host ?? "",
    sshPort: tunnel?.port == null ? "" : String(tunnel.port),
    sshUser: tunnel?.user ?? "",
    sshKey: tunnel?.identity_file ?? "",
  };
}

/** What to open. Throws an `Error` with a reason for people. */
export function targetOf(form: ConnectForm): DbConnectRequest {
  const common = { environment: form.environment === "" ? null : form.environment, read_only: form.readOnly };
  if (form.engine === "sqlite") {
    if (form.mode === "memory") return { engine: "sqlite", mode: "memory", ...common };
    if (form.path.trim() === "") throw new Error("Write the path of the file.");
    return { engine: "sqlite", path: form.path.trim(), mode: form.mode, ...common };
  }
  return {
    engine: form.engine,
    host: form.host.trim() || "127.0.0.1",
    port: portOf(form.port, "The port"),
    user: form.user.trim(),
    database: form.database.trim(),
    tls: form.tls,
    tunnel: form.isTunnelled ? tunnelOf(form) : null,
    ...common,
  };
}

function tunnelOf({ sshHost, sshPort, sshUser, sshKey }: ConnectForm): SshTunnel {
  if (sshHost.trim() === "") throw new Error("Write the name of the SSH host.");
  return {
    kind: "ssh",
    host: sshHost.trim(),
    port: portOf(sshPort, "The SSH port") ?? null,
    user: sshUser.trim() || null,
    identity_file: sshKey.trim() || null,
  };
}

function portOf(text: string, what: string): number | undefined {
  if (text.trim() === "") return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port <= MOST_PORT) return port;
  throw new Error(`${what} is a number from 1 to ${MOST_PORT}.`);
}

export function titleOf({ name }: ConnectForm, target: DbConnectRequest): string {
  return name.trim() || nameOf(target);
}
