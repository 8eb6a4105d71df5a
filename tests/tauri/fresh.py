"""The app of docs/tauri.md: the commands of the page are run, and its blocks go where it puts them."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.docs.pages import read
from tools.tauri import ROOT, WORKSPACE, environment

PAGE = read("docs/tauri.md")
NPM_S = 300.0
BUILD_S = 1200.0
_TICK_S = 0.1
# Cargo starts this in place of the app, which the driver of the tests starts itself.
_RUNNER = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(sys.argv[2]); time.sleep(3600)"
_NO_NETWORK = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "E403", "E404")


class Offline(Exception):
    """The registry of npm was not reached."""


def block(language: str, text: str) -> str:
    """The one block of the page in a language that has a text."""
    (found,) = (one for one in PAGE.blocks(language) if text in one)
    return found


@dataclass(frozen=True)
class FreshApp:
    """An app from the template, beside a checkout."""

    folder: Path  # in which `music` and `litebase` are

    @property
    def tauri(self) -> Path:
        """The Rust side."""
        return self.folder / "music" / "src-tauri"

    def create(self) -> None:
        """Run the commands of the page. Raises `Offline`."""
        (self.folder / "litebase").symlink_to(ROOT)
        for command in block("sh", "npm create").splitlines():
            done = subprocess.run(
                command, shell=True, cwd=self.folder, env={**os.environ, "npm_config_yes": "true"},
                capture_output=True, text=True, timeout=NPM_S, check=False,
            )  # fmt: skip
            if done.returncode and any(code in done.stderr for code in _NO_NETWORK):
                raise Offline(done.stderr.strip().splitlines()[0])
            assert done.returncode == 0, done.stderr

    def write(self, database: Path) -> None:
        """Put the blocks of the page into the files that it names."""
        dependency = block("toml", "tauri-plugin-litebase")
        dependency = dependency.replace("../../litebase", ROOT.as_posix())  # the same place, by the name cargo knows
        _edit(self.tauri / "Cargo.toml", "[dependencies]\n", f"[dependencies]\n{dependency}")
        library, plugin = self.tauri / "src" / "lib.rs", ".plugin(tauri_plugin_opener::init())"
        _edit(library, plugin, f"{plugin}\n        {block('rust', 'init()').strip()}")
        _edit(library, "generate_handler![greet]", "generate_handler![greet, healthy]")
        library.write_text(f"{library.read_text()}\n{block('rust', 'async fn healthy')}")
        for name, text in (("capabilities/default.json", "permissions"), ("tauri.conf.json", "csp")):
            path = self.tauri / name
            path.write_text(json.dumps(_merged(json.loads(path.read_text()), json.loads(block("json", text)))))
        self._leave_opener_out()
        script = block("ts", "tauriTransport")
        assert '"/data/music.db"' in script
        main = script.replace('"/data/music.db"', json.dumps(str(database)))
        (self.folder / "music" / "src" / "main.ts").write_text(main)

    def _leave_opener_out(self) -> None:
        """Without the template's own plugin the crates are those of the workspace, which are compiled already."""
        _edit(self.tauri / "Cargo.toml", 'tauri-plugin-opener = "2"\n', "")
        _edit(self.tauri / "src" / "lib.rs", "        .plugin(tauri_plugin_opener::init())\n", "")
        _edit(self.tauri / "capabilities" / "default.json", '"opener:default", ', "")

    @contextlib.contextmanager
    def dev(self) -> Iterator[Path]:
        """`npm run tauri dev`, without the app; where its program is."""
        shutil.copy(WORKSPACE / "Cargo.lock", self.tauri)  # the versions that are compiled already
        named, log = self.folder / "program", self.folder / "dev.log"
        with log.open("wb") as writing:
            process = subprocess.Popen(
                ["npm", "run", "tauri", "dev", "--", "--no-watch"],
                cwd=self.folder / "music",
                env=self._environment(named),
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                start_new_session=True,
            )
            try:
                end = time.monotonic() + BUILD_S
                while not named.is_file() or not named.read_text():
                    assert process.poll() is None, log.read_text(errors="replace")[-4000:]
                    assert time.monotonic() < end, log.read_text(errors="replace")[-4000:]
                    time.sleep(_TICK_S)
                yield (self.tauri / named.read_text()).resolve()
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
                process.wait(30)

    def _environment(self, named: Path) -> dict[str, str]:
        host = subprocess.run(["rustc", "--print", "host-tuple"], capture_output=True, text=True, check=True)
        runner = self.folder / "runner.py"
        runner.write_text(_RUNNER)
        triple = host.stdout.strip().upper().replace("-", "_")
        return {
            **environment(),
            "CARGO_TARGET_DIR": str(WORKSPACE / "target"),
            "CARGO_PROFILE_DEV_DEBUG": "0",  # as in the workspace, whose crates are used again
            f"CARGO_TARGET_{triple}_RUNNER": f"{sys.executable} {runner} {named}",
        }


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, f"{path} is not what the template had"
    path.write_text(text.replace(old, new))


def _merged(there: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """What a person makes of a file who is shown a part of it."""
    both = {
        name: _merged(there[name], more[name]) for name in there.keys() & more.keys() if isinstance(more[name], dict)
    }
    return {**there, **more, **both}
