"""The table of methods and the table of messages contain the same requests."""

import inspect

import pytest
from litebase_schema.registry import MESSAGES, validator

from litebase.server.methods import METHODS, Handler, handler, overdue, preparation

REQUESTS = {name for name, one in MESSAGES.items() if one.kind == "request"}


def test_every_request_has_a_handler_and_every_handler_a_request() -> None:
    assert set(METHODS) == REQUESTS


@pytest.mark.parametrize("found", [*map(handler, METHODS), *filter(None, map(preparation, METHODS))])
def test_every_handler_can_be_loaded_and_takes_a_call_and_a_request(found: Handler) -> None:
    assert inspect.iscoroutinefunction(found)
    assert len(inspect.signature(found).parameters) == 2


def test_a_deadline_is_a_field_of_its_request_and_no_request_has_one_that_is_not_kept() -> None:
    limits = {
        name: {one for one in fields_of(name) if one.endswith("timeout_ms") and one != "busy_timeout_ms"}
        for name in METHODS
        if name != "wait_events"  # whose time may pass without an error
    }
    assert limits == {name: {METHODS[name].deadline} - {None} for name in limits}


def fields_of(message_type: str) -> set[str]:
    """The names of a request's fields; of all its forms where there are several."""
    schema = validator(message_type).json_schema()
    forms = [schema, *(schema["$defs"][one["$ref"].rpartition("/")[2]] for one in schema.get("oneOf", ()))]
    return {name for form in forms for name in form.get("properties", ())}


def test_an_error_for_a_passed_deadline_can_be_loaded() -> None:
    assert [name for name in METHODS if overdue(name) is not None] == ["db_connect"]


def test_the_ids_in_a_request_are_those_of_its_schema() -> None:
    assert MESSAGES["query"].ids == (("connection_id", "ConnectionId"), ("db_session_id", "DbSessionId"))
    assert ("source.result_id", "ResultId") in MESSAGES["export_rows"].ids
    named = {field.rpartition(".")[2] for name in REQUESTS for field, _ in MESSAGES[name].ids}
    connections = {"connection_id", "target_connection_id", "other_connection_id"}
    assert named == {*connections, "db_session_id", "result_id", "prompt_id"}


def test_every_request_has_a_response_and_every_response_a_request() -> None:
    responses = {name for name, one in MESSAGES.items() if one.kind == "response"}
    assert {MESSAGES[name].response for name in REQUESTS} == responses


def test_the_messages_given_with_the_project_keep_their_names_and_pairs() -> None:
    given = {"health_check": "health_response", "db_connect": "db_connect_response", "query": "query_response"}
    assert {name: MESSAGES[name].response for name in given} == given
    assert MESSAGES["error"].kind == "error"
