"""The TypeScript client, compiled once for the test session."""

from pathlib import Path

import pytest

from tests.typescript import node
from tools import typescript


@pytest.fixture(scope="session")
def package(typescript_workspace: Path) -> Path:
    """The folder of `@litebase/client`, with its `dist`."""
    return typescript_workspace / typescript.CLIENT


@pytest.fixture(scope="session")
def project(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh project with the packed packages installed, and nothing else; not the one that needs Tauri."""
    folder = tmp_path_factory.mktemp("project")
    packed = [f"./{path.name}" for path in typescript.pack(folder) if "tauri" not in path.name]
    (folder / "package.json").write_text('{"name": "app", "private": true, "type": "module"}', encoding="utf-8")
    node.run_program(["npm", "install", "--offline", "--no-audit", "--no-fund", *packed], folder)
    names = {path.name for path in (folder / "node_modules").glob("[!.]*/*")}
    assert names == {Path(one).name.removeprefix("litebase-").rsplit("-", 1)[0] for one in packed}
    return folder
