"""The TypeScript client, compiled once for the test session."""

import os
from pathlib import Path

import pytest

from tools import typescript


@pytest.fixture(scope="session")
def package() -> Path:
    """The folder of the package, compiled. Where it cannot be had the tests are skipped with the reason; not in CI."""
    try:
        typescript.build()
    except typescript.ToolsMissing as error:
        if "CI" in os.environ:
            raise
        pytest.skip(f"NOT TESTED: {error}")
    return typescript.PACKAGE
