"""What the npm package of the contract has beside its modules."""

import json

from litebase import __version__
from tests.tools.generation.small_contract import edited
from tools.generation.typescript_package import LICENSE, generate

FILES = generate(edited({}))


def test_the_manifest_has_the_version_of_litebase_and_no_dependency() -> None:
    manifest = json.loads(FILES["package.json"])
    assert (manifest["name"], manifest["version"]) == ("@litebase/contract", __version__)
    assert not [key for key in manifest if key.lower().endswith("dependencies")]


def test_the_readme_has_the_version_of_the_protocol() -> None:
    assert "version 0.1:" in FILES["README.md"]


def test_the_license_is_that_of_the_repository() -> None:
    assert FILES["LICENSE"] == LICENSE.read_text(encoding="utf-8")
    assert FILES["LICENSE"].startswith("MIT License")
