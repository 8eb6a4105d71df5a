"""What the crate of the contract has beside its modules."""

import tomllib

from litebase import __version__
from tests.tools.generation.small_contract import edited
from tools.generation.rust_package import LICENSE, generate

FILES = generate(edited({}))


def test_the_manifest_has_the_version_of_litebase_and_few_dependencies() -> None:
    manifest = tomllib.loads(FILES["Cargo.toml"])
    assert (manifest["package"]["name"], manifest["package"]["version"]) == ("litebase-contract", __version__)
    assert set(manifest["dependencies"]) == {"rmpv", "serde", "serde_bytes"}


def test_the_readme_has_the_version_of_the_protocol() -> None:
    assert "version 0.1:" in FILES["README.md"]


def test_the_license_is_that_of_the_repository() -> None:
    assert FILES["LICENSE"] == LICENSE.read_text(encoding="utf-8")
