"""Database servers that lie, in every place of a conversation and in many ways: the backend lives and tells of it."""

import asyncio
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.fault_cases import Figure
from tests.hostile.trial import Trial, try_all
from tools.services import Service

EVERY_DAY = 150  # conversations for each engine
EVERY_DAY_S = 20.0
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
    return trial


def test_a_server_that_lies_anywhere_harms_nobody(service: Service, tmp_path: Path) -> None:
    trial = _try(tmp_path, service, iter(range(EVERY_DAY)), EVERY_DAY_S)
    assert trial.tried > 20
    assert len(trial.outcomes) > 4, trial.told()


@pytest.mark.long
def test_long_m04_servers_that_lie_in_every_way_harm_nobody(
    service: Service, tmp_path: Path, long_s: float, figure: Figure
) -> None:
    seed = time.time_ns() % 2**32
    trial = _try(tmp_path, service, count(seed), long_s)
    figure(f"{service.engine}, seeds from {seed}: {trial.told()}")
