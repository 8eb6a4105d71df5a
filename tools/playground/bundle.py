"""Studio, the page of `clients/studio/`, checked and built into its `dist`; nothing is built when nothing changed."""

import subprocess
from pathlib import Path

from tools import typescript
from tools.file_lock import locked

STUDIO = typescript.ROOT / typescript.STUDIO
_STEP_S = 300.0
_LEAST_NODE = (20, 19)  # what Vite needs
_PARTS = ["index.html", "package.json", "tsconfig.json", "vite.config.js"]


def check() -> None:
    """Check the types of the page against the built client."""
    typescript.build()
    _run([typescript.tool("tsc"), "--project", str(STUDIO)], STUDIO)


def built() -> Path:
    """The folder with the built page."""
    typescript.build()
    made = STUDIO / "dist"
    with locked(STUDIO):
        wanted = typescript.hashed(typescript.ROOT, _sources())
        stamp = made / ".built"
        if not stamp.is_file() or stamp.read_text(encoding="ascii") != wanted:
            _check_node()
            _run([str(STUDIO / "node_modules" / ".bin" / "vite"), "build", "--logLevel", "warn"], STUDIO)
            stamp.write_text(wanted, encoding="ascii")
    return made


def _sources() -> list[str]:
    """What the page is made of, the client among it, as paths below the root."""
    folders = [STUDIO / "src", STUDIO / "public", *(typescript.ROOT / one / "src" for one in typescript.PACKAGES)]
    files = [STUDIO / name for name in _PARTS]
    files += sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return ["package-lock.json", "tsconfig.base.json", *(str(path.relative_to(typescript.ROOT)) for path in files)]


def _check_node() -> None:
    node = typescript.node()
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if tuple(int(part) for part in version.lstrip("v").split(".")[:2]) < _LEAST_NODE:
        least = ".".join(map(str, _LEAST_NODE))
        raise typescript.ToolsMissing(f"{node} is {version}; Studio needs Node.js {least} or later to be built.")


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_STEP_S, check=False)
    if done.returncode:
        raise typescript.StepFailed(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")
