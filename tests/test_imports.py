"""What knows what, and what is loaded when."""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from litebase.drivers import ENGINES
from tests.end_to_end.process import running
from tests.work import SOON_S

ROOT = Path(__file__).parents[1]


def checked_contracts(root: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'generated' / 'python'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_import_contracts_hold() -> None:
    done = checked_contracts(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("room", ["litebase", "litebase/process", "litebase/server"])
def test_a_module_that_no_contract_names_breaks_the_check(room: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("litebase", "generated/python"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / room / "stray.py").touch()
    done = checked_contracts(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{room.replace('/', '.')}.stray" in done.stdout


LIBRARIES = {library for engine in ENGINES.values() for library in engine.libraries}


def test_no_module_outside_of_the_drivers_names_an_engine() -> None:
    """Adding one touches its folder and its row. The dialects of SQL are data that engines share, and the history is in
    a file of SQLite whatever the engines are.
    """
    for path in (ROOT / "litebase").rglob("*.py"):
        if not {"drivers", "history"}.isdisjoint(path.parts) or path.name == "dialect.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Constant):
                assert node.value not in (*ENGINES, *LIBRARIES), place
            elif isinstance(node, ast.alias):
                assert not node.name.lower().startswith(tuple(ENGINES)), place


HEAVY = (*LIBRARIES, "rich.console", "datamodel_code_generator", "litebase.client", "pytest")


def test_every_engine_is_in_the_contracts_of_engines() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    modules = {one["name"]: one.get("modules") or one.get("forbidden_modules") for one in contracts}
    assert set(modules["The engines are independent of one another"]) == {one.package for one in ENGINES.values()}
    assert set(modules["Only a driver's folder knows that engine's library"]) == LIBRARIES


def test_an_idle_backend_has_loaded_no_driver_and_no_tool(tmp_path: Path) -> None:
    """`-X importtime` tells every import of the process, also those behind a function's door."""
    arguments = [sys.executable, "-X", "importtime", "-m", "litebase.cli", "--socket", str(tmp_path / "socket")]
    with running(tmp_path, arguments=[*arguments, "--log-file", str(tmp_path / "log-file")]) as backend:
        with backend.dial() as line:
            line.ask_ok("health_check")
            idle = imported(backend.log)
            line.open_memory()
        backend.end()
    assert "litebase.process.lifecycle" in idle
    assert "litebase.server.channel" in idle
    for name in HEAVY:
        assert name not in idle, f"{name} is loaded before it is needed"
    assert "aiosqlite" in imported(backend.log), "it is loaded when a database is opened, so this test can see it"


def imported(importtime: Path) -> set[str]:
    lines = importtime.read_text(encoding="utf-8").splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


@pytest.mark.parametrize("options", [["--help"], ["--version"], ["--port", "x"], ["--no-token"], ["-pipe", "p"]])
def test_help_and_wrong_options_answer_without_loading_the_backend(options: list[str]) -> None:
    arguments = [sys.executable, "-X", "importtime", "-m", "litebase.cli", *options]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=SOON_S)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "argparse" in loaded
    for name in ("pydantic", "anyio", "structlog", "msgpack", "litebase.server", "litebase_schema"):
        assert name not in loaded


def test_the_client_loads_no_driver_and_no_server() -> None:
    script = "import sys, litebase.client; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=SOON_S)
    loaded = set(done.stdout.split())
    assert "litebase.client.channel" in loaded
    for name in (*LIBRARIES, "litebase.server", "litebase.drivers", "litebase.transport"):
        assert name not in loaded
