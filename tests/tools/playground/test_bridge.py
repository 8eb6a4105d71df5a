"""Who may use the bridge: our own page with this run's token, and no other page of a browser."""

import http.client
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio import to_thread
from litebase_schema.health import HealthResponse
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from litebase.wire.frame import prefix
from tests.conftest import RunningBackend
from tests.server.room import frame
from tests.work import SOON_S
from tools.playground.bridge import Bridge, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
async def bridge(backend: RunningBackend, tmp_path: Path) -> AsyncIterator[Bridge]:
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "index.html").write_text("<!doctype html>", encoding="utf-8")
    (tmp_path / "secret").write_text("not for browsers", encoding="utf-8")
    async with serving(tmp_path / "page", Path(backend.endpoint["path"])) as opened:
        yield opened


async def _get(bridge: Bridge, path: str, host: str | None = None) -> tuple[int, str]:
    def ask() -> tuple[int, str]:
        link = http.client.HTTPConnection(bridge.host, timeout=SOON_S)
        link.request("GET", path, headers={"Host": host or bridge.host})
        answer = link.getresponse()
        return answer.status, answer.read().decode()

    return await to_thread.run_sync(ask)


def _channel(bridge: Bridge, token: str | None = None, origin: str | None = None) -> Any:
    return connect(
        f"ws://{bridge.host}/channel?token={bridge.token if token is None else token}",
        origin=origin or bridge.origin,  # type: ignore[arg-type]  # a NewType of str
        proxy=None,
    )


async def test_frames_pass_both_ways(bridge: Bridge) -> None:
    async with _channel(bridge) as channel:
        await channel.send(frame("1", "health_check", {}))
        with anyio.fail_after(SOON_S):
            answer = await channel.recv()
        assert answer[:4] == prefix(len(answer) - 4)
        assert b"health_response" in answer
        assert set(HealthResponse.model_fields) >= {"status", "pid"}


async def test_the_page_needs_the_token_and_its_files_do_not(bridge: Bridge) -> None:
    assert re.fullmatch(rf"http://127\.0\.0\.1:\d+/\?token={bridge.token}", bridge.address)
    assert len(bridge.token) >= 22
    assert await _get(bridge, f"/?token={bridge.token}") == (200, "<!doctype html>")
    assert (await _get(bridge, "/"))[0] == 403
    assert (await _get(bridge, "/?token=wrong"))[0] == 403


@pytest.mark.parametrize(
    "path", ["/missing.js", "/../secret", "/%2e%2e/secret", "//secret", "//[", "/.", "/" + "a" * 400]
)
async def test_nothing_but_the_page_is_served(bridge: Bridge, path: str) -> None:
    status, text = await _get(bridge, path)
    assert status == 404
    assert "not for browsers" not in text


async def test_a_name_that_was_bent_to_this_machine_is_refused(bridge: Bridge) -> None:
    port = bridge.host.partition(":")[2]
    assert (await _get(bridge, f"/?token={bridge.token}", host=f"evil.example:{port}"))[0] == 403


@pytest.mark.parametrize(
    ("token", "origin"),
    [(None, "http://evil.example"), (None, "null"), ("", None), ("wrong", None), ("\u00e9", None)],
)
async def test_a_strange_page_gets_no_channel(bridge: Bridge, token: str | None, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with _channel(bridge, token, origin):
            pass
    assert refused.value.response.status_code == 403
