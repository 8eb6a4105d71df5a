"""Templates of generated files: their text as it stands, with values where names stand."""

import re

import pytest

from tools.generation.template import FOLDER, filled


def test_names_are_replaced_and_all_else_stays() -> None:
    text = filled("python/base.py", secrets='{"password"}')
    assert 'SECRETS: Final = frozenset({"password"})\n' in text
    template = (FOLDER / "python" / "base.py.template").read_text(encoding="utf-8")
    assert text.replace('{"password"}', "$secrets") == template


def test_a_value_may_look_like_a_name() -> None:
    assert "frozenset($name)" in filled("python/base.py", secrets="$name")


def test_a_value_that_is_not_given_is_an_error() -> None:
    with pytest.raises(KeyError, match="secrets"):
        filled("python/base.py")


def test_every_template_is_used() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in FOLDER.parent.glob("*.py"))
    for path in FOLDER.rglob("*"):
        if path.is_file():
            assert re.search(rf'[/"]{re.escape(path.name.removesuffix(".template"))}"', sources), path
