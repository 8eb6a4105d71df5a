"""The Node.js peer reads the same rows as the backend, so the comparison is fair."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgpack
import pytest

from tools.bench import databases, peer, processes
from tools.bench.__main__ import main
from tools.bench.databases import ALL_ROWS
from tools.bench.engines import MARIADB, POSTGRESQL, Engine, connected, target
from tools.bench.raw_client import RawClient
from tools.services import Service

ROWS = 1500  # more than one batch


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    """Skip without the packages, which take 200 MB."""
    if not peer.is_installed():
        pytest.skip("NOT TESTED: Node's drivers are not installed. `python -m tools.bench peers --quick` installs them")


def read_by_us(client: RawClient, connection_id: str, sql: str) -> Sequence[Sequence[Any]]:
    rows: Sequence[Sequence[Any]] = client.call("query", connection_id=connection_id, sql=sql, window_rows=ROWS)["rows"]
    return rows


def read_by_peer(where: dict[str, Any], sql: str) -> Iterator[list[Any]]:
    with peer.peer(where, sql) as client:
        for frame in peer.frames(client):
            yield from msgpack.unpackb(frame)
        assert peer.read_all(client) == ROWS, "the same again on the same connection"


def test_the_peer_reads_the_same_rows_from_sqlite(tmp_path: Path) -> None:
    path = databases.wide(tmp_path, ROWS)
    with processes.backend() as backend, RawClient(backend.socket) as client:
        rows = read_by_us(client, client.connect_sqlite(path), ALL_ROWS)
    assert len(rows) == ROWS
    assert list(read_by_peer({"engine": "sqlite", "path": str(path)}, ALL_ROWS)) == rows


def compare(engine: Engine, service: Service) -> None:
    with connected(service) as (_, client, connection_id):
        client.call("query", connection_id=connection_id, sql="DROP TABLE IF EXISTS wide")
        client.call("query", connection_id=connection_id, sql=engine.make_wide.format(rows=ROWS))
        rows = read_by_us(client, connection_id, engine.all_rows)
        found = list(read_by_peer(target(service), engine.all_rows))
        client.call("query", connection_id=connection_id, sql="DROP TABLE wide")
    assert len(rows) == ROWS
    if engine is POSTGRESQL:  # pg returns 64-bit integers as digits
        found = [[*row[:2], int(row[2]), *row[3:]] for row in found]
    if engine is MARIADB:  # mysql2 reads some floats one bit off
        assert [row[3] for row in found] == pytest.approx([row[3] for row in rows], rel=1e-15)
        found = [[*theirs[:3], ours[3], *theirs[4:]] for theirs, ours in zip(found, rows, strict=True)]
    assert found == rows


def test_the_peer_reads_the_same_rows_from_postgresql(postgresql_service: Service) -> None:
    compare(POSTGRESQL, postgresql_service)


def test_the_peer_reads_the_same_rows_from_mariadb(mysql_service: Service) -> None:
    compare(MARIADB, mysql_service)


def test_a_quick_run_compares_all_three_engines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures.json"
    assert main(["peers", "--quick", "--folder", str(tmp_path), "--json", str(file)]) == 0, capsys.readouterr().err
    figures = json.loads(file.read_text(encoding="utf-8"))["figures"]
    assert [figure["question"].split(",")[0] for figure in figures] == ["SQLite", "PostgreSQL", "MariaDB"]
    assert all(figure["ratio"] > 0 for figure in figures)
