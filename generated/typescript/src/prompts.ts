// Generated from schema/ by `make generate`. Do not edit.
// Questions to the person at a client: they come as events of kind `prompt`, and each is answered once.

/**
 * Answers a prompt. Always accepted, and not counted in `max_requests_in_flight`. A prompt that is not open is
 * `not_found`: it was answered before, its time has passed, or its request has ended.
 *
 * @since 0.2
 */
export interface AnswerPromptRequest {
  /** Names an open prompt of this client. At most 64 characters. */
  prompt_id: PromptId;
  /**
   * What the person typed, or null to refuse, which fails the request that asks. Of `host_key` and `approval` it is
   * `yes` or null. Secret: never logged. At most 4096 characters.
   */
  answer: PromptAnswer | null;
}

/**
 * The answer was passed on; the request that asked goes on with it.
 *
 * @since 0.2
 */
export type AnswerPromptResponse = Record<string, never>;

/** Names an open prompt of this client. At most 64 characters. */
export type PromptId = string;

/** The answer to a prompt; kept in memory only. At most 4096 characters. */
export type PromptAnswer = string;

/** The values of `PromptKind` that this version knows. */
export type KnownPromptKind = "password" | "passphrase" | "one_time_code" | "host_key" | "token" | "approval";

/**
 * What is asked for. `password`: of a user. `passphrase`: of a key. `one_time_code`: from a device or a message, for
 * this login only. `token`: a password that runs out, for example of a cloud login. `host_key`: whether the key that a
 * host shows is its own. `approval`: whether something may be done. Whoever does not know a kind refuses it. Open: a
 * later backend may use values that this version does not know.
 */
export type PromptKind = KnownPromptKind | (string & {});

/** A question to the person at the client. The event that carries it names the request that waits for the answer. */
export interface Prompt {
  /** Names an open prompt of this client. At most 64 characters. */
  prompt_id: PromptId;
  /**
   * What is asked for. `password`: of a user. `passphrase`: of a key. `one_time_code`: from a device or a message, for
   * this login only. `token`: a password that runs out, for example of a cloud login. `host_key`: whether the key that
   * a host shows is its own. `approval`: whether something may be done. Whoever does not know a kind refuses it.
   */
  kind: PromptKind;
  /** The question, for people. */
  text: string;
  /** Whether an answer to this question was refused before, so that one that a client has kept is not the right one. */
  again: boolean;
  /** `name` of the `db_connect` that the answer is for. */
  connection_name: string;
  /** The host that wants to know, or null where it is none. */
  host: string | null;
}
