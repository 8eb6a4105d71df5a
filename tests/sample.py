"""One test in five: a pytest plugin for runs that repeat, on a build, what has passed from source."""

from collections import Counter
from pathlib import Path

import pytest

ONE_IN = 5  # shares no divisor with the numbers of engines that tests are repeated for, so each engine is among them


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the first test of each file and every fifth after it."""
    seen: Counter[Path] = Counter()
    left_out = []
    for item in items:
        if seen[item.path] % ONE_IN:
            left_out.append(item)
        seen[item.path] += 1
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]
