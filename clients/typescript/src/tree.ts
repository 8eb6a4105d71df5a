// A tree of what exists in a database. Nothing is asked for before somebody looks at it.

import type { Calls, ListedObject, ListObjectsRequest, ListObjectsResponse, MissingPart } from "@litebase/contract";
import type { CallOptions } from "./channel.js";

/** What every list of a tree asks for. */
export type TreeOptions = Pick<ListObjectsRequest, "detail" | "include_system">;

/** The children of a node, and what the database or the user's privileges do not show of them. */
export interface Children {
  readonly nodes: readonly ObjectNode[];
  readonly missing: readonly MissingPart[];
}

type Lists = Pick<Calls<CallOptions>, "listObjects">;

/** A tree whose root has the schemas of a connection as its children. */
export function objectTree(client: Lists, connectionId: string, options: TreeOptions = {}): ObjectNode {
  return new ObjectNode(client, connectionId, null, options);
}

/** An object in a tree; its children are read when they are first asked for. */
export class ObjectNode {
  /** What the list said of it; null for the root. */
  readonly listed: ListedObject | null;
  private readonly client: Lists;
  private readonly connectionId: string;
  private readonly options: TreeOptions;
  private read: Promise<Children> | null = null;

  constructor(client: Lists, connectionId: string, listed: ListedObject | null, options: TreeOptions) {
    this.client = client;
    this.connectionId = connectionId;
    this.listed = listed;
    this.options = options;
  }

  /** Whether it is worth asking for its children. */
  get hasChildren(): boolean {
    return this.listed?.has_children ?? true;
  }

  /** All of its children: from the database the first time, then those. A failure is not kept. */
  children(options: CallOptions = {}): Promise<Children> {
    if (!this.hasChildren) return Promise.resolve({ nodes: [], missing: [] });
    if (this.read !== null) return this.read;
    const reading = this.list(options);
    this.read = reading;
    reading.catch(() => {
      if (this.read === reading) this.read = null;
    });
    return reading;
  }

  /** Lets the next `children` ask the database again. */
  forget(): void {
    this.read = null;
  }

  private async list(options: CallOptions): Promise<Children> {
    const nodes: ObjectNode[] = [];
    const missing: MissingPart[] = [];
    let after: string | null = null;
    do {
      const data: ListObjectsRequest = {
        ...this.options,
        connection_id: this.connectionId,
        parent: this.listed?.object ?? null,
        after,
      };
      const answer: ListObjectsResponse = await this.client.listObjects(data, options);
      for (const one of answer.objects) nodes.push(new ObjectNode(this.client, this.connectionId, one, this.options));
      missing.push(...answer.missing);
      after = answer.next;
    } while (after !== null);
    return { nodes, missing };
  }
}
