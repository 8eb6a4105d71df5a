"""Each server answers what it is asked, and what is counted is what the requests cost."""

import shutil
from pathlib import Path

import msgpack
import pytest

from tools.bench.benchmarks import small_requests
from tools.bench.instructions import Counter
from tools.bench.sizes import quick


@pytest.mark.parametrize("name", ["ours", "streams", "protocol", "thread"])
def test_every_server_answers_both_requests(name: str) -> None:
    with small_requests.serving(name) as side:
        answers = {what: msgpack.unpackb(side.ask(what)) for what in side.requests}
    health, query = (one["data"] for one in answers.values())
    assert (health["status"], health["protocol"], len(health)) == ("healthy", {"major": 0, "minor": 2}, 15)
    assert (query["columns"][0]["name"], query["rows"], query["complete"]) == ("1", [[1]], True)


def test_cpu_time_is_found_for_each_side_and_request(tmp_path: Path) -> None:
    found = small_requests.timed(quick(tmp_path))
    assert set(found) == {"ours", "streams", "protocol", "thread"}
    assert all(cost > 0 for costs in found.values() for cost in costs.values())


def test_instructions_are_those_of_the_requests_alone(tmp_path: Path) -> None:
    if shutil.which("valgrind") is None:
        pytest.skip("NOT TESTED: valgrind is not installed.")
    counter = Counter(tmp_path)
    with small_requests.serving("protocol", counter.command) as side:
        few = counter.each(side.pid, lambda: side.ask("health check"), 50)
        many = counter.each(side.pid, lambda: side.ask("health check"), 100)
    assert few == pytest.approx(many, rel=0.1)
    assert 10_000 < many < 1_000_000
