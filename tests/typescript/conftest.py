"""The TypeScript client, compiled once for the test session."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def package(typescript_package: Path) -> Path:
    """The folder of the package, with its `dist`."""
    return typescript_package
