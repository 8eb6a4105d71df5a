"""Which tests `python -m tools.windows test` runs."""

import pytest

from tools.windows import __main__ as windows
from tools.windows.environment import ROOT


@pytest.mark.parametrize(
    ("options", "arguments"),
    [
        ([], [*windows.TESTS]),
        (["-x"], [*windows.TESTS, "-x"]),
        (["--quick"], [*windows.QUICK_TESTS]),
        (["--quick", "--durations=5"], [*windows.QUICK_TESTS, "--durations=5"]),
        (["tests/wire", "-x"], ["tests/wire", "-x"]),
    ],
    ids=str,
)
def test_all_tests_run_or_the_quick_ones_or_those_that_are_named(options: list[str], arguments: list[str]) -> None:
    assert windows.tests_of(options) == arguments


def test_every_listed_test_exists() -> None:
    for name in (*windows.TESTS, *windows.QUICK_TESTS):
        path, _, test = name.removeprefix("--deselect=").partition("::")
        assert (ROOT / path).exists(), name
        assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), name
