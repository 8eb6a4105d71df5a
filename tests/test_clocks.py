"""Tests bound the work that is done and not the time it takes: a clock says how fast and how busy the machine is."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
CLOCKS = r"(?:monotonic|perf_counter|process_time|thread_time|current_time|loop\.time)\(\)"
BOUND = re.compile(CLOCKS + r" - [\w.]+ <=? *(.*)")  # from above; one from below holds on every machine
ALLOWED = (
    "SOON_S",  # only so that nothing hangs
    "ONE_PAYLOAD_S",  # as above, in processor time
    "0.1 * len(TEXT) / 100",  # what it must be told from takes as long on every machine
)


def test_no_test_fails_because_the_machine_is_slow() -> None:
    """`tests/work.py` has what to use instead."""
    found = [
        f"{path.relative_to(TESTS)}: {line.strip()}"
        for path in sorted(TESTS.rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if (bound := BOUND.search(line)) and not bound[1].startswith(ALLOWED)
    ]
    assert found == []
