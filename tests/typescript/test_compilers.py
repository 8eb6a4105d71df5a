"""The published types in projects of others: three versions of TypeScript, ES modules and CommonJS, with and without
types of the DOM and of Node.js. The types of the packages themselves are checked, too (`skipLibCheck` is off)."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.typescript import node
from tools import typescript

PINNED = Path(__file__).parent / "compilers"
COMPILERS = typescript.ROOT / ".cache" / "compilers"
PROGRAM = """\
import { connect, encodeFrame, isLiteBaseError, mockTransport, VERSION } from "@litebase/client";
import type { Cell, Transport } from "@litebase/client";
import { completionSource, lintSource, type CompletionPlace } from "@litebase/client/codemirror";
import { PageCache } from "@litebase/client/grid";
import { spawnTransport, unixTransport } from "@litebase/client/node";
import { webSocketTransport } from "@litebase/client/web";

export const frame: Uint8Array<ArrayBuffer> = encodeFrame({ id: "1", type: "x", timestamp: new Date(), data: {} });
export const start = (): Transport => spawnTransport({ command: "x", env: { PATH: "/bin" } });
export const page = (): Transport => webSocketTransport({ url: "wss://example.org" });
export function bufferOf(cell: Cell): ArrayBuffer | null {
  return cell instanceof Uint8Array ? cell.buffer : null;
}
export async function work(any: Uint8Array): Promise<Cell[]> {
  const db = await connect(unixTransport({ path: "no-such-socket" }));
  const result = await db.query({ connection_id: "c", sql: "?", params: [any] }, { onProgress: () => undefined });
  new PageCache(db).setSource(result);
  const place: CompletionPlace | undefined = undefined;
  if (place !== undefined) await completionSource(db, { connection_id: "c" })(place);
  void lintSource(db, { dialect: "sqlite", check: "text" });
  for await (const window of result.windows()) for (const row of window.rows) return row;
  return [];
}
work(new Uint8Array(1)).catch((error: unknown) => {
  const said = isLiteBaseError(error, "unreachable") ? error.code : "?";
  (globalThis as unknown as { console: { log(...all: unknown[]): void } }).console.log(VERSION, said);
});
void mockTransport;
"""
WITH_SIGNAL = """\
export const { signal } = new AbortController();
export const stop = async (): Promise<unknown> => (await connect(mockTransport())).healthCheck({}, { signal });
export const stopped = async (): Promise<unknown> => new PageCache(await connect(mockTransport())).load(async (one) => {
  const same: AbortSignal = one;
  return { rows: [], same };
});
"""
WITH_DOM = """\
export const blob = (cell: Cell): Blob | null => (cell instanceof Uint8Array ? new Blob([cell]) : null);
export const sent = (socket: WebSocket): void => socket.send(frame);
export const made = (): Transport => webSocketTransport({ url: "ws://x", create: (url) => new WebSocket(url) });
"""
WITH_NODE = "export const inherit = (): Transport => spawnTransport({ env: process.env });\n"

# Which types there are beside those of the language.
SURROUNDINGS = {"dom": (True, False), "node": (False, True), "both": (True, True), "neither": (False, False)}
# `module`, which decides how modules are found, and the kind of the project's modules.
MODULES = {
    "bundler": ("ESNext", "Bundler", "module"),
    "nodenext": ("NodeNext", "NodeNext", "module"),
    "nodenext-commonjs": ("NodeNext", "NodeNext", "commonjs"),
    "node16-commonjs": ("Node16", "Node16", "commonjs"),
}
# Each compiler with each kind of modules and in each surroundings, but not in each pair of them: that takes minutes.
CASES = [
    (compiler, modules, [*SURROUNDINGS][(at + shift) % len(SURROUNDINGS)])
    for shift, compiler in enumerate(("5", "6", "7"))
    for at, modules in enumerate(MODULES)
]


@pytest.fixture(scope="session")
def compilers(package: Path) -> dict[str, list[str]]:
    """How to start each compiler. Where they cannot be installed the tests are skipped, in CI they fail."""
    COMPILERS.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PINNED / name, COMPILERS)
    try:
        typescript.install_packages(COMPILERS)
    except typescript.ToolsMissing as error:
        if "CI" in os.environ:
            raise
        pytest.skip(f"NOT TESTED: {error}")
    older = {name: [typescript.node(), str(_installed(f"typescript-{name}/bin/tsc"))] for name in ("5", "6")}
    return {**older, "7": [typescript.tool("tsc")]}


def _installed(name: str) -> Path:
    return COMPILERS / "node_modules" / name


def _lay_out(folder: Path, project: Path, modules: str, around: str, text: str) -> None:
    """A project of its own in `folder`, with the packed packages."""
    module, resolution, kind = MODULES[modules]
    dom, nodes = SURROUNDINGS[around]
    installed = folder / "node_modules"
    (installed / "@types").mkdir(parents=True)
    (installed / "@litebase").symlink_to(project / "node_modules" / "@litebase")
    (installed / "@types" / "node").symlink_to(_installed("@types/node"))
    text += (WITH_SIGNAL if dom or nodes else "") + (WITH_DOM if dom else "") + (WITH_NODE if nodes else "")
    (folder / "main.ts").write_text(text, encoding="utf-8")
    (folder / "package.json").write_text(json.dumps({"name": "app", "type": kind}), encoding="utf-8")
    options = {
        "strict": True,
        "exactOptionalPropertyTypes": True,
        "skipLibCheck": False,
        "target": "ES2022",
        "module": module,
        "moduleResolution": resolution,
        "lib": ["ES2022", "DOM"] if dom else ["ES2022"],
        "types": ["node"] if nodes else [],
        "rootDir": ".",
        "outDir": "out",
        "preserveSymlinks": False,
    }
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["main.ts"]}))


@pytest.mark.parametrize(("compiler", "modules", "around"), CASES)
def test_the_types_hold(
    compiler: str, modules: str, around: str, compilers: dict[str, list[str]], project: Path, tmp_path: Path
) -> None:
    _lay_out(tmp_path, project, modules, around, PROGRAM)
    done = subprocess.run(
        [*compilers[compiler], "--pretty", "false"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_a_mistake_is_seen(compilers: dict[str, list[str]], project: Path, tmp_path: Path) -> None:
    """Or the tests above would say nothing."""
    text = PROGRAM.replace('path: "no-such-socket"', "path: 7").replace("cell.buffer : null", "cell.buffer : 7")
    _lay_out(tmp_path, project, "node16-commonjs", "neither", text)
    for command in compilers.values():
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert done.stdout.count("error TS2322") == 2, done.stdout


@pytest.mark.parametrize("modules", ["nodenext", "nodenext-commonjs", "node16-commonjs"])
def test_what_was_compiled_runs(modules: str, compilers: dict[str, list[str]], project: Path, tmp_path: Path) -> None:
    _lay_out(tmp_path, project, modules, "neither", PROGRAM)
    node.run_program(compilers["7"], tmp_path)
    told = node.run_program([typescript.node(), "out/main.js"], tmp_path)
    manifest = json.loads((typescript.ROOT / typescript.CLIENT / "package.json").read_text(encoding="utf-8"))
    assert told == f"{manifest['version']} unreachable\n"


def test_no_type_of_node_is_needed() -> None:
    """Neither its namespace nor its modules: their versions differ, and not everyone has them."""
    for package in typescript.PACKAGES:
        for path in (typescript.ROOT / package / "dist").rglob("*.d.ts"):
            text = path.read_text(encoding="utf-8")
            assert "NodeJS" not in text, path
            assert "node:" not in text, path


@pytest.mark.parametrize("package", typescript.PACKAGES, ids=str)
def test_npm_compiles_a_package_as_we_do(package: Path) -> None:
    manifest = json.loads((typescript.ROOT / package / "package.json").read_text(encoding="utf-8"))
    assert " ".join(typescript.COMMONJS) in manifest["scripts"]["prepack"]
