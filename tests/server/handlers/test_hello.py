"""The greeting, as a client sees it."""

from importlib.util import find_spec

import pytest
from litebase_schema.hello import HelloRequest, Limits, ProtocolVersion, Software
from litebase_schema.registry import PROTOCOL_MAJOR, PROTOCOL_MINOR

from litebase import __version__
from litebase.client import Client, RequestFailed
from litebase.drivers.abilities import NAMES
from litebase.settings import Settings
from tests.server.room import serving

pytestmark = pytest.mark.anyio


def _hello(major: int = 0, minor: int = 1) -> HelloRequest:
    return HelloRequest(protocol=ProtocolVersion(major=major, minor=minor), client=Software(name="test", version="1.0"))


async def test_the_backend_says_who_it_is_and_what_it_can_do(client: Client) -> None:
    answer = await client.hello(_hello())
    assert (answer.server.name, answer.server.version) == ("litebase", __version__)
    assert (answer.protocol.major, answer.protocol.minor) == (PROTOCOL_MAJOR, PROTOCOL_MINOR)
    names = [
        "events",
        "prompts",
        "check_connection",
        "init_sql",
        "result_views",
        "tables",
        "edits",
        "exports",
        "imports",
        "copies",
        "alter",
        "compare",
        "compare_rows",
        "sql_help",
    ]
    names += ["parquet"] if find_spec("pyarrow") is not None else []
    assert answer.capabilities == [*names, *NAMES]
    assert "sqlite" in answer.engines
    assert answer.limits.max_frame_bytes == Settings().max_frame_bytes


async def test_the_limits_are_those_that_are_kept() -> None:
    async with serving(max_results=3, max_window_bytes=12345) as room, room.client() as client:
        limits = (await client.hello(_hello())).limits
        assert (limits.max_results, limits.max_window_bytes) == (3, 12345)
        assert set(Limits.model_fields) == set(limits.model_fields_set)


@pytest.mark.fault("F23", "W09")
@pytest.mark.parametrize("major", [1, 65535])
async def test_another_major_is_refused_and_both_versions_named(client: Client, major: int) -> None:
    with pytest.raises(RequestFailed) as failed:
        await client.hello(_hello(major, 7))
    assert failed.value.code == "unsupported_protocol"
    assert f"{major}.7" in failed.value.message
    assert f"{PROTOCOL_MAJOR}.{PROTOCOL_MINOR}" in failed.value.message


@pytest.mark.fault("F23", "W09")
async def test_a_newer_minor_and_a_second_hello_are_fine(client: Client) -> None:
    await client.hello(_hello(minor=999))
    await client.hello(_hello())
