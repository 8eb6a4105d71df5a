"""What the prompt shows of a server's processes, and how it stops one that was shown."""

import contextlib
import re
from pathlib import Path

import pytest
from litebase_schema.activity import DbProcess

from litebase.client.processes import as_tree
from tests.client.test_shell import Terminal
from tests.end_to_end.dialects import DIALECTS
from tools.services import Service


def process(process_id: str, *blocked_by: str) -> DbProcess:
    return DbProcess(
        process_id=process_id,
        user="u",
        database="d",
        client=None,
        application=None,
        state="active",
        sql="x",
        sql_complete=True,
        started_at=None,
        elapsed_ms=1,
        waits_for=None,
        blocked_by=list(blocked_by),
        ours=False,
        db_session_id=None,
    )


@pytest.mark.parametrize(
    ("processes", "tree"),
    [
        ({"1": "2", "2": "3", "3": "", "4": ""}, ["3", " 2", "  1", "4"]),
        ({"1": "3", "2": "3", "3": ""}, ["3", " 1", " 2"]),
        ({"1": "9 2", "2": ""}, ["2", " 1"]),
        ({"1": "2", "2": "1", "3": "2", "4": "4"}, ["4", "1", " 2", "  3"]),
        ({str(n): str(n + 1) for n in range(3000)}, None),
    ],
)
def test_who_waits_stands_below_who_is_in_the_way(processes: dict[str, str], tree: list[str] | None) -> None:
    shown = [
        " " * depth + one.process_id for one, depth in as_tree([process(n, *by.split()) for n, by in processes.items()])
    ]
    assert {one.strip() for one in shown} == set(processes)
    assert len(shown) == len(processes)
    assert tree is None or shown == tree


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
def test_what_was_listed_is_stopped(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    service: Service = request.getfixturevalue(f"{engine}_service")
    secret = tmp_path / "password"
    secret.write_text(f"{service.password}\n")
    target = [f"{engine}://{service.user}@{service.host}:{service.port}/{service.database}", "--password-file"]
    with (
        contextlib.closing(Terminal(*target, str(secret))) as busy,
        contextlib.closing(Terminal(*target, str(secret), "--environment", "production")) as terminal,
    ):
        for one in (busy, terminal):
            one.until("litebase> ")
        busy.type(f"{DIALECTS[engine].own_id};\n")
        found = re.search(r"^ +(\d+)\r", busy.until("litebase> "), re.MULTILINE)
        assert found is not None
        number = found.group(1)
        terminal.type(f"\\stop {number}\n")
        assert f"No process {number} has been listed." in terminal.until("litebase> ")
        terminal.type("\\processes\n")
        assert number in terminal.until("litebase> ")
        busy.type("SELECT 'first', ")
        busy.type(f"{DIALECTS[engine].sleep.removeprefix('SELECT ')};\n")
        busy.until(" read")
        terminal.type(f"\\stop {number} terminate\n")
        terminal.until("(y/N) ")
        terminal.type("y\n")
        assert f"{number} has gone on to something else" in terminal.until("litebase> ")
        terminal.type("\\processes\n")
        listed = terminal.until("litebase> ")
        assert re.search(rf"^ +{number} .*active .*SELECT", listed, re.MULTILINE)
        terminal.type(f"\\stop {number}\n")
        terminal.until("(y/N) ")
        terminal.type("n\n")
        assert "confirmation_required" in terminal.until("litebase> ")
        terminal.type(f"\\stop {number}\n")
        terminal.until("(y/N) ")
        terminal.type("y\n")
        assert f"The statement of {number} has ended." in terminal.until("litebase> ")
        busy.until("litebase> ")
        terminal.type(f"\\stop {number} at once\n")
        assert "\\stop ID terminate" in terminal.until("litebase> ")
