"""Clients and messages of every frozen version still work with today's backend."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from litebase.wire.packing import unpack_trusted
from litebase.wire.protocol import Message
from tests.conftest import RunningBackend
from tests.contract.golden import FRAMES_FILE, frames_of, outcome, read
from tests.contract.older import frozen_now, promised, rebuild_models, run_with_models
from tools.contract.bundle.bundle import read_bundle
from tools.contract.gate.baseline import Baseline, read_baselines
from tools.contract.gate.verdict import may_break
from tools.generation.source import SCHEMA_FOLDER
from tools.generation.tagged_json import to_json

FIRST = "0.1"
COMMITTED = {baseline.name: baseline for baseline in promised()}


@pytest.fixture(scope="module", params=[*COMMITTED, "of now"])
def baseline(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    """Each promised baseline, and today's contract as a baseline."""
    if request.param in COMMITTED:
        return COMMITTED[request.param]
    return frozen_now(tmp_path_factory.mktemp("frozen"))


@pytest.fixture(scope="module")
def models(baseline: Baseline, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models and tables of the baseline, generated from its bundle."""
    return rebuild_models(baseline.bundle.contract, tmp_path_factory.mktemp("models") / "python")


def refused_requests(frames: dict[str, Any]) -> Iterator[str]:
    """The frozen requests that today's backend refuses, with the reason."""
    for name, group in frames["messages"].items():
        for frame in group["valid"] if group["direction"] == "request" else ():
            event = read(frame, "request")
            if not isinstance(event, Message) or event.type != name:
                yield f"{name} {frame['name']}: {outcome(event)}"


def test_every_request_of_a_baseline_is_still_accepted(baseline: Baseline) -> None:
    assert list(refused_requests(baseline.frames)) == []


def decodes_the_same(frame: dict[str, Any]) -> bool:
    """Whether our decoder still reads a frozen frame as the value that was frozen with it."""
    return bool(to_json(unpack_trusted(bytes.fromhex(frame["hex"])[4:])) == frame["value"])


def test_every_frame_of_a_baseline_still_decodes_to_the_same_value(baseline: Baseline) -> None:
    for name, group in baseline.frames["messages"].items():
        frames = [*group["valid"], *group["later"]]
        assert [frame["name"] for frame in frames if not decodes_the_same(frame)] == [], name


def test_the_models_of_a_baseline_read_todays_answers(baseline: Baseline, models: Path) -> None:
    output = run_with_models(models, "tests.contract.baseline_reading", str(models), str(FRAMES_FILE))
    assert output["failures"] == []
    assert output["read"] > 300


def test_the_python_client_of_a_baseline_works_with_todays_backend(
    baseline: Baseline, models: Path, backend: RunningBackend
) -> None:
    output = run_with_models(models, "tests.contract.baseline_walk", backend.endpoint["path"], str(models))
    assert output["version"] == list(baseline.version)
    first = {one.type for one in baseline.bundle.messages.values() if one.since == FIRST and one.kind == "request"}
    assert first - set(output["sent"]) == set(), "tests/contract/baseline_walk.py must send these, too"
    assert set(output["sent"]) <= first


def test_a_baseline_is_skipped_only_if_the_version_may_break_it() -> None:
    today = read_bundle(SCHEMA_FOLDER).version
    skipped = [one.version for one in read_baselines(SCHEMA_FOLDER) if one.name not in COMMITTED]
    assert [version for version in skipped if not may_break(today, version)] == []


# the checks above can fail


def test_a_request_that_is_refused_now_is_found(baseline: Baseline) -> None:
    frames = baseline.frames
    valid = frames["messages"]["query"]["valid"]
    valid[0] = valid[0] | {"hex": valid[0]["hex"].replace(b"sql".hex(), b"sqx".hex())}
    (found,) = refused_requests(frames)
    assert found.startswith(f"query {valid[0]['name']}: {{'code': 'invalid_message', 'path': '/data/sql'")


def test_an_answer_that_old_models_cannot_read_is_found(models: Path, tmp_path: Path) -> None:
    frames = frames_of()
    lacking = frames["messages"]["health_response"]["invalid"]
    without = next(frame for frame in lacking if frame["name"] == "without pid")
    frames["messages"]["health_response"]["valid"].append(without)
    file = tmp_path / "frames.json"
    file.write_text(json.dumps(frames), encoding="utf-8")
    output = run_with_models(models, "tests.contract.baseline_reading", str(models), str(file))
    assert [failure.partition(":")[0] for failure in output["failures"]] == ["health_response without pid"]
