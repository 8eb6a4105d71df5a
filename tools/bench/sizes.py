"""How much each benchmark does: enough for stable figures, or just enough to see that everything works."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sizes:
    """Counts and times of one run. Both sides of a comparison are measured in turn, `repeats` or `blocks` times."""

    folder: Path  # of the databases, which the next run reuses
    repeats: int = 5  # of something slow
    blocks: int = 9  # of many short requests
    block_requests: int = 1000
    counted_requests: int = 500  # of which the instructions are counted, some fifty times more slowly
    counted_rows: int = 20_000  # the same
    rows: int = 1_000_000
    many_rows: int = 10_000_000
    idle_s: float = 2.0
    pause_s: float = 4.0
    cancels: int = 100
    load_s: float = 4.0  # for each number of clients
    tables: int = 1000  # of one schema


def quick(folder: Path) -> Sizes:
    """A run of a few seconds. Its figures mean little."""
    return Sizes(
        folder,
        repeats=1,
        blocks=2,
        block_requests=20,
        counted_requests=20,
        counted_rows=1000,
        rows=20_000,
        many_rows=50_000,
        idle_s=0.1,
        pause_s=0.2,
        cancels=5,
        load_s=0.3,
        tables=20,
    )
