"""Make an installer of an app with the built backend among its resources.

    python -m tools.tauri.bundle            the Studio, as a release, for this system
    python -m tools.tauri.bundle --debug    the same, built without optimization, which takes a fraction of the time

Tauri's own program makes the installer; it is installed into `.cache`.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools import typescript
from tools.build.__main__ import build as build_backend
from tools.tauri import ROOT, STUDIO, WORKSPACE, ToolsMissing, environment, studio

_CLI = "@tauri-apps/cli@2.11.5"
_CLI_FOLDER = ROOT / ".cache" / "tauri" / "cli"
_STEP_S = 3600.0


def bundle(app: Path, backend: Path, kind: str | None, *, debug: bool) -> list[Path]:
    """Bundle an app that cargo has built; the files or folders that were made. Without a kind, all of this system."""
    settings = {"bundle": {"active": True, "resources": {f"{backend}/": "litebase/"}}}
    command = [str(_cli()), "bundle", "--ci", "--config", json.dumps(settings)]
    command += ["--debug"] if debug else []
    command += ["--bundles", kind] if kind else []
    subprocess.run(command, cwd=app, env=environment(), timeout=_STEP_S, check=True)
    made = WORKSPACE / "target" / ("debug" if debug else "release") / "bundle"
    name = json.loads((app / "tauri.conf.json").read_text(encoding="utf-8"))["productName"]  # others are there, too
    return sorted(path for path in made.glob(f"{kind or '*'}/{name}*") if path.suffix.lower() in _SUFFIXES)


_SUFFIXES = {".deb", ".rpm", ".appimage", ".dmg", ".app", ".msi", ".exe"}


def _cli() -> Path:
    """Tauri's program, in the version that belongs to the crates."""
    node = typescript.node()
    program = _CLI_FOLDER / "node_modules" / "@tauri-apps" / "cli" / "package.json"
    version = _CLI.rpartition("@")[2]
    if not program.is_file() or json.loads(program.read_text(encoding="utf-8"))["version"] != version:
        _CLI_FOLDER.mkdir(parents=True, exist_ok=True)
        npm = Path(node).with_name("npm.cmd" if sys.platform == "win32" else "npm")
        command = [str(npm), "install", "--no-audit", "--no-fund", "--no-save", "--prefix", str(_CLI_FOLDER), _CLI]
        subprocess.run(command, timeout=_STEP_S, check=True)
    return _CLI_FOLDER / "node_modules" / ".bin" / ("tauri.cmd" if sys.platform == "win32" else "tauri")


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the Studio and the backend, bundle them, and return an exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.tauri.bundle", description="Bundle the Studio.")
    parser.add_argument("--debug", action="store_true", help="without optimization")
    parser.add_argument(
        "--bundles", metavar="KIND", help="only this kind, for example deb; default: all of this system"
    )
    options = parser.parse_args(arguments)
    try:
        studio.build(release=not options.debug)
    except ToolsMissing as error:
        print(error, file=sys.stderr)
        return 1
    backend = build_backend(ROOT / "dist")
    for made in bundle(STUDIO / "src-tauri", backend, options.bundles, debug=options.debug):
        print(made.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
