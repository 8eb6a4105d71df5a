"""What `npm pack` makes of both packages is installed into a fresh project, where it compiles and runs."""

import json
import re
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.typescript.node import run_program as run
from tools import typescript

NAMES = ["client", "contract"]
BROWSER = """\
import { connect, isLiteBaseError, mockTransport } from "@litebase/client";
const db = await connect(mockTransport({ health_check: () => { throw new Error("down"); } }));
try {
  await db.healthCheck();
} catch (error) {
  if (isLiteBaseError(error, "internal")) document.title = error.code;
}
"""
NODE = """\
import { connect, VERSION } from "@litebase/client";
import { spawnTransport, tcpTransport, unixTransport } from "@litebase/client/node";
try {
  await connect(unixTransport({ path: "no-such-socket" }));
} catch (error) {
  console.log(VERSION, error.code, typeof spawnTransport, typeof tcpTransport);
}
"""


def compile_there(project: Path, name: str, text: str, **options: object) -> str:
    """What the compiler says of one file of the project."""
    folder = project / name
    folder.mkdir()
    (folder / "main.ts").write_text(text, encoding="utf-8")
    settings = {"strict": True, "noEmit": True, "target": "ES2022", "types": [], **options}
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": settings}), encoding="utf-8")
    done = subprocess.run(
        [typescript.tool("tsc"), "--pretty", "false"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_a_package_holds_what_is_needed_and_nothing_else(name: str, project: Path) -> None:
    (packed,) = project.glob(f"litebase-{name}-*.tgz")
    with tarfile.open(packed) as archive:
        names = {name.removeprefix("package/") for name in archive.getnames()}
    assert {"package.json", "LICENSE", "README.md", "dist/index.js", "dist/index.d.ts", "src/index.ts"} <= names
    assert {name.split("/")[0] for name in names} == {"package.json", "LICENSE", "README.md", "dist", "src"}
    assert {Path(name).suffix for name in names} <= {".json", ".md", ".js", ".ts", ".map", ""}
    assert "dist/.built" not in names


def test_the_client_needs_nothing_but_the_contract_of_its_version() -> None:
    contract, client = (
        json.loads((typescript.ROOT / package / "package.json").read_text(encoding="utf-8"))
        for package in (typescript.CONTRACT, typescript.CLIENT)
    )
    assert client["dependencies"] == {contract["name"]: contract["version"]}
    for package in (contract, client):
        assert not package.keys() & {"peerDependencies", "optionalDependencies", "bundleDependencies"}
    assert "dependencies" not in contract


@pytest.mark.parametrize("name", NAMES)
def test_every_export_is_there_and_every_map_leads_to_a_file(name: str, project: Path) -> None:
    installed = project / "node_modules" / "@litebase" / name
    exports = json.loads((installed / "package.json").read_text(encoding="utf-8"))["exports"]
    paths = re.findall(r'"(\./[^"]+)"', json.dumps([*exports.values()]))
    assert len(paths) > len(exports)
    for path in paths:
        assert (installed / path).is_file(), path
    maps = sorted(installed.rglob("*.map"))
    assert maps
    for path in maps:
        for source in json.loads(path.read_text(encoding="utf-8"))["sources"]:
            assert (path.parent / source).is_file(), (path, source)


@pytest.mark.parametrize("resolution", [("ESNext", "Bundler"), ("NodeNext", "NodeNext")])
def test_a_page_compiles_without_the_types_of_node(project: Path, resolution: tuple[str, str]) -> None:
    module, how = resolution
    said = compile_there(project, f"browser-{how}", BROWSER, module=module, moduleResolution=how, lib=["ES2022", "DOM"])
    assert said == ""


def test_a_mistake_in_the_page_is_seen(project: Path) -> None:
    text = BROWSER.replace('"internal"', '"internel"')
    said = compile_there(project, "wrong", text, module="ESNext", moduleResolution="Bundler", lib=["ES2022", "DOM"])
    assert "main.ts(6,30): error TS2345" in said


def test_it_runs_in_node(project: Path) -> None:
    (project / "main.js").write_text(NODE, encoding="utf-8")
    manifest = typescript.ROOT / typescript.CLIENT / "package.json"
    version = json.loads(manifest.read_text(encoding="utf-8"))["version"]
    assert run([typescript.node(), "main.js"], project) == f"{version} unreachable function function\n"


def test_nothing_for_the_browser_needs_node(project: Path) -> None:
    entry = "".join(
        f'export * from "@litebase/client{name}";' for name in ("", "/mock", "/grid", "/codemirror", "/web")
    )
    (project / "entry.js").write_text(entry, encoding="utf-8")
    run(
        [typescript.tool("esbuild"), "entry.js", "--bundle", "--format=esm", "--platform=browser", "--outfile=all.js"],
        project,
    )
    bundle = (project / "all.js").read_text(encoding="utf-8")
    assert 'from "node:' not in bundle
    assert "require(" not in bundle
    assert "new Function" not in bundle
    assert "eval(" not in bundle


def test_what_a_page_does_not_use_is_left_out_of_its_bundle(project: Path) -> None:
    (project / "small.js").write_text('import { displayText } from "@litebase/client"; console.log(displayText);')
    bundle = run([typescript.tool("esbuild"), "small.js", "--bundle", "--format=esm", "--minify"], project)
    assert "displayText" not in bundle, "it is minified"
    assert "db_connect" not in bundle
    assert len(bundle) < 3000


def test_the_page_cache_is_an_entry_of_its_own(project: Path) -> None:
    """It is in no bundle that does not import it, and needs nothing of the rest but the name of an error."""
    bundles = {}
    for name in ("@litebase/client", "@litebase/client/grid"):
        (project / "entry2.js").write_text(f'export * from "{name}";', encoding="utf-8")
        bundles[name] = run([typescript.tool("esbuild"), "entry2.js", "--bundle", "--format=esm", "--minify"], project)
    core, grid = bundles.values()
    assert "cannot all be in sight" in grid
    assert "cannot all be in sight" not in core
    assert len(grid) < 10_000


def test_the_adapters_for_codemirror_need_nothing_of_the_rest(project: Path) -> None:
    (project / "entry3.js").write_text('export * from "@litebase/client/codemirror";', encoding="utf-8")
    bundle = run([typescript.tool("esbuild"), "entry3.js", "--bundle", "--format=esm", "--minify"], project)
    assert "completionSource" in bundle
    assert "db_connect" not in bundle
    assert len(bundle) < 5_000
