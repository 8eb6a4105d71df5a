"""What is done while one call fails: a bit of everything that a client does, one request after the other."""

from collections.abc import Mapping
from typing import Any

import anyio

from tests.end_to_end.dialects import Dialect
from tests.end_to_end.frames import check_error, next_id
from tests.server.room import Raw

ANSWER_S = 15.0
_GONE = (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError)


class Gone(Exception):
    """The backend closed the channel."""


class Asker:
    """Asks, and looks that each request gets one answer."""

    def __init__(self, raw: Raw) -> None:
        self._raw = raw
        self._asked: set[str] = set()
        self._early: dict[str, dict[str, Any]] = {}
        self.codes: list[str] = []

    async def start(self, kind: str, data: Mapping[str, Any]) -> str:
        """Send a request; its id."""
        request_id = next_id()
        self._asked.add(request_id)
        try:
            await self._raw.send((request_id, kind, data))
        except _GONE as error:
            raise Gone from error
        return request_id

    async def answer(self, request_id: str) -> dict[str, Any]:
        """The answer to a request. Raises `Gone`; fails when it does not come or another one comes twice."""
        while request_id not in self._early:
            try:
                message = await self._raw.answer(ANSWER_S)
            except _GONE as error:
                raise Gone from error
            assert message["id"] in self._asked, f"a second answer: {message}"
            self._asked.remove(message["id"])
            self._early[message["id"]] = message
        found = self._early.pop(request_id)
        if found["type"] == "error":
            check_error(found["data"])
            self.codes.append(found["data"]["code"])
        return found

    async def ask(self, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """The data of the answer; empty when it is an error."""
        answer = await self.answer(await self.start(kind, data))
        return {} if answer["type"] == "error" else answer["data"]


async def everything(asker: Asker, target: Mapping[str, Any], dialect: Dialect) -> None:
    """The whole scenario; what an error makes impossible is left out. Raises `Gone`."""
    connection_id = (await asker.ask("db_connect", target)).get("connection_id")
    if connection_id is None:
        return
    where = {"connection_id": connection_id}
    await _read(asker, where, dialect)
    await asker.ask("run_script", {**where, "sql": "SELECT 1; SELECT nothing_there; SELECT 2", "on_error": "continue"})
    await _transact(asker, where, dialect)
    await _cancel(asker, where, dialect)
    await asker.ask("query", {**where, "sql": dialect.numbers.format(count=3000), "window_rows": 10})  # left half read
    await asker.ask("db_disconnect", where)


async def _read(asker: Asker, where: Mapping[str, Any], dialect: Dialect) -> None:
    sql = dialect.numbers.format(count=6000)
    result_id = (await asker.ask("query", {**where, "sql": sql, "window_rows": 10})).get("result_id")
    if result_id is None:
        return
    for offset in (10, 5000, 20):
        await asker.ask("fetch", {"result_id": result_id, "offset": offset, "limit": 500})
    await asker.ask("close_result", {"result_id": result_id})


async def _transact(asker: Asker, where: Mapping[str, Any], dialect: Dialect) -> None:
    own = (await asker.ask("open_db_session", where)).get("db_session_id")
    if own is None:
        return
    inside = {"db_session_id": own}
    await asker.ask("begin", inside)
    sql = f"SELECT {dialect.placeholder}"
    await asker.ask("query", {**where, **inside, "sql": sql, "params": ["a"]})
    await asker.ask("rollback", inside)
    await asker.ask("close_db_session", inside)


async def _cancel(asker: Asker, where: Mapping[str, Any], dialect: Dialect) -> None:
    endless = await asker.start("query", {**where, "sql": dialect.endless})
    await anyio.sleep(0.03)
    await asker.ask("cancel", {"request_id": endless})
    await asker.answer(endless)
