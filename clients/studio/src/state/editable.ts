// Whether the rows of a result can be edited: they can where all of them come from one table and can be told apart.

import type { Column, ObjectRef } from "@litebase/client";
import { createEffect, createSignal, type Accessor } from "solid-js";
import { openOf } from "./connections";
import { EditModel } from "./edits";
import { backend, hasFeature } from "./link";
import type { ResultModel } from "./result";
import type { Where } from "./sessions";

/** The table that every column with an origin comes from; null where there are several, or none. */
export function tableOf(columns: readonly Column[]): ObjectRef | null {
  const origins = columns.flatMap(({ origin }) => (origin ? [origin] : []));
  const [first] = origins;
  if (first === undefined) return null;
  const isOne = origins.every((one) => one.table_name === first.table_name && one.schema_name === first.schema_name);
  return isOne ? { kind: "table", schema_name: first.schema_name, name: first.table_name } : null;
}

/** What collects the changes of a result's rows; null until that is known to be possible. Needs an owner. */
export function useEditing(
  model: ResultModel,
  place: { readonly profileId: string; readonly where: () => Promise<Where> },
): Accessor<EditModel | null> {
  const [edits, setEdits] = createSignal<EditModel | null>(null);
  let isAsked = false;
  createEffect(() => {
    const object = tableOf(model.columns);
    const open = openOf(place.profileId);
    if (object === null || open === undefined || open.readOnly || !hasFeature("edits") || isAsked) return;
    isAsked = true;
    void backend()
      .describeObjects({ connection_id: open.connectionId, objects: [object] })
      .then(({ descriptions: [description] }) => {
        if (description === undefined || description.object.kind !== "table") return; // a view
        const { row_identity: rowIdentity } = description;
        const shown = new Set(model.columns.map(({ name, origin }) => origin?.column_name ?? name));
        if (rowIdentity.source !== "none" && !rowIdentity.columns.every((name) => shown.has(name))) return;
        setEdits(new EditModel({ object, columns: model.columns, rowIdentity }, place.where));
      })
      .catch(() => undefined); // then it is not editable
  });
  return edits;
}
