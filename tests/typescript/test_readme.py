"""The TypeScript of every README: each block compiles, and those marked `run` do what they say."""

import re
import sys
from pathlib import Path

import pytest

from tests.conftest import RunningBackend
from tests.typescript import node
from tools import sample_database, typescript

README, OF_CONTRACT, OF_PROJECT = (
    (typescript.ROOT / place / "README.md").read_text(encoding="utf-8")
    for place in (typescript.CLIENT, typescript.CONTRACT, "")
)
BLOCKS = re.findall(r"^```ts( run)?\n(.*?)^```", README + OF_CONTRACT + OF_PROJECT, re.MULTILINE | re.DOTALL)
_PRELUDE = """
import { connect } from "@litebase/client";
import { unixTransport } from "@litebase/client/node";

export const db = await connect(unixTransport({ path: process.env["LITEBASE_SOCKET"] ?? "" }));
const path = process.env["LITEBASE_DATABASE"] ?? "";
const opened = await db.dbConnect({ engine: "sqlite", path, mode: "read_only" });
export const connection_id = opened.connection_id;
"""
_RUN_ALL = 'const { db } = await import("./prelude.js");\n{blocks}await db.close();\n'


def with_what_came_before(block: str) -> str:
    """A block as a module: what an earlier part of the page has made is imported."""
    used = []
    if "db." in block and "const db" not in block:
        used.append("db")
    if "connection_id" in block and "const { connection_id }" not in block and 'connection_id: "c"' not in block:
        used.append("connection_id")
    before = f'import {{ {", ".join(used)} }} from "./prelude.js";\n' if used else ""
    return f"{before}{block}\nexport {{}};\n"


@pytest.fixture(scope="module")
def page(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every block, compiled under the strict settings of the package."""
    folder = tmp_path_factory.mktemp("readme")
    node.lay_out(folder, [], noUnusedLocals=False)
    (folder / "prelude.ts").write_text(_PRELUDE, encoding="utf-8")
    for index, (_, block) in enumerate(BLOCKS):
        (folder / f"block{index}.ts").write_text(with_what_came_before(block), encoding="utf-8")
    return node.compile_all(folder)


@pytest.mark.parametrize("index", [index for index, (run, _) in enumerate(BLOCKS) if run])
def test_a_block_marked_run_works(index: int, page: Path, backend: RunningBackend, database: Path) -> None:
    main = page / f"run{index}.js"
    main.write_text(_RUN_ALL.replace("{blocks}", f'await import("./block{index}.js");\n'), encoding="utf-8")
    environment = {
        "LITEBASE_SOCKET": backend.endpoint["path"],
        "LITEBASE_DATABASE": str(database),
        "PATH": f"{database.parent}:{Path(typescript.node()).parent}:/usr/bin:/bin",
    }
    told = node.run([main], environment, folder=database.parent).decode()
    for line in re.findall(r"// ([\[A-Z][^\n]*)$", BLOCKS[index][1], re.MULTILINE):
        assert line in told, "a comment that shows what is printed"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample database as `music.db`, in a folder where `litebase-backend` is found, too."""
    folder = tmp_path_factory.mktemp("music")
    sample_database.make(folder / "music.db")
    program = folder / "litebase-backend"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m litebase.cli "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    return folder / "music.db"


_BRIDGED = """
import assert from "node:assert/strict";
import { connect } from "node:net";
import { connectThrough } from "./blockN.js";

// What the Rust side of an app does, on the backend's socket.
function bridge(refused) {
  const socket = connect(process.env.LITEBASE_SOCKET);
  const invoke = async (command, body) => {
    if (command === refused) throw `${command} is not allowed`;
    if (command === "litebase_send") socket.write(body);
    if (command === "litebase_close") socket.destroy();
  };
  const copied = (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return {
    invoke,
    onBytes: (listener) => socket.on("data", (bytes) => listener(copied(bytes))),
    onEnd: (listener) => socket.on("close", listener),
    socket,
  };
}
const db = await connectThrough(bridge());
console.log((await db.healthCheck()).status);
await db.close();
for (const refused of ["litebase_open", "litebase_send"]) {
  const refusing = bridge(refused);
  const message = new RegExp(`${refused} is not allowed`);
  await assert.rejects(connectThrough(refusing), { code: "unreachable", message });
  refusing.socket.destroy();
}
"""


def test_the_transport_for_tauri_works_and_ends_when_a_call_is_refused(page: Path, backend: RunningBackend) -> None:
    (index,) = (at for at, (_, block) in enumerate(BLOCKS) if "connectThrough" in block)
    (page / "bridged.js").write_text(_BRIDGED.replace("blockN", f"block{index}"), encoding="utf-8")
    assert node.run([page / "bridged.js"], {"LITEBASE_SOCKET": backend.endpoint["path"]}) == b"healthy\n"


def test_most_blocks_are_run() -> None:
    assert len(BLOCKS) - sum(bool(run) for run, _ in BLOCKS) <= 3
    assert len(BLOCKS) > 10
    assert "```ts run\n" in OF_PROJECT


def test_every_section_that_the_list_names_exists() -> None:
    titles = {
        re.sub(r"[^a-z -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^## (.*)$", README, re.MULTILINE)
    }
    named = re.findall(r"\]\(#([a-z-]+)\)", README)
    assert set(named) == titles
