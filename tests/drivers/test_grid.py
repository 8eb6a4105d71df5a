"""The same files in each engine's folder, so that who knows one finds the way in all."""

from importlib import import_module
from pathlib import Path

import pytest

from litebase.drivers import ENGINES

VERBS = {"execute", "run", "rows", "begin_statements", "apply_settings", "reset", "drop", "aclose"}
FILES = {"cursor", "driver", "errors", "self_test", "session", "statements", "target", "values"}


def _folder(engine: str) -> Path:
    found = import_module(ENGINES[engine].package).__file__
    assert found is not None
    return Path(found).parent


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_shows_the_files_that_every_engine_has(engine: str) -> None:
    """What only one engine needs is in a folder of its own, which says what it holds."""
    assert {path.stem for path in _folder(engine).glob("*.py")} == FILES | {"__init__"}
    inner = [path for path in _folder(engine).iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert len(inner) == 1
    assert (inner[0] / "__init__.py").read_text(encoding="utf-8").startswith('"""')


@pytest.mark.parametrize("engine", ENGINES)
def test_a_session_has_the_same_verbs_in_every_engine(engine: str) -> None:
    (session,) = [value for name, value in vars(ENGINES[engine].module("session")).items() if name.endswith("Session")]
    assert {name for name in vars(session) if not name.startswith("_")} >= VERBS
