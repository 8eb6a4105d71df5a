// The dialog that adds or changes a connection: the three engines, TLS and an SSH tunnel.

import type { DbConnectRequest } from "@litebase/client";
import { createSignal, For, Match, Show, Switch, type JSX } from "solid-js";
import { addressOf, asTarget } from "../state/address";
import { openProfile, profileOf, saveProfile, stopOpening } from "../state/connections";
import { dialog, setDialog } from "../state/dialogs";
import { emptyForm, formOf, targetOf, titleOf, type ConnectForm } from "../state/connect_form";
import { newQueryTab, currentTabs } from "../state/tabs";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { FaultView } from "./FaultView";
import { Field, SelectField } from "./Field";
import { PathField } from "./PathField";

const ENGINES = [
  ["postgresql", "PostgreSQL"],
  ["mysql", "MySQL / MariaDB"],
  ["sqlite", "SQLite"],
] as const;
const TLS = [
  ["prefer", "If offered"],
  ["require", "Always"],
  ["verify_ca", "Verify the authority"],
  ["verify_full", "Verify authority and host"],
  ["disable", "Never"],
] as const;
const ENVIRONMENTS = [
  ["", "Unspecified"],
  ["development", "Development"],
  ["staging", "Staging"],
  ["production", "Production"],
] as const;
const MODES = [
  ["read_write", "Existing file"],
  ["create", "Create if missing"],
  ["read_only", "Read only"],
  ["memory", "In memory"],
] as const;

const ARROWS: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function ConnectDialog(): JSX.Element {
  const now = dialog();
  const before = now?.kind === "connect" && now.profileId !== null ? profileOf(now.profileId) : undefined;
  const [form, setForm] = createSignal<ConnectForm>(
    before === undefined ? emptyForm() : formOf(before.name, before.target),
  );
  const [profileId, setProfileId] = createSignal<string | undefined>(before?.id);
  const [isBusy, setBusy] = createSignal(false);
  const [remark, setRemark] = createSignal<string | null>(null);
  const [address, setAddress] = createSignal("", { equals: false });
  const put = (facts: Partial<ConnectForm>): void => void setForm((all) => ({ ...all, ...facts }));
  const fault = () => profileOf(profileId() ?? "")?.fault ?? null;
  const close = (): void => {
    if (isBusy()) stopOpening(profileId() ?? "");
    setDialog(null);
  };

  const paste = (text: string): void => {
    setRemark(null);
    if (text.trim() === "") return;
    try {
      const target = asTarget(text.trim());
      setForm((all) => ({ ...formOf(all.name, target), password: passwordOf(target) }));
      setAddress(text.trim().replace(/^(\w+:\/\/[^:@/]*):.*@/, "$1@")); // the password is in its own field now
    } catch (error) {
      setRemark(error instanceof Error ? error.message : String(error));
    }
  };
  const save = (): string | undefined => {
    setRemark(null);
    try {
      const target = targetOf(form());
      const id = saveProfile({
        ...(profileId() === undefined ? {} : { id: profileId() as string }),
        name: titleOf(form(), target),
        target,
        kept: true,
      });
      setProfileId(id);
      return id;
    } catch (error) {
      setRemark(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  const connect = async (event: Event): Promise<void> => {
    event.preventDefault();
    const id = save();
    if (id === undefined || isBusy()) return;
    setBusy(true);
    const { password } = form();
    const secrets = password === "" || form().engine === "sqlite" ? {} : { password };
    const isOpen = await openProfile(id, secrets as Partial<DbConnectRequest>);
    setBusy(false);
    if (!isOpen) return;
    setDialog(null);
    if (currentTabs().length === 0) newQueryTab();
  };
  const turnEngine = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const step = ARROWS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = ENGINES.findIndex(([engine]) => engine === form().engine);
    const next = (at + step + ENGINES.length) % ENGINES.length;
    put({ engine: ENGINES[next]?.[0] ?? "postgresql", port: "" });
    event.currentTarget.querySelectorAll<HTMLElement>(".engine")[next]?.focus();
  };
  const isServer = (): boolean => form().engine !== "sqlite";
  return (
    <Dialog title="Connection" class="connect" onClose={close}>
      <form onSubmit={(event) => void connect(event)}>
        <div class="dialog-body">
          <h2>{before === undefined ? "New connection" : "Edit connection"}</h2>
          <div class="engines" role="radiogroup" aria-label="Engine" onKeyDown={turnEngine}>
            <For each={ENGINES}>
              {([engine, name]) => (
                <button
                  type="button"
                  role="radio"
                  class="engine"
                  aria-checked={form().engine === engine}
                  tabindex={form().engine === engine ? 0 : -1}
                  onClick={() => put({ engine, port: "" })}
                >
                  {name}
                </button>
              )}
            </For>
          </div>
          <div class="fields">
            <Field
              wide
              id="target"
              label="Address"
              placeholder="paste postgresql://user@host/database, mysql://… or sqlite:path"
              onChange={paste}
              value={address()}
            />
            <Field label="Name" value={form().name} placeholder="as in the list" onInput={(name) => put({ name })} />
            <SelectField
              label="Used for"
              value={form().environment}
              options={ENVIRONMENTS}
              onChange={(environment) => put({ environment })}
            />
            <Switch>
              <Match when={!isServer()}>
                <SelectField label="File" value={form().mode} options={MODES} onChange={(mode) => put({ mode })} />
                <Show when={form().mode !== "memory"}>
                  <PathField
                    first
                    label="Path on the backend's machine"
                    value={form().path}
                    placeholder="/home/me/music.db"
                    onInput={(path) => put({ path })}
                  />
                </Show>
              </Match>
              <Match when={isServer()}>
                <Field
                  first
                  label="Host"
                  value={form().host}
                  placeholder="127.0.0.1"
                  onInput={(host) => put({ host })}
                />
                <Field
                  label="Port"
                  value={form().port}
                  placeholder={form().engine === "mysql" ? "3306" : "5432"}
                  numeric
                  onInput={(port) => put({ port })}
                />
                <Field label="User" value={form().user} placeholder="your own name" onInput={(user) => put({ user })} />
                <Field
                  label="Password"
                  secret
                  value={form().password}
                  placeholder="asked for when needed"
                  onInput={(password) => put({ password })}
                />
                <Field
                  label="Database"
                  value={form().database}
                  placeholder="the server's default"
                  onInput={(database) => put({ database })}
                />
                <SelectField label="Encryption" value={form().tls} options={TLS} onChange={(tls) => put({ tls })} />
              </Match>
            </Switch>
            <label class="check wide">
              <input
                type="checkbox"
                checked={form().readOnly}
                onChange={(event) => put({ readOnly: event.currentTarget.checked })}
              />
              Refuse every write
            </label>
            <Show when={isServer()}>
              <label class="check wide">
                <input
                  type="checkbox"
                  checked={form().isTunnelled}
                  onChange={(event) => put({ isTunnelled: event.currentTarget.checked })}
                />
                Through an SSH host
              </label>
              <Show when={form().isTunnelled}>
                <Field
                  label="SSH host"
                  value={form().sshHost}
                  placeholder="a host of ~/.ssh/config"
                  onInput={(sshHost) => put({ sshHost })}
                />
                <Field
                  label="SSH port"
                  value={form().sshPort}
                  placeholder="22"
                  numeric
                  onInput={(sshPort) => put({ sshPort })}
                />
                <Field
                  label="SSH user"
                  value={form().sshUser}
                  placeholder="as configured"
                  onInput={(sshUser) => put({ sshUser })}
                />
                <Field
                  label="Key file"
                  value={form().sshKey}
                  placeholder="those of the agent"
                  onInput={(sshKey) => put({ sshKey })}
                />
              </Show>
            </Show>
          </div>
          <Show when={remark()}>
            {(text) => (
              <p class="form-remark bad" role="alert">
                {text()}
              </p>
            )}
          </Show>
          <Show when={!isBusy() && fault()}>{(one) => <FaultView fault={one()} />}</Show>
        </div>
        <div class="dialog-foot">
          <span class="quiet foot-remark">
            <Show when={isBusy()} fallback="Passwords are not kept.">
              <span class="spinner small" /> Connecting to{" "}
              {addressOf(profileOf(profileId() ?? "")?.target ?? { engine: "sqlite" })} …
            </Show>
          </span>
          <Button look="plain" text="Cancel" onClick={close} />
          <Button
            look="plain"
            text="Save"
            disabled={isBusy()}
            onClick={() => save() !== undefined && setDialog(null)}
          />
          <Button look="primary" type="submit" text="Connect" disabled={isBusy()} />
        </div>
      </form>
    </Dialog>
  );
}

function passwordOf(target: DbConnectRequest): string {
  return target.engine === "sqlite" ? "" : (target.password ?? "");
}
