"""The table of handlers and the table of messages name the same requests."""

import inspect

import pytest
from litebase_schema.registry import MESSAGES

from litebase.server.methods import HANDLERS, PREPARATIONS, Handler, handler, preparation

REQUESTS = {name for name, one in MESSAGES.items() if one.kind == "request"}


def test_every_request_has_a_handler_and_every_handler_a_request() -> None:
    assert set(HANDLERS) == REQUESTS


@pytest.mark.parametrize("found", [*map(handler, HANDLERS), *map(preparation, PREPARATIONS)])
def test_every_handler_can_be_loaded_and_takes_a_session_and_a_request(found: Handler) -> None:
    assert inspect.iscoroutinefunction(found)
    assert len(inspect.signature(found).parameters) == 2


def test_every_request_has_a_response_and_every_response_a_request() -> None:
    responses = {name for name, one in MESSAGES.items() if one.kind == "response"}
    assert {MESSAGES[name].response for name in REQUESTS} == responses


def test_the_messages_given_with_the_project_keep_their_names_and_pairs() -> None:
    given = {"health_check": "health_response", "db_connect": "db_connect_response", "query": "query_response"}
    assert {name: MESSAGES[name].response for name in given} == given
    assert MESSAGES["error"].kind == "error"
