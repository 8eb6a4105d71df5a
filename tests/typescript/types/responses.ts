// What a response promises, and what must be looked at before it is used.

import type {
  CancelResponse,
  Cell,
  Column,
  DbConnectResponse,
  Events,
  Kind,
  KnownKind,
  QueryResponse,
  SqliteMode,
  TransactionStatus,
} from "@litebase/client";

import { give, type Same } from "./give.js";

declare const answer: QueryResponse;
declare const opened: DbConnectResponse;
declare const column: Column;

// Cells are exact: a number, or a bigint beyond what a number holds; bytes are bytes.
give<Same<Cell, null | boolean | number | bigint | string | Uint8Array<ArrayBuffer>>>(true);
for (const row of answer.rows) for (const cell of row) give<Cell>(cell);
// @ts-expect-error TS2345 a cell may be other than a number
for (const row of answer.rows) for (const cell of row) give<number>(cell);
// @ts-expect-error TS2532 a row may not be there
give<Cell | undefined>(answer.rows[0][0]);
give<Cell | undefined>(answer.rows[0]?.[0]);

// What can be null must be looked at.
// @ts-expect-error TS2345 there may be no result to read on
give<string>(answer.result_id);
if (answer.result_id !== null) give<string>(answer.result_id);
// @ts-expect-error TS18047 a file has no link to protect
give<boolean>(opened.tls.encrypted);

// A wide integer may be a bigint; a count is a number.
give<number | bigint | null>(answer.last_insert_id);
// @ts-expect-error TS2345 a key may be beyond 2^53
give<number | null>(answer.last_insert_id);
give<number | null>(answer.total_rows);

// A key with a default may be missing.
give<boolean | null | undefined>(column.nullable);
// @ts-expect-error TS2345 an older backend may leave it out
give<boolean | null>(column.nullable);

// A later backend may send other values of an open enum, and names of known ones are still offered.
give<Kind>("a_kind_of_a_later_version");
give<KnownKind>("geometry");
// @ts-expect-error TS2345 known is what this version knows
give<KnownKind>("a_kind_of_a_later_version");
// @ts-expect-error TS2345 a value need not be known
give<KnownKind>(column.kind);
give<TransactionStatus>("idle");
give<string>(answer.transaction_status);
// @ts-expect-error TS2345 an enum that is closed stays so
give<SqliteMode>("a_mode_of_a_later_version");

// There is no key but those of the contract.
declare const cancelled: CancelResponse;
// @ts-expect-error TS2551 a misspelt key
give<unknown>(cancelled.outcom);
// @ts-expect-error TS2339 an unknown key
give<unknown>(opened.password);

// No event is known yet; this line tells when the first one comes.
give<Same<keyof Events, never>>(true);
