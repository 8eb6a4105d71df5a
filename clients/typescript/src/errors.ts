// What a call rejects with: one error class, whose code says which details it has.

import type { ErrorDetailsByCode, ErrorCode, ErrorData, TransactionStatus } from "@litebase/contract";

/** Codes that the client itself gives, beside those of the contract. Neither has details. */
export interface ClientErrorDetails {
  /** The link to the backend ended before the answer came. What was running may or may not have been done. */
  connection_closed: undefined;
  /** No backend could be reached or started: nothing was asked yet. */
  unreachable: undefined;
}

/** Each code that this version knows and the type of its details. */
export type DetailsByCode = ErrorDetailsByCode & ClientErrorDetails;

/** The codes that this version knows. */
export type KnownCode = keyof DetailsByCode;

/** The type of the details of one code; `unknown` for a code of a later backend. */
export type DetailsOf<Code> = Code extends KnownCode ? DetailsByCode[Code] : unknown;

/** What an error is made of. */
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

/** A request that did not get its response, or a link that could not be made. */
export class LiteBaseError<Code extends string = ErrorCode | keyof ClientErrorDetails> extends Error {
  override readonly name = NAME;
  /** What went wrong, as a stable word to act on. */
  readonly code: Code;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** More about it; `isLiteBaseError(error, code)` gives them their type. */
  readonly details: DetailsOf<Code> | undefined;
  /** The state of the database session that the request named, after the error. */
  readonly transactionStatus: TransactionStatus | undefined;
  /** The id of the request, as it stands in the backend's log. */
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

/** A known error: `code` has a type of its own, and `details` follows from it. */
export type KnownError<Code extends KnownCode> = LiteBaseError<Code> & { readonly details: DetailsByCode[Code] };

/**
 * Whether something that was caught is an error of this client, and of this code if one is named. Two copies of this
 * package in one app know each other's errors.
 */
export function isLiteBaseError(error: unknown): error is LiteBaseError;
export function isLiteBaseError<Code extends KnownCode>(error: unknown, code: Code): error is KnownError<Code>;
export function isLiteBaseError(error: unknown, code?: string): boolean {
  if (!(error instanceof Error) || error.name !== NAME) return false;
  return code === undefined || (error as LiteBaseError).code === code;
}

/** The error that the backend answered. */
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
