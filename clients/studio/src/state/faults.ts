// What went wrong, as the page shows it.

import { isLiteBaseError, type LiteBaseError } from "@litebase/client";

/** An error for people. */
export interface Fault {
  /** The code of the contract, or of the database. */
  readonly code: string;
  readonly message: string;
  /** Further explanations, one a line. */
  readonly notes: readonly string[];
  /** Where it is in the SQL text, in code points from 0; null where that is not known. */
  readonly position: number | null;
  readonly place: string | null;
  readonly isCancelled: boolean;
}

/** The backend tells programs how to go on; a person needs to know what did not happen. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  confirmation_required: "Nothing was run: the change of a production database was not confirmed.",
  prompt_unanswered: "The connection was not opened, because its question was not answered.",
};

export function faultOf(error: unknown): Fault {
  if (!isLiteBaseError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: "error", message, notes: [], position: null, place: null, isCancelled: false };
  }
  if (isLiteBaseError(error, "query_failed")) {
    const { engine_code, detail, hint, position = null, line = null, column = null } = error.details;
    return {
      code: engine_code ?? error.code,
      message: error.message,
      notes: [detail, hint && `Hint: ${hint}`].flatMap((note) => (note ? [note] : [])),
      position,
      place: line === null ? null : `line ${line}, column ${column}`,
      isCancelled: false,
    };
  }
  const { notes, position, place } = more(error);
  return {
    code: error.code,
    message: OWN_WORDS[error.code] ?? error.message,
    notes,
    position,
    place,
    isCancelled: ["cancelled", "confirmation_required"].includes(error.code),
  };
}

function more(error: LiteBaseError): Pick<Fault, "notes" | "position" | "place"> {
  if (isLiteBaseError(error, "invalid_script")) {
    const { position, line, column } = error.details;
    return { notes: [], position, place: `line ${line}, column ${column}` };
  }
  if (isLiteBaseError(error, "connect_failed")) {
    const { trace = [] } = error.details;
    const steps = trace.map(({ stage, host, ms, outcome }) => {
      const where = host === null ? "" : ` ${host}`;
      return `${outcome === "done" ? "✓" : "✗"} ${stage}${where} · ${Math.round(ms)} ms`;
    });
    return { notes: steps, position: null, place: null };
  }
  return { notes: [], position: null, place: null };
}
