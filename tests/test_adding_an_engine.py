"""docs/adding-an-engine.md, step by step: an engine that is added to a copy of the sources works in a real process."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end.process import Running, running

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "adding-an-engine.md"
_TEXT = re.compile(r"^```(?:json|toml|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "dist", "build", "htmlcov")


@dataclass(frozen=True)
class Copy:
    """The sources with the toy engine in them."""

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": f"{self.root}{os.pathsep}{self.root / 'generated' / 'python'}"}

    def run(self, *arguments: str, given: str = "") -> str:
        """What a program of the copy prints; it must end well."""
        done = subprocess.run(
            arguments,
            cwd=self.root,
            env={**os.environ, **self.environment},
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def insert(self, path: str, before: str, text: str) -> None:
        """Put a text into a file, before the only place that reads so."""
        file = self.root / path
        content = file.read_text(encoding="utf-8")
        assert content.count(before) == 1, f"{path} has {content.count(before)} times {before!r}"
        file.write_text(content.replace(before, text + before), encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The steps of the guide, with its own texts."""
    made = Copy(tmp_path_factory.mktemp("work") / "copy")
    shutil.copytree(ROOT, made.root, ignore=LEFT_OUT)
    target, branch, package, row = _TEXT.findall(GUIDE.read_text(encoding="utf-8"))
    made.insert("schema/connection.json", '    "HostName": {', target.rstrip() + ",\n")
    made.insert("schema/connection.json", '],\n      "discriminator"', ", " + branch.strip())
    made.run(sys.executable, "-m", "tools.generate")
    independent = ', "litebase.drivers.mysql"]'
    made.insert("pyproject.toml", independent, ", " + package.strip())
    made.insert("litebase/drivers/__init__.py", "}\n\n\ndef engine_limits", row)
    shutil.copytree(ROOT / "tests" / "toy_engine", made.root / "litebase" / "drivers" / "toy", ignore=LEFT_OUT)
    for file in (made.root / "litebase" / "drivers" / "toy").rglob("*.py"):
        text = file.read_text(encoding="utf-8").replace("tests.toy_engine", "litebase.drivers.toy")
        file.write_text(text, encoding="utf-8")
    (made.root / "litebase" / "drivers" / "toy" / "test_conformance.py").unlink()
    return made


@pytest.fixture(scope="module")
def backend(copy: Copy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("backend"), environment=copy.environment, cwd=copy.root) as started:
        yield started


def test_its_contract_is_kept_and_what_is_generated_fits(copy: Copy) -> None:
    assert "0 broken" in copy.run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")


def test_the_self_test_tries_it(copy: Copy) -> None:
    lines = copy.run(sys.executable, "-m", "litebase.cli", "--self-test").splitlines()
    assert lines[-1].split()[:2] == ["toy", "ok"]
    assert "4 planets were read" in lines[-1]


def test_the_prompt_knows_its_targets(copy: Copy) -> None:
    shown = copy.run(sys.executable, "-m", "litebase.client", "toy:", given="SELECT name, moons FROM planets LIMIT 3;")
    assert [line.split() for line in shown.splitlines()[2:]] == [
        ["Mercury", "│", "0"],
        ["Venus", "│", "0"],
        ["Earth", "│", "1"],
    ]


def test_a_backend_tells_it_and_runs_its_queries(backend: Running) -> None:
    with backend.dial() as line:
        greeting = {"protocol": {"major": 0, "minor": 1}, "client": {"name": "test", "version": "1"}}
        assert "toy" in line.ask_ok("hello", greeting)["engines"]
        opened = line.ask_ok("db_connect", {"engine": "toy"})
        assert (opened["engine"], opened["server_version"], opened["read_only"]) == ("toy", "1.0", True)
        capabilities = {one["name"]: one["reason"] for one in opened["capabilities"]}
        assert capabilities["isolation_levels"] == "The toy engine has no transactions."
        assert capabilities["stop_statements"] is None
        query = {"connection_id": opened["connection_id"], "sql": "SELECT name, ?, moons FROM planets", "params": ["x"]}
        answer = line.ask_ok("query", query)
        assert [column["kind"] for column in answer["columns"]] == ["text", "text", "integer"]
        assert answer["rows"][2] == ["Earth", "x", 1]
        assert answer["complete"]
        failed = line.ask_error("query", {**query, "sql": "SELECT name,\nrings FROM planets"})
        assert (failed["code"], failed["details"]["line"], failed["details"]["column"]) == ("query_failed", 2, 1)


def test_windows_of_a_long_result_are_fetched(backend: Running) -> None:
    with backend.dial() as line:
        connection_id = line.ask_ok("db_connect", {"engine": "toy"})["connection_id"]
        sql = "SELECT n FROM numbers LIMIT 30000"
        answer = line.ask_ok("query", {"connection_id": connection_id, "sql": sql, "window_rows": 100})
        assert not answer["complete"]
        assert answer["rows"] == [[n] for n in range(1, 101)]
        for offset in (29_950, 12_000, 50):
            window = line.ask_ok("fetch", {"result_id": answer["result_id"], "offset": offset, "limit": 40})
            assert window["rows"] == [[n] for n in range(offset + 1, offset + 41)]


def test_a_statement_that_would_never_end_is_cancelled_and_the_next_one_runs(backend: Running) -> None:
    with backend.dial() as line:
        connection_id = line.ask_ok("db_connect", {"engine": "toy"})["connection_id"]
        endless = line.send("query", {"connection_id": connection_id, "sql": "SELECT n FROM silence"})
        assert line.ask_ok("cancel", {"request_id": endless})["outcome"] == "stopped"
        assert line.answer(endless)["data"]["code"] == "cancelled"
        assert line.ask_ok("query", {"connection_id": connection_id, "sql": "SELECT 1"})["rows"] == [[1]]


def test_what_it_cannot_do_says_so(backend: Running) -> None:
    with backend.dial() as line:
        connection_id = line.ask_ok("db_connect", {"engine": "toy"})["connection_id"]
        db_session_id = line.ask_ok("open_db_session", {"connection_id": connection_id})["db_session_id"]
        refused = line.ask_error("begin", {"db_session_id": db_session_id})
        assert (refused["code"], refused["message"]) == ("unsupported", "The toy engine has no transactions.")
