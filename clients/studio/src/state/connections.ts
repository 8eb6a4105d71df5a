// The databases that the person knows, and those that are open now.

import type { Capability, DbConnectRequest, DbConnectResponse, Environment } from "@litebase/client";
import { createSignal } from "solid-js";
import { createStore } from "solid-js/store";
import { faultOf, type Fault } from "./faults";
import { backend, hasFeature, reached } from "./link";
import { readSetting, writeSetting } from "./settings";

/** A database that is open. */
export interface OpenDatabase {
  readonly connectionId: string;
  readonly engine: string;
  readonly version: string;
  readonly readOnly: boolean;
  readonly environment: Environment | null;
  readonly encrypted: boolean;
  readonly capabilities: readonly Capability[];
}

/** A database that can be opened. Its target has no secrets. */
export interface Profile {
  readonly id: string;
  name: string;
  target: DbConnectRequest;
  /** Whether it is remembered between visits. */
  kept: boolean;
  state: "closed" | "connecting" | "open" | "failed";
  fault: Fault | null;
  open: OpenDatabase | null;
}

const SECRETS = ["password", "tls_key_passphrase", "init_sql"] as const;

type Kept = Pick<Profile, "id" | "name" | "target">;

const closed = ({ id, name, target }: Kept): Profile => ({
  id,
  name,
  target,
  kept: true,
  state: "closed",
  fault: null,
  open: null,
});

const [profiles, setProfiles] = createStore<Profile[]>(readSetting<Kept[]>("connections", []).map(closed));
const [currentId, setCurrentId] = createSignal<string | null>(null);
const attempts = new Map<string, AbortController>();
export { profiles, currentId };

/** The database that the page shows. */
export const current = (): Profile | undefined => profiles.find(({ id }) => id === currentId());

export function profileOf(id: string): Profile | undefined {
  return profiles.find((one) => one.id === id);
}

/** What is open of a profile; undefined when nothing is. */
export function openOf(id: string): OpenDatabase | undefined {
  const profile = profileOf(id);
  return profile?.state === "open" ? (profile.open ?? undefined) : undefined;
}

/** Whether a feature can be used in an open database, and why not. */
export function capability(
  open: OpenDatabase | undefined,
  name: string,
): { available: boolean; reason: string | null } {
  const found = open?.capabilities.find((one) => one.name === name);
  return { available: found?.available ?? false, reason: found?.reason ?? null };
}

/** Whether files can be imported into the database that the page shows. */
export function canImport(): boolean {
  const open = openOf(currentId() ?? "");
  return open !== undefined && !open.readOnly && hasFeature("imports") && capability(open, "import_rows").available;
}

/** Shows another database, whether it is open or not. */
export function select(id: string | null): void {
  setCurrentId(id);
}

/** Adds a database, or changes one; what is secret in its target is dropped. */
export function saveProfile(profile: { id?: string; name: string; target: DbConnectRequest; kept: boolean }): string {
  const target = withoutSecrets(profile.target);
  const id = profile.id ?? crypto.randomUUID();
  const at = profiles.findIndex((one) => one.id === id);
  if (at >= 0) setProfiles(at, { name: profile.name, target, kept: profile.kept });
  else setProfiles(profiles.length, { ...closed({ id, name: profile.name, target }), kept: profile.kept });
  remember();
  return id;
}

/** Forgets a database; it is closed first. */
export async function removeProfile(id: string): Promise<void> {
  await disconnect(id);
  setProfiles((all) => all.filter((one) => one.id !== id));
  if (currentId() === id) setCurrentId(profiles[0]?.id ?? null);
  remember();
}

/**
 * Opens a database and shows it. While that goes on, and after it has failed, the page shows this database and no other,
 * so that nothing runs where it was not meant to. Resolves with whether it is open.
 */
export async function openProfile(id: string, secrets: Partial<DbConnectRequest> = {}): Promise<boolean> {
  const profile = profileOf(id);
  if (profile === undefined) return false;
  setCurrentId(id);
  if (profile.state === "open" || profile.state === "connecting") return profile.state === "open";
  const attempt = new AbortController();
  attempts.set(id, attempt);
  change(id, { state: "connecting", fault: null });
  const data = { ...asking(profile.target), name: profile.name, ...secrets } as DbConnectRequest;
  try {
    const client = await reached();
    const answer = await client.dbConnect(data, { signal: attempt.signal });
    change(id, { state: "open", open: opened(answer) });
    return true;
  } catch (error) {
    const fault = faultOf(error);
    change(id, fault.isCancelled ? { state: "closed" } : { state: "failed", fault });
    return false;
  } finally {
    attempts.delete(id);
  }
}

/** Gives up opening a database. */
export function stopOpening(id: string): void {
  attempts.get(id)?.abort();
}

/** Closes a database. */
export async function disconnect(id: string): Promise<void> {
  stopOpening(id);
  const open = openOf(id);
  if (open === undefined) return;
  change(id, { state: "closed", open: null });
  await backend()
    .dbDisconnect({ connection_id: open.connectionId })
    .catch(() => undefined); // it is closed with the link at the latest
}

/** Nothing is open any more: the link has ended. */
export function allClosed(): void {
  setProfiles({}, { state: "closed", open: null });
}

function change(id: string, facts: Partial<Profile>): void {
  setProfiles((one) => one.id === id, facts);
}

function remember(): void {
  const kept = profiles.filter((one) => one.kept).map(({ id, name, target }) => ({ id, name, target }));
  writeSetting("connections", kept);
}

function withoutSecrets(target: DbConnectRequest): DbConnectRequest {
  const copy: Record<string, unknown> = { ...target };
  for (const name of SECRETS) delete copy[name];
  return copy as unknown as DbConnectRequest;
}

/** A server may ask for the password: the backend passes the question on. */
function asking(target: DbConnectRequest): DbConnectRequest {
  return target.engine === "sqlite" ? target : { ...target, password_prompt: true };
}

function opened(answer: DbConnectResponse): OpenDatabase {
  return {
    connectionId: answer.connection_id,
    engine: answer.engine,
    version: answer.server_version,
    readOnly: answer.read_only,
    environment: answer.environment ?? null,
    encrypted: answer.tls?.encrypted ?? false,
    capabilities: answer.capabilities,
  };
}
