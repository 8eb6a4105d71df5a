"""Database servers that lie, in every place of a conversation and in many ways: the backend lives and tells of it."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.end_to_end.invariants import rss
from tests.end_to_end.process import running
from tests.fault_cases import Figure
from tests.hostile.conversation import LyingServer, Recording
from tests.hostile.line import line_to
from tests.hostile.packets import FRAMINGS
from tests.hostile.trial import TO_THE_END, Trial, outcome_of, record, try_all
from tests.hostile.walk import TRUE_MS
from tools.services import Service

EVERY_DAY = 120  # conversations for each engine
EVERY_DAY_S = 7.0
MAX_RSS = 150_000_000


@pytest.fixture(params=[pytest.param("mysql", marks=pytest.mark.fault("M04", "M05")), "postgresql"])
def service(request: pytest.FixtureRequest) -> Service:
    """Each server in turn, to record its conversation."""
    found: Service = request.getfixturevalue(f"{request.param}_service")
    return found


def _try(folder: Path, service: Service, seeds: Iterator[int], seconds: float) -> Trial:
    trial = asyncio.run(try_all(folder, service, seeds, time.monotonic() + seconds))
    assert trial.crashed == [], trial.told()
    assert trial.unanswered == [], trial.told()
    assert trial.internal == [], trial.told()
    assert trial.wrong == [], trial.told()
    return trial


def test_a_server_that_lies_anywhere_harms_nobody(service: Service, tmp_path: Path) -> None:
    trial = _try(tmp_path, service, iter(range(EVERY_DAY)), EVERY_DAY_S)
    assert trial.tried > 20
    assert len(trial.outcomes) > 4, trial.told()


def _short_catalog(turn: bytes) -> bytes:
    """What the catalog says of a table ahead of a statement, in one column where ten were asked for."""
    packets = FRAMINGS["postgresql"].split(turn)
    if b"attrelid" not in turn or packets[0][:1] != b"1":
        return turn
    start = next(number for number, packet in enumerate(packets) if b"attrelid" in packet)
    end = next(number for number in range(start, len(packets)) if packets[number][:1] == b"C")
    short = [b"T\0\1a\0" + bytes(6) + b"\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0", b"D\0\1\0\0\0\0011"]
    return FRAMINGS["postgresql"].join([*packets[:start], *short, *packets[end:]], turn)


def _no_answers(turn: bytes) -> bytes:
    """The end of it all where the catalog was asked something."""
    packets = FRAMINGS["postgresql"].split(turn)
    if b"attrelid" not in turn or packets[0][:1] != b"1":
        return turn
    return FRAMINGS["postgresql"].join([packets[0], packets[-1]], turn)


def _endless_description(turn: bytes) -> bytes:
    """The description of a statement again and again, and never its end."""
    packets = FRAMINGS["postgresql"].split(turn)
    if [packet[:1] for packet in packets[:3]] != [b"1", b"t", b"T"]:
        return turn
    return FRAMINGS["postgresql"].join([*packets[:2], *[packets[2]] * 5000], turn)


SENSELESS = {
    "a description without an end": _endless_description,
    "a number that is none": lambda turn: turn.replace(b"\0\0\0\x0217", b"\0\0\0\x021;"),
    "a catalog that does not answer": _no_answers,
}


@pytest.mark.parametrize("change", SENSELESS.values(), ids=SENSELESS.keys())
def test_an_answer_of_postgresql_that_makes_no_sense_ends_the_session_and_is_no_fault_of_ours(
    change: Callable[[bytes], bytes], postgresql_service: Service, tmp_path: Path
) -> None:
    outcome = asyncio.run(_with(change, postgresql_service, tmp_path))
    assert outcome.partition(" ")[2] in {"connection_lost", "outcome_unknown"}


_PARAMETERS = b"t\0\2" + b"\0\0\0\x17" * 2


def _described_again(turn: bytes) -> bytes:
    """The parameters of a statement described again and again, and nothing behind it."""
    packets = FRAMINGS["postgresql"].split(turn)
    kinds = [packet[:1] for packet in packets]
    return FRAMINGS["postgresql"].join([*packets[:1], *[_PARAMETERS] * 100_000], turn) if b"t" in kinds else turn


def _described_among_rows(turn: bytes) -> bytes:
    """The same ahead of the first row."""
    packets = FRAMINGS["postgresql"].split(turn)
    kinds = [packet[:1] for packet in packets]
    if b"D" not in kinds or b"t" in kinds or kinds[0] != b"1":
        return turn
    at = kinds.index(b"D")
    return FRAMINGS["postgresql"].join([*packets[:at], *[_PARAMETERS] * 100_000], turn)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a file in memory to see libpq's messages in")
@pytest.mark.parametrize("change", [_described_again, _described_among_rows])
def test_memory_that_libpq_loses_to_a_server_that_lies_is_bounded(
    change: Callable[[bytes], bytes], postgresql_service: Service, tmp_path: Path
) -> None:
    """libpq forgets the parameters that were described before, 2 kB each: 200 MB here."""

    async def grown() -> tuple[str, int]:
        with running(tmp_path) as backend:
            recording = await record(backend, postgresql_service)
            changed = Recording(recording.engine, [change(turn) for turn in recording.turns])
            assert changed.turns != recording.turns
            before = rss(backend.pid)
            async with line_to(backend.endpoint) as line:
                outcome = await outcome_of(line, postgresql_service, LyingServer(changed, None), TRUE_MS)
            return outcome, rss(backend.pid) - before

    outcome, bytes_more = asyncio.run(grown())
    assert "connection_lost" in outcome
    assert bytes_more < 60_000_000


def test_a_catalog_that_lacks_columns_fails_no_statement(postgresql_service: Service, tmp_path: Path) -> None:
    assert asyncio.run(_with(_short_catalog, postgresql_service, tmp_path)) == TO_THE_END


def test_a_recorded_conversation_is_had_to_its_end_when_nobody_lies(service: Service, tmp_path: Path) -> None:
    assert asyncio.run(_with(lambda turn: turn, service, tmp_path)) == TO_THE_END


async def _with(change: Callable[[bytes], bytes], service: Service, folder: Path) -> str:
    """What comes of a conversation whose turns are changed."""
    with running(folder) as backend:
        recording = await record(backend, service)
        changed = Recording(recording.engine, [change(turn) for turn in recording.turns])
        async with line_to(backend.endpoint) as line:
            return await outcome_of(line, service, LyingServer(changed, None), TRUE_MS)


@pytest.mark.fault("M04")
@pytest.mark.long
def test_long_servers_that_lie_in_every_way_harm_nobody(
    service: Service, tmp_path: Path, long_s: float, figure: Figure
) -> None:
    seed = time.time_ns() % 2**32
    trial = _try(tmp_path, service, count(seed), long_s)
    figure(f"{service.engine}, seeds from {seed}: {trial.told()}")
