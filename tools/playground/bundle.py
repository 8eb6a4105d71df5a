"""The page made ready for a browser: its TypeScript and the built client in one script, beside its other files."""

import shutil
import subprocess
from pathlib import Path

from tools import typescript

SOURCES = Path(__file__).parent / "page"
_STEP_S = 60.0


def check() -> None:
    """Check the types of the page against the built client."""
    typescript.build()
    _run([typescript.tool("tsc"), "--noEmit", "--project", str(SOURCES)])


def bundle(folder: Path) -> Path:
    """Write the page into `folder`; it is made."""
    typescript.build()
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("index.html", "style.css"):
        shutil.copy(SOURCES / name, folder)
    options = ["--bundle", "--format=esm", "--target=es2022", "--log-level=warning"]
    _run([typescript.tool("esbuild"), str(SOURCES / "main.ts"), *options, f"--outfile={folder / 'main.js'}"])
    return folder


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_STEP_S, check=False)
    if done.returncode:
        raise typescript.StepFailed(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")
