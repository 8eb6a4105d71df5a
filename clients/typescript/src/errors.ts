// The error that calls reject with: one class, whose code determines the type of its details.

import type { ErrorDetailsByCode, ErrorCode, ErrorData, TransactionStatus } from "@litebase/contract";

/** Error codes of the client itself, in addition to those of the contract. They have no details. */
export interface ClientErrorDetails {
  /** The link ended before the response arrived. The request may or may not have taken effect. */
  connection_closed: undefined;
  /** No backend could be reached or started. No request was sent. */
  unreachable: undefined;
}

/** Each code that this version knows, and the type of its details. */
export type DetailsByCode = ErrorDetailsByCode & ClientErrorDetails;

/** The codes that this version knows. */
export type KnownCode = keyof DetailsByCode;

/** The type of the details of one code; `unknown` for a code of a later backend. */
export type DetailsOf<Code> = Code extends KnownCode ? DetailsByCode[Code] : unknown;

/** The arguments of an error. */
export interface ErrorFacts<Code> {
  code: Code;
  message: string;
  retryable?: boolean | undefined;
  details?: DetailsOf<Code> | undefined;
  transactionStatus?: TransactionStatus | undefined;
  requestId?: string | undefined;
  type?: string | undefined;
  cause?: unknown;
}

const NAME = "LiteBaseError";

/** A request that failed, or a link that could not be opened. */
export class LiteBaseError<Code extends string = ErrorCode | keyof ClientErrorDetails> extends Error {
  override readonly name = NAME;
  /** What went wrong, as a stable identifier for programs. */
  readonly code: Code;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** More about the error. `isLiteBaseError(error, code)` narrows their type. */
  readonly details: DetailsOf<Code> | undefined;
  /** The state of the database session that the request named, after the error. */
  readonly transactionStatus: TransactionStatus | undefined;
  /** The id of the request, as in the backend's log. */
  readonly requestId: string | undefined;
  /** The message type of the request, for example `query`. */
  readonly type: string | undefined;

  constructor(facts: ErrorFacts<Code>) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = facts.code;
    this.retryable = facts.retryable ?? false;
    this.details = facts.details;
    this.transactionStatus = facts.transactionStatus;
    this.requestId = facts.requestId;
    this.type = facts.type;
  }
}

/** An error with a known code, which determines the type of `details`. */
export type KnownError<Code extends KnownCode> = LiteBaseError<Code> & { readonly details: DetailsByCode[Code] };

/**
 * Whether a caught value is an error of this client and, if `code` is given, has that code. Works across several copies
 * of this package in one app.
 */
export function isLiteBaseError(error: unknown): error is LiteBaseError;
export function isLiteBaseError<Code extends KnownCode>(error: unknown, code: Code): error is KnownError<Code>;
export function isLiteBaseError(error: unknown, code?: string): boolean {
  if (!(error instanceof Error) || error.name !== NAME) return false;
  return code === undefined || (error as LiteBaseError).code === code;
}

/** The error that the backend sent. */
export function answeredError(data: ErrorData, requestId: string | undefined, type: string | undefined): LiteBaseError {
  return new LiteBaseError({
    code: data.code,
    message: data.message,
    retryable: data.retryable,
    details: data.details ?? undefined,
    transactionStatus: data.transaction_status ?? undefined,
    requestId,
    type,
  });
}
