"""One test in five: a pytest plugin for runs that repeat, on a build, what has passed from source."""

from collections import Counter
from pathlib import Path

import pytest

ONE_IN = 5  # shares no divisor with the numbers of engines that tests are repeated for, so each engine is among them


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the first test of each file and every fifth after it."""
    seen: Counter[Path] = Counter()
    kept, left_out = list[pytest.Item](), list[pytest.Item]()
    for item in items:
        (left_out if seen[item.path] % ONE_IN else kept).append(item)
        seen[item.path] += 1
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept
