"""Many clients at once are really served, and all their figures are measured."""

import json
from pathlib import Path

import pytest

from tools.bench import load, processes
from tools.bench.__main__ import main
from tools.bench.benchmarks import scale
from tools.bench.raw_client import RawClient, Unexpected, packed
from tools.bench.threads import Use


def test_a_quick_run_measures_every_number_of_clients(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures.json"
    assert main(["scale", "--quick", "--folder", str(tmp_path), "--json", str(file)]) == 0, capsys.readouterr().err
    figures = {one["question"]: one for one in json.loads(file.read_text(encoding="utf-8"))["figures"]}
    assert figures["clients served of 100 that connect, by default"]["ours"] == 64
    for name in (
        "64 clients, one request each in flight",
        "100 clients, one request each in flight",
        "1,000 requests in flight from 20 clients",
        "50 connections to three engines",
    ):
        assert figures[f"{name}: mixed work"]["ours"] > 0
        for what in ("health check, p50", "health check, p99", "query of one row, p99", "memory"):
            assert figures[f"{name}: {what}"]["ours"] > 0
    for what in ("mixed work", "another client's health check, p99", "CPU time per request"):
        assert figures[f"64 clients and 8 in turns: {what}"]["ours"] > 0
    rates = figures["100 clients, one request each in flight: mixed work"]["curve"]
    assert [clients for clients, _ in rates] == [1, 4, 16, 64, 100]


def test_each_request_in_flight_is_answered_and_counted_once() -> None:
    with processes.backend() as backend, RawClient(backend.socket) as client:
        visitor = load.Visitor(client, {"health": ("health_check", {})}, ["health"], in_flight=10)
        outcome = load.run([visitor], 0.2)
        client.send(packed("last", "health_check", {}))
        answer = client.receive()
        assert not client.frame_waits
        assert b"last" in bytes(answer[:50]), "no answer of the load is left"
    assert len(outcome.times["health"]) >= 10
    assert outcome.rate == pytest.approx(len(outcome.times["health"]) / outcome.duration_s)


def test_an_error_ends_the_load_and_is_raised() -> None:
    with processes.backend() as backend, RawClient(backend.socket) as client:
        visitor = load.Visitor(client, {"bad": ("fetch", {"result_id": "r", "offset": 0, "limit": 1})}, ["bad"])
        with pytest.raises(Unexpected, match="not_found"):
            load.run([visitor], 0.2)


def test_the_bend_is_where_nearly_the_highest_rate_is_reached() -> None:
    assert scale.bend([(1, 100.0), (4, 395.0), (16, 400.0), (64, 300.0)]) == 4
    assert scale.bend([(1, 100.0), (4, 200.0), (16, 400.0)]) == 16


def test_many_clients_are_compared_with_few_by_the_medians_of_their_turns() -> None:
    def turn(rate: float, check_ms: float, others_s: float, waits: float) -> scale.Turn:
        return scale.Turn(rate, [check_ms] * 100, Use(0.001, others_s, waits))

    found = scale.compared(
        {
            1: [turn(300, 1, 0.001, 1)],
            8: [turn(400, 2, 0.002, 3), turn(500, 4, 0.002, 3), turn(100, 90, 0.009, 30)],
            64: [turn(450, 10, 0.003, 5), turn(20, 80, 0.1, 90), turn(460, 12, 0.003, 5)],
        }
    )
    figures = {one.question.removeprefix("64 clients and 8 in turns: "): one for one in found}
    work, check = figures["mixed work"], figures["another client's health check, p99"]
    assert (work.ours, work.other, work.goal_met) == (450, 400, True)
    assert (check.ours, check.other, check.goal_met) == (12, 4, True)
    assert figures["CPU time per request"].ours == pytest.approx(4000)
    (share,) = (one for question, one in figures.items() if "lock" in question)
    assert share.ours == pytest.approx(50)
    assert share.other == pytest.approx(100 / 3)
    assert figures["waits of SQLite's threads per request"].ours == 5


def test_a_backend_with_other_limits_keeps_them() -> None:
    with processes.backend(limits={"max_results": 7, "max_clients": 1}) as backend, RawClient(backend.socket) as client:
        software, protocol = {"name": "test", "version": "1"}, {"major": 0, "minor": 1}
        limits = client.call("hello", client=software, protocol=protocol)["limits"]
        assert (limits["max_results"], limits["max_clients"]) == (7, 1)
