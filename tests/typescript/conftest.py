"""The TypeScript client, compiled once for the test session."""

from pathlib import Path

import pytest

from tools import typescript


@pytest.fixture(scope="session")
def package(typescript_workspace: Path) -> Path:
    """The folder of `@litebase/client`, with its `dist`."""
    return typescript_workspace / typescript.CLIENT
