// The tree of what exists in a database: read as it is opened, and again when it has changed.

import { objectTree, type ListedObject, type MissingPart, type ObjectNode } from "@litebase/client";
import { createSignal, type Accessor } from "solid-js";
import { current } from "./connections";
import { faultOf, type Fault } from "./faults";
import { backend, onEvent } from "./link";

/** The kinds in the order in which a schema shows them, and what they are called. */
export const KINDS: readonly (readonly [kind: string, name: string])[] = [
  ["table", "Tables"],
  ["view", "Views"],
  ["materialized_view", "Materialized views"],
  ["foreign_table", "Foreign tables"],
  ["virtual_table", "Virtual tables"],
  ["function", "Functions"],
  ["procedure", "Procedures"],
  ["sequence", "Sequences"],
  ["type", "Types"],
  ["event", "Events"],
  ["trigger", "Triggers"],
  ["extension", "Extensions"],
];

/** A line of the tree: an object, or objects of one kind together. */
export class Branch {
  readonly node: ObjectNode;
  readonly children: Accessor<readonly Branch[] | null>;
  readonly missing: Accessor<readonly MissingPart[]>;
  readonly isOpen: Accessor<boolean>;
  readonly isReading: Accessor<boolean>;
  readonly fault: Accessor<Fault | null>;
  private readonly setChildren;
  private readonly setMissing;
  private readonly setOpen;
  private readonly setReading;
  private readonly setFault;

  constructor(node: ObjectNode, isOpen = false) {
    this.node = node;
    const [children, setChildren] = createSignal<readonly Branch[] | null>(null);
    const [missing, setMissing] = createSignal<readonly MissingPart[]>([]);
    const [opened, setOpen] = createSignal(isOpen);
    const [isReading, setReading] = createSignal(false);
    const [fault, setFault] = createSignal<Fault | null>(null);
    this.children = children;
    this.setChildren = setChildren;
    this.missing = missing;
    this.setMissing = setMissing;
    this.isOpen = opened;
    this.setOpen = setOpen;
    this.isReading = isReading;
    this.setReading = setReading;
    this.fault = fault;
    this.setFault = setFault;
  }

  get listed(): ListedObject | null {
    return this.node.listed;
  }

  get hasChildren(): boolean {
    return this.node.hasChildren;
  }

  async toggle(open = !this.isOpen()): Promise<void> {
    this.setOpen(open);
    if (open && this.children() === null) await this.read();
  }

  /** Reads the children, again if they are here; what was open stays open. */
  async read(): Promise<void> {
    this.node.forget();
    this.setReading(true);
    this.setFault(null);
    try {
      const { nodes, missing } = await this.node.children();
      const former = new Map((this.children() ?? []).map((one) => [nameOf(one), one]));
      const next = nodes.map((node) => {
        const branch = new Branch(node);
        if (former.get(nameOf(branch))?.isOpen() === true) void branch.toggle(true);
        return branch;
      });
      this.setChildren(next);
      this.setMissing(missing);
      const [only] = next;
      if (this.listed === null && next.length === 1 && only !== undefined) await only.toggle(true);
      if (this.listed === null) void openUsual(next);
    } catch (error) {
      this.setFault(faultOf(error));
    } finally {
      this.setReading(false);
    }
  }
}

/** Of several schemas, the one where people begin is opened. */
async function openUsual(schemas: readonly Branch[]): Promise<void> {
  if (schemas.some((one) => one.isOpen())) return;
  const target = current()?.target;
  const database = target !== undefined && "database" in target ? (target.database ?? "main") : "main";
  const usual = schemas.find((one) => ["public", "main", database].includes(one.listed?.object.name ?? ""));
  await usual?.toggle(true);
}

function nameOf({ listed }: Branch): string {
  return JSON.stringify(listed?.object ?? null);
}

const roots = new Map<string, Branch>(); // by connection

/** The tree of an open database. */
export function treeOf(connectionId: string): Branch {
  const there = roots.get(connectionId);
  if (there !== undefined) return there;
  const root = new Branch(objectTree(backend(), connectionId, { detail: "summary" }), true);
  roots.set(connectionId, root);
  void root.read();
  return root;
}

onEvent(({ kind, connection_id }) => {
  if (kind === "catalog_changed") void roots.get(connection_id ?? "")?.read();
});
