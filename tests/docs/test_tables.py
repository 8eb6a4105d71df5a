"""The tables of the documentation say what the program, the contract and the project files say."""

import json
import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from litebase_schema.connection import SqliteTarget
from litebase_schema.registry import PROTOCOL_MAJOR, PROTOCOL_MINOR

from litebase import __version__
from litebase.client import Client
from litebase.process.exit_codes import ExitCode
from tests.conftest import target_of
from tests.docs.pages import ROOT, read, table
from tools.services import Service

RUNNING, ENGINES, ARCHITECTURE = read("docs/running.md"), read("docs/engines.md"), read("docs/architecture.md")


def test_the_options_are_those_of_the_command_line() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "litebase.cli", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    real = set(re.findall(r"^  (-[a-z-]+)\b", printed, re.MULTILINE))
    written = {row[0].strip("`").split()[0] for row in table(RUNNING.section("Options"))}
    assert written == real


def test_the_exit_codes_are_those_of_the_process() -> None:
    assert table(RUNNING.section("Exit codes")) == [[str(code.value), code.meaning] for code in ExitCode]


def test_the_variables_of_the_environment_are_looked_at() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "litebase").rglob("*.py"))
    named = [name for row in table(RUNNING.section("Environment")) for name in re.findall(r"`(\w+)`", row[0])]
    assert len(named) > 4
    assert [name for name in named if f'"{name}"' not in source] == []


def test_the_ready_line_shown_is_of_this_version() -> None:
    shown = json.loads(RUNNING.blocks("json")[0])
    assert shown["version"] == __version__
    assert shown["protocol"] == f"{PROTOCOL_MAJOR}.{PROTOCOL_MINOR}"


def test_the_changelog_begins_with_this_version_and_its_protocol() -> None:
    newest = re.split(r"^## ", read("CHANGELOG.md").text, flags=re.MULTILINE)[1]
    assert newest.startswith(f"[{__version__}] - ")
    assert f"\nProtocol {PROTOCOL_MAJOR}.{PROTOCOL_MINOR}.\n" in newest


@pytest.mark.anyio
async def test_the_limits_are_those_that_hello_reports(client: Client) -> None:
    real = (await client.greet()).limits.model_dump()
    rows = table(read("docs/limits.md").text)
    assert {row[0].strip("`"): int(row[1].replace(",", "")) for row in rows} == real


@pytest.mark.anyio
async def test_the_engines_are_those_that_hello_reports(client: Client) -> None:
    rows = table(ENGINES.text.partition("## ")[0])
    assert {row[1].strip("`") for row in rows} == set((await client.greet()).engines)


@pytest.mark.anyio
async def test_the_capabilities_are_those_that_connections_report(
    client: Client, tmp_path: Path, postgresql_service: Service, mysql_service: Service
) -> None:
    file = SqliteTarget(engine="sqlite", path=str(tmp_path / "new.db"), mode="create")
    real = {}
    for engine, target in enumerate((file, target_of(postgresql_service), target_of(mysql_service))):
        for one in (await client.db_connect(target)).capabilities:
            real[one.name, engine] = one.available
    rows = table(ENGINES.section("Capabilities"))
    written = {(row[0].strip("`"), engine): row[1 + engine].startswith("yes") for row in rows for engine in range(3)}
    assert written == real


def test_the_tls_modes_are_those_of_the_contract() -> None:
    schema = json.loads((ROOT / "schema/connection.json").read_text(encoding="utf-8"))
    written = [row[0].strip("`") for row in table(ENGINES.section("TLS"))]
    assert written == schema["$defs"]["TlsMode"]["enum"]


def test_every_dependency_is_named_with_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = chain.from_iterable(project["project"]["optional-dependencies"].values())
    wanted = [*project["project"]["dependencies"], *extras, *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=~ ]", one)[0] for one in wanted}
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    names |= package["devDependencies"].keys()
    studio = json.loads((ROOT / "clients/studio/package.json").read_text(encoding="utf-8"))
    wanted = studio["dependencies"].keys() | studio["devDependencies"].keys()
    names |= {one for one in wanted if not one.startswith("@litebase/")}
    peer = json.loads((ROOT / "tools/bench/node/package.json").read_text(encoding="utf-8"))
    names |= peer["dependencies"].keys() | peer["optionalDependencies"].keys()
    for path in (ROOT / "generated/rust/Cargo.toml", *(ROOT / "clients/tauri").glob("*/Cargo.toml")):
        crate = tomllib.loads(path.read_text(encoding="utf-8"))
        wanted = crate["dependencies"].keys() | crate.get("dev-dependencies", {}).keys()
        names |= {one for one in wanted if not one.startswith("litebase-")}
    compilers = json.loads((ROOT / "tests/typescript/compilers/package.json").read_text(encoding="utf-8"))
    names |= compilers["devDependencies"].keys()
    studio = json.loads((ROOT / "clients/studio/package.json").read_text(encoding="utf-8"))
    names |= {one for part in ("dependencies", "devDependencies") for one in studio[part] if "@litebase/" not in one}
    rows = table(read("docs/dependencies.md").text)
    assert {row[0].strip("`") for row in rows} == names
    assert all(len(row[1].split()) >= 2 for row in rows)


def test_the_benchmarks_named_exist() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "tools.bench", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    names = re.search(r"one of ([\w,\s]+);", printed)
    assert names
    real = set(re.split(r",\s+", names[1].strip()))
    rows = table(read("docs/benchmarks.md").section("Run them"))
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row[0])} == real


def test_every_make_target_is_in_the_table() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    described = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    listed = set(re.findall(r"`make ([a-z-]+)", read("CONTRIBUTING.md").section("Make targets")))
    assert described == listed


def test_every_room_is_in_the_picture_and_in_the_table_of_places() -> None:
    rooms = {one.name for one in (ROOT / "litebase").iterdir() if (one / "__init__.py").exists()}
    section = ARCHITECTURE.section("The rooms")
    assert {room for room in rooms if f"`litebase/{room}/`" not in section} == set()
    (picture,) = ARCHITECTURE.blocks("")
    drawn = set(re.findall(r"\b(\w+)/", picture))
    engines = {one.name for one in (ROOT / "litebase/drivers").iterdir() if (one / "__init__.py").exists()}
    assert drawn == rooms | engines | {"handlers"}


def test_the_import_order_is_that_of_the_contracts() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = {one["containers"][0]: one["layers"] for one in contracts if "containers" in one}
    written = [block.splitlines() for block in ARCHITECTURE.blocks("text")]
    assert written == [layers["litebase"], layers["litebase.server"]]
