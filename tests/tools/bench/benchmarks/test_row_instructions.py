"""What is counted is what rows cost, and a backend with longer slices of time reads them all the same."""

import os
import shutil
from pathlib import Path

import pytest

from tools.bench import databases, processes
from tools.bench.instructions import of_program
from tools.bench.raw_client import RawClient
from tools.bench.reading import read_all


def test_a_backend_with_longer_slices_of_time_reads_every_row(tmp_path: Path) -> None:
    with processes.backend(slower=50) as backend, RawClient(backend.socket) as client:
        connection_id = client.connect_sqlite(databases.wide(tmp_path, 3000))
        assert read_all(client, connection_id, databases.ALL_ROWS) == 3000


def test_a_program_that_does_more_takes_more_instructions() -> None:
    if shutil.which("valgrind") is None:
        pytest.skip("NOT TESTED: valgrind is not installed.")
    few, many = (of_program(["seq", str(count)], os.environ) for count in (1000, 50_000))
    assert 0 < few < many
