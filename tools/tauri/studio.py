"""Build Studio as an app, and run it with the backend from source.

python -m tools.tauri.studio
"""

import subprocess
import sys
from pathlib import Path

from tools import typescript
from tools.playground import bundle
from tools.tauri import ROOT, WORKSPACE, ToolsMissing, cargo, environment, need_web_view

_BUILD_S = 3600.0


def build(*, release: bool = False) -> Path:
    """Build the page and the app around it; the program. Raises `ToolsMissing`."""
    program = cargo()
    need_web_view()
    build_page()
    options = ["--release"] if release else []
    command = [program, "build", "--package", "litebase-studio", *options]
    subprocess.run(command, cwd=WORKSPACE, env=environment(), timeout=_BUILD_S, check=True)
    made = WORKSPACE / "target" / ("release" if release else "debug")
    return made / ("litebase-studio.exe" if sys.platform == "win32" else "litebase-studio")


def build_page() -> None:
    """Build the page alone, which the app has in it. Raises `ToolsMissing`."""
    try:
        bundle.built()
    except typescript.ToolsMissing as error:
        raise ToolsMissing(str(error)) from error


def main() -> int:
    """Run it until its window is closed; its exit code."""
    try:
        program = build()
    except ToolsMissing as error:
        print(error, file=sys.stderr)
        return 1
    shown = {**environment(), "LITEBASE_SOURCE": str(ROOT)}
    return subprocess.run([str(program)], env=shown, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
