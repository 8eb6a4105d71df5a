"""What a server can reply, and what it cannot talk us into."""

import asyncio
import logging
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from litebase.drivers.interface import DatabaseSession, Statement
from litebase.drivers.mysql.driver import MysqlDriver
from litebase.errors import ConnectionLost, LiteBaseError, QueryFailed
from tests.drivers.conformance import all_rows, rows_of, run
from tests.drivers.mysql.conftest import LIMITS, MakeTarget, fake_target
from tests.drivers.mysql.fake_server import Talk, fake_server
from tests.work import SOON_S

pytestmark = pytest.mark.anyio


@pytest.mark.fault("M15")
async def test_what_asyncmy_would_log_is_not_logged(session: DatabaseSession, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await rows_of(session, "SELECT CAST('secret word' AS INT), ?", ["hidden parameter"])
    assert not [record for record in caplog.records if record.name.startswith("asyncmy")]
    assert "secret word" not in caplog.text
    assert "hidden parameter" not in caplog.text


@pytest.mark.fault("M03")
async def test_a_request_for_a_local_file_is_refused_and_the_session_dropped(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("content of a file", encoding="ascii")

    async def ask(talk: Talk) -> None:
        await talk.prepare()
        await talk.hear()
        talk.send(b"\xfb" + str(secret).encode())

    async with fake_server(ask) as (port, talks):
        session = await MysqlDriver(fake_target(port), LIMITS).connect()
        with pytest.raises(ConnectionLost, match="file of this machine"):
            await session.execute(Statement("SELECT 1", first_rows=1))
        assert not session.usable
        await session.aclose()
        await asyncio.sleep(0.05)
    assert b"content" not in bytes(talks[0].heard)


@pytest.mark.fault("M03")
async def test_load_data_local_is_refused_by_a_real_server(target: MakeTarget, tmp_path: Path) -> None:
    session = await MysqlDriver(target(), LIMITS).connect()
    await run(session, "CREATE TEMPORARY TABLE t (a TEXT)")
    with pytest.raises(LiteBaseError):
        await run(session, f"LOAD DATA LOCAL INFILE '{tmp_path}/x' INTO TABLE t")
    await session.aclose()


_CONVERSATION = """
import asyncio, logging, random, sys
from tests.drivers.mysql.fake_server import fake_server, Talk
from tests.drivers.mysql.conftest import fake_target
from litebase.drivers.interface import DriverLimits, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.mysql.link.cancellation import _last_kills
from litebase.drivers.mysql.driver import MysqlDriver
from litebase.errors import LiteBaseError
import anyio

seed, count = int(sys.argv[1]), int(sys.argv[2])
chance = random.Random(seed)

def mutated(talk):
    honest = talk.raw
    def raw(data):
        data = bytearray(data)
        if chance.random() < 0.25:
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(data))
                how = chance.random()
                if how < 0.5: data[at] = chance.choice([0, 1, 0x7F, 0x80, *range(0xFA, 0x100), chance.randrange(256)])
                elif how < 0.75: data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 9)))
                else: del data[at:at + chance.randint(1, 9)]
                if not data: break
        honest(bytes(data))
    talk.raw = raw

async def script(talk):
    mutated(talk)
    await talk.prepare()
    for _ in range(3):
        await talk.hear()
        talk.rows([b"1", b"abc", b"x" * 200])
    await asyncio.sleep(0.01)
    talk.writer.close()

async def one(port):
    session = None
    with anyio.move_on_after(0.1):
        try:
            session = await MysqlDriver(fake_target(port), DriverLimits(0.05, 0.01)).connect()
            for _ in range(3):
                cursor = await session.execute(Statement("SELECT 1", first_rows=10))
                while await cursor.fetch(10): pass
                await cursor.aclose()
        except (LiteBaseError, Interrupted): pass
    if session is not None:
        await session.aclose()

async def main():
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # the server's own writes to a link that we dropped
    async with fake_server(script) as (port, _):
        for _ in range(count // 20):
            async with anyio.create_task_group() as tasks:
                for _ in range(20):
                    tasks.start_soon(one, port)
        for last in list(_last_kills):  # of sessions that were given up; the server is to see their end, too
            last.cancel()
        await asyncio.sleep(0.2)
asyncio.run(main())
print("lived")
"""


@pytest.mark.fault("M04")
def test_a_server_that_talks_nonsense_ends_its_session_and_nothing_else() -> None:
    seeds = random.Random(4).sample(range(10_000), 2)
    for seed in seeds:
        done = subprocess.run(
            [
                sys.executable,
                "-X",
                "faulthandler",
                "-W",
                "error::ResourceWarning",
                "-c",
                _CONVERSATION,
                str(seed),
                "400",
            ],
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == 0, f"seed {seed}: {done.stderr[-3000:]}"
        assert done.stdout == "lived\n"
        assert done.stderr == ""


@pytest.mark.fault("M05")
@pytest.mark.parametrize(
    "reply",
    [b"\xfe" + (2**32).to_bytes(8, "little"), b"\xfd\xff\xff\xff", b"\xfb", b"\xfc", b"\xff", b"\x05", b"\x00\xfe"],
)
async def test_an_impossible_reply_ends_the_session_at_once(reply: bytes) -> None:
    async def lie(talk: Talk) -> None:
        await talk.prepare()
        await talk.hear()
        talk.send(reply)
        talk.writer.write_eof()

    async with fake_server(lie) as (port, _):
        session = await MysqlDriver(fake_target(port), LIMITS).connect()
        with anyio.fail_after(SOON_S), pytest.raises(ConnectionLost):
            await session.execute(Statement("SELECT 1", first_rows=1))
        assert not session.usable
        await session.aclose()


@pytest.mark.fault("M04")
async def test_an_error_without_a_word_has_a_text_all_the_same() -> None:
    async def lie(talk: Talk) -> None:
        await talk.prepare()
        await talk.hear()
        talk.send(b"\xff\x28\x04#42000")

    async with fake_server(lie) as (port, _):
        session = await MysqlDriver(fake_target(port), replace(LIMITS, stop_patience_s=0.2)).connect()
        with pytest.raises(QueryFailed) as failed:
            await session.execute(Statement("SELECT 1", first_rows=1))
        assert failed.value.data().message
        assert not session.usable, "the server fell silent after its error"
        await session.aclose()


@pytest.mark.fault("M04")
async def test_an_impossible_count_of_changed_rows_ends_the_session() -> None:
    async def lie(talk: Talk) -> None:
        await talk.prepare()
        await talk.hear()
        talk.send(b"\0\xfe" + (1 << 63).to_bytes(8, "little") + b"\0\2\0\0\0")

    async with fake_server(lie) as (port, _):
        session = await MysqlDriver(fake_target(port), LIMITS).connect()
        with pytest.raises(ConnectionLost):
            await session.execute(Statement("SELECT 1", first_rows=1))
        assert not session.usable
        await session.aclose()


@pytest.mark.fault("M05")
async def test_descriptions_of_columns_without_an_end_are_not_collected() -> None:
    sent = 0

    async def lie(talk: Talk) -> None:
        nonlocal sent
        await talk.prepare()
        await talk.hear()
        talk.send(b"\xfc\x00\x10")  # 4,096 columns
        name = b"\xfd" + (1 << 20).to_bytes(3, "little") + bytes(1 << 20)
        for _ in range(4096):
            talk.send(b"\3def\0\0\0" + name + b"\0\x0c" + b"\x2d\0" + b"\xff\0\0\0" + b"\xfd\0\0\0\0\0")
            sent += 1
            await talk.writer.drain()

    async with fake_server(lie) as (port, _):
        session = await MysqlDriver(fake_target(port), LIMITS).connect()
        with anyio.fail_after(SOON_S), pytest.raises(ConnectionLost):
            await session.execute(Statement("SELECT 1", first_rows=1))
        assert sent < 100
        await session.aclose()


async def test_an_eof_packet_ends_a_result_although_ok_packets_were_agreed_on() -> None:
    """MySQL 9.7 sends one where a handler of a procedure catches an error in the midst of a result."""

    async def partial(talk: Talk) -> None:
        await talk.prepare()
        await talk.hear()
        talk.columns(1)
        talk.send(b"\xfe\0\0\x0a\0")  # further results follow
        talk.columns(1)
        talk.send(b"\x013")
        talk.send(b"\xfe\0\0\x0a\0\0\0")
        talk.ok()

    async with fake_server(partial) as (port, _):
        session = await MysqlDriver(fake_target(port), LIMITS).connect()
        first = await session.execute(Statement("CALL ph()", first_rows=1))
        assert await all_rows(first) == []
        second = await first.next_cursor()
        assert second is not None
        assert await all_rows(second) == [("3",)]
        assert await second.next_cursor() is None
        assert session.usable
        await session.aclose()
