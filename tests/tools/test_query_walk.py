"""The record of a query shows the way that docs/architecture.md describes."""

import sys

import pytest

from tools.query_walk import calls_of_query, returns, walk

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the recorder is switched by a signal")


def test_returns_are_counted_among_the_modules_of_one_place() -> None:
    walked = walk([("server.a", "f"), ("server.a", "g"), ("wire.x", "f"), ("server.b", "f"), ("server.a", "f")])
    assert walked == ["server.a", "wire.x", "server.b", "server.a"]
    assert returns(walked, "server.") == 1
    assert returns(walked, "wire.") == 0


def test_a_query_goes_from_the_channel_through_the_handler_to_the_engine_and_back() -> None:
    entered = walk(calls_of_query("sqlite"))
    first = list(dict.fromkeys(entered))
    way = ["wire.protocol", "server.channel", "server.handlers.query", "server.connection", "drivers.sqlite.session"]
    assert [module for module in first if module in way[1:]] == way[1:]
    assert way[0] in first
    assert "results.result" in first[first.index(way[-1]) :]
    assert not [module for module in first if module.startswith("drivers.postgresql")]
