"""The files that take longest begin first, because one that begins last runs alone at the end: a pytest plugin."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
# Those of more than half a minute, by what `--durations` says of a run in three processes on two processors.
LONGEST = (
    "tools/bench/test_main.py",
    "tools/servers/test_everyday.py",
    "studio/test_studio.py",
    "typescript/test_compilers.py",
    "typescript/test_runtime.py",
    "end_to_end/test_links.py",
    "client/test_shell.py",
    "tools/bench/benchmarks/test_scale.py",
    "contract/test_agreement.py",
    "typescript/test_agreement.py",
    "sql/test_scanner.py",
    "end_to_end/test_resources.py",
    "end_to_end/test_tunnels.py",
    "end_to_end/test_objects_left.py",
    "end_to_end/test_stopped_copies.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The others stay in their order."""
    places = {HERE / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
