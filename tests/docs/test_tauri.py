"""The page for Tauri: what it shows is what the plugin, its test app and the client have."""

import json
import re
import tomllib

import pytest

from tests.docs.pages import ROOT, read
from tests.typescript.node import compile_all, lay_out
from tools import typescript

PAGE = read("docs/tauri.md")
APP = ROOT / "clients" / "tauri" / "tests" / "app"
PLUGIN = ROOT / "clients" / "tauri" / "tauri-plugin-litebase"


def block_with(language: str, text: str) -> str:
    (found,) = (block for block in PAGE.blocks(language) if text in block)
    return found


def test_the_line_of_rust_is_that_of_the_test_app() -> None:
    assert block_with("rust", "init()").strip() in (APP / "src" / "main.rs").read_text(encoding="utf-8")


def test_the_crate_and_the_packages_are_where_the_page_says() -> None:
    (dependency,) = tomllib.loads(block_with("toml", "tauri-plugin-litebase")).values()
    assert (ROOT / dependency["path"].removeprefix("../../litebase/") / "Cargo.toml").is_file()
    folders = re.findall(r"\./litebase/(\S+)", block_with("sh", "npm create"))
    assert folders == [package.as_posix() for package in typescript.PACKAGES]


def test_the_page_may_do_what_the_plugin_needs() -> None:
    granted = json.loads(block_with("json", "permissions"))["permissions"]
    assert "litebase:default" in granted
    commands = re.search(r"= &\[(.*?)\]", (PLUGIN / "build.rs").read_text(encoding="utf-8"))
    assert commands is not None
    default = tomllib.loads((PLUGIN / "permissions" / "default.toml").read_text(encoding="utf-8"))["default"]
    assert default["permissions"] == [f"allow-{name}" for name in re.findall(r'"(\w+)"', commands[1])]


def test_the_configuration_is_that_of_the_test_app_and_of_the_plugin() -> None:
    shown = json.loads(block_with("json", "csp"))
    real = json.loads((APP / "tauri.conf.json").read_text(encoding="utf-8"))
    assert shown["app"]["security"] == real["app"]["security"]
    fields = re.findall(r"^    pub (\w+):", (PLUGIN / "src" / "place.rs").read_text(encoding="utf-8"), re.MULTILINE)
    assert shown["plugins"]["litebase"].keys() <= set(fields)
    assert json.loads(block_with("json", "resources")) == {"bundle": {"resources": {"litebase/": "litebase/"}}}


@pytest.mark.parametrize("page", ["docs/tauri.md", "clients/tauri/guest/README.md"])
def test_the_code_for_the_page_compiles(
    page: str, typescript_workspace: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert typescript_workspace
    folder = tmp_path_factory.mktemp("page")
    for number, block in enumerate(read(page).blocks("ts")):
        (folder / f"block{number}.ts").write_text(block, encoding="utf-8")
    lay_out(folder, [])
    assert [*compile_all(folder).glob("*.js")]
