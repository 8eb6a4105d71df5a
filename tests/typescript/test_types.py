"""A wrong use of the client is a compile error, with the code that stands beside it in `types/`."""

import re
from pathlib import Path

import pytest

from tests.typescript.compiler import SETTINGS, diagnostics

FILES = sorted(SETTINGS.parent.glob("*.ts"))
DIRECTIVE = re.compile(r"^ *// @ts-expect-error TS(\d+) \S", re.MULTILINE)

pytestmark = pytest.mark.usefixtures("package")


def expected() -> dict[tuple[str, int], int]:
    """File and line of each use that is wrong on purpose, and the code of its error."""
    found = {}
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        for one in DIRECTIVE.finditer(text):
            found[path.name, text.count("\n", 0, one.start()) + 2] = int(one[1])
    return found


def test_right_uses_compile_and_wrong_ones_do_not(tmp_path: Path) -> None:
    for path in FILES:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert diagnostics(tmp_path) == []


def test_each_wrong_use_fails_for_the_reason_that_is_named(tmp_path: Path) -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8").replace("// @ts-expect-error", "// without:")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    found = {(one.file, one.line): one.code for one in diagnostics(tmp_path)}
    assert found == expected()


def test_every_directive_names_a_code_and_a_reason() -> None:
    directives = sum(path.read_text(encoding="utf-8").count("@ts-expect-error") for path in FILES)
    assert directives == len(expected()) > 40
