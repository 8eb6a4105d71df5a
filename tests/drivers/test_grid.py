"""The engines' folders show the same files, and their sessions the same verbs: who knows one engine knows them all."""

from importlib import import_module
from inspect import isclass, isfunction
from pathlib import Path

import pytest

from litebase.drivers import ENGINES

ROOT = Path(__file__).parents[2]
PACKAGES = [*(engine.package for engine in ENGINES.values()), "tests.toy_engine"]
FILES = {"driver", "session", "cursor", "values", "errors", "statements", "target", "self_test", "literals"}
OPTIONAL = {"alter", "catalog", "rows", "explain", "activity", "bulk", "compare", "copies", "dumps", "edits"}
VERBS = {
    "apply_settings", "begin_statements", "waits_for_readers", "execute", "execute_all", "rows", "run", "reset", "drop",
    "aclose", "watch", "responds", "check",
}  # fmt: skip


@pytest.mark.parametrize("package", PACKAGES)
def test_every_engine_shows_the_same_files_and_keeps_its_own_one_level_deeper(package: str) -> None:
    folder = ROOT.joinpath(*package.split("."))
    shown = {path.stem for path in folder.glob("*.py")} - {"__init__", "test_conformance"}
    assert FILES <= shown <= FILES | OPTIONAL
    deeper = [path.relative_to(folder) for path in folder.rglob("*.py") if path.parent != folder]
    assert [path for path in deeper if len(path.parts) > 2] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_session_has_the_same_verbs(package: str) -> None:
    module = import_module(f"{package}.session")
    (session,) = [one for one in vars(module).values() if isclass(one) and one.__module__ == module.__name__]
    assert {name for name, one in vars(session).items() if isfunction(one) and not name.startswith("_")} == VERBS
