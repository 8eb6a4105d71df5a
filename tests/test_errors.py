"""The error tree and the error codes of the contract say the same."""

import inspect

import pytest
from litebase_schema.errors import QueryFailedDetails
from litebase_schema.registry import COMMON_ERRORS, ERROR_DETAILS, MESSAGES, details_validator, validator

from litebase import errors
from litebase.errors import (
    ECHO_CHARACTERS,
    DbSessionLost,
    LiteBaseError,
    LockTimeout,
    NoMoreSessions,
    NoRoom,
    PasswordRefused,
    shorten,
)

CLASSES = {
    found.code: found
    for found in vars(errors).values()
    if inspect.isclass(found)
    and issubclass(found, LiteBaseError)
    and found not in (LiteBaseError, LockTimeout, NoRoom, DbSessionLost, NoMoreSessions, PasswordRefused)
}
QUERY_DETAILS = QueryFailedDetails(engine_code="SQLITE_ERROR", position=3, line=1, column=4)
EXAMPLES: dict[str, LiteBaseError] = {
    "invalid_frame": errors.InvalidFrame("The bytes are no message."),
    "frame_too_large": errors.FrameTooLarge("Too large.", 16),
    "invalid_message": errors.InvalidMessage("/data/sql", "this key is missing"),
    "unknown_type": errors.UnknownType("There is no such request."),
    "duplicate_id": errors.DuplicateId("Still in flight."),
    "unauthenticated": errors.Unauthenticated("No token."),
    "unsupported_protocol": errors.UnsupportedProtocol("Another version."),
    "limit_exceeded": errors.LimitExceeded("max_results", 200, "Close one."),
    "connect_failed": errors.ConnectFailed("auth", "Wrong password.", "28P01"),
    "not_found": errors.NotFound("result_id", "r" * 1000),
    "connection_lost": errors.ConnectionLost("The link ended."),
    "outcome_unknown": errors.OutcomeUnknown("No answer came."),
    "query_failed": errors.QueryFailed("near 'SELEKT': syntax error", QUERY_DETAILS),
    "read_only": errors.ReadOnly("The connection is read-only.", QUERY_DETAILS),
    "invalid_script": errors.InvalidScript("SELECT 1;\nSELECT 'a", 17, "this text has no end"),
    "cancelled": errors.Cancelled("Cancelled."),
    "timeout": errors.TimedOut("timeout_ms", 1500),
    "conflict": errors.Conflict("Not now."),
    "unsupported": errors.Unsupported("Not here."),
    "confirmation_required": errors.ConfirmationRequired("writes"),
    "prompt_unanswered": errors.PromptUnanswered("password", "Password of me at db:5432", "refused"),
    "file_failed": errors.FileFailed("/home/me/a.csv", "exists", "/home/me/a.csv cannot be written."),
    "row_rejected": errors.RowRejected(7, "'soon' is not a date.", "day"),
    "tool_failed": errors.ToolFailed("/usr/bin/pg_dump", "15.8", 1, "pg_dump: error", "It ended with exit code 1."),
    "shutting_down": errors.ShuttingDown("Ending."),
    "internal": errors.Internal("1f2e"),
}


def test_every_error_code_has_a_class_and_every_class_a_code() -> None:
    assert set(CLASSES) == set(ERROR_DETAILS)


def test_every_class_has_an_example_here() -> None:
    assert {code: type(example) for code, example in EXAMPLES.items()} == CLASSES


def test_no_two_classes_share_a_code() -> None:
    classes = [found for found in vars(errors).values() if inspect.isclass(found) and issubclass(found, LiteBaseError)]
    assert len(classes) == len(CLASSES) + 6, "but the root, and kinds of limit, of lost connection and of failed login"


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_an_error_says_what_the_contract_says_of_its_code(code: str) -> None:
    data = EXAMPLES[code].data()
    validator("error").validate_python(data.model_dump())
    assert data.code == code
    assert data.message
    adapter = details_validator(code)
    if adapter is None:
        assert data.details is None
    else:
        adapter.validate_python(data.details)


def test_an_error_message_never_repeats_more_than_a_little_of_what_was_sent() -> None:
    error = EXAMPLES["not_found"]
    assert len(error.message) < 200
    assert error.details is not None
    assert len(error.details.model_dump()["id"]) == ECHO_CHARACTERS


def test_only_errors_that_may_pass_by_themselves_are_retryable() -> None:
    assert {code for code, example in EXAMPLES.items() if example.data().retryable} == {"connection_lost"}
    assert errors.NoRoom("max_results", 200, "Close one.").data().retryable, "nothing was done before it"
    assert errors.LockTimeout(5000).data().retryable


def test_a_script_error_tells_the_place() -> None:
    details = EXAMPLES["invalid_script"].details
    assert details is not None
    assert details.model_dump() == {"position": 17, "line": 2, "column": 8}
    assert EXAMPLES["invalid_script"].message.startswith("Line 2, column 8: ")


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_the_errors_of_a_message_are_codes_of_the_contract(name: str) -> None:
    assert set(MESSAGES[name].errors) <= set(ERROR_DETAILS)


def test_the_common_errors_are_codes_of_the_contract() -> None:
    assert set(COMMON_ERRORS) <= set(ERROR_DETAILS)


@pytest.mark.parametrize(
    ("text", "shown"), [("", ""), ("x" * 64, "x" * 64), ("x" * 65, "x" * 63 + "…"), ("x" * 10**6, "x" * 63 + "…")]
)
def test_a_shortened_text_has_at_most_64_characters(text: str, shown: str) -> None:
    assert shorten(text) == shown
