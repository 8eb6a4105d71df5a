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


# Our modules that are loaded before the ready line, and the CPU time of each without what it loads, in ms: the least
# of seven runs on a busy machine, where the libraries that they need took 375. What is added makes every start longer.
LOADED_AT_START = {
    "litebase": 2.2,
    "litebase.drivers": 3.6,
    "litebase.drivers.interruption": 6.4,
    "litebase.errors": 4.1,
    "litebase.log": 2.2,
    "litebase.process": 0.6,
    "litebase.process.ending": 1.2,
    "litebase.process.exit_codes": 0.8,
    "litebase.process.hardening": 0.7,
    "litebase.process.lifecycle": 3.1,
    "litebase.process.memory": 1.4,
    "litebase.process.parent": 2.0,
    "litebase.process.watchdog": 2.3,
    "litebase.results": 0.2,
    "litebase.results.use": 2.4,
    "litebase.server": 0.5,
    "litebase.server.backend": 3.1,
    "litebase.server.call": 1.6,
    "litebase.server.channel": 4.6,
    "litebase.server.client_session": 13.6,
    "litebase.server.clients": 2.2,
    "litebase.server.methods": 3.1,
    "litebase.settings": 6.6,
    "litebase.transport": 0.5,
    "litebase.transport.address": 9.2,
    "litebase.transport.stream": 2.9,
    "litebase.transport.threads": 0.9,
    "litebase.transport.unix": 4.3,
    "litebase.wire": 0.3,
    "litebase.wire.frame": 1.3,
    "litebase.wire.packing": 2.8,
    "litebase.wire.protocol": 7.4,
    "litebase_schema": 0.5,
    "litebase_schema.base": 1.1,
    "litebase_schema.envelope": 1.3,
    "litebase_schema.opaque": 1.9,
    "litebase_schema.registry": 14.3,
}


def test_a_backend_that_starts_loads_these_modules_and_no_other_of_ours(tmp_path: Path) -> None:
    arguments = [sys.executable, "-X", "importtime", "-m", "litebase.cli", "--socket", str(tmp_path / "socket")]
    with running(tmp_path, arguments=[*arguments, "--log-file", str(tmp_path / "log-file")]) as backend:
        loaded = imported(backend.log)
    assert {name for name in loaded if name.partition(".")[0] in ("litebase", "litebase_schema")} == set(
        LOADED_AT_START
    )


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
