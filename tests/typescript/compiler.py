"""What the TypeScript compiler says of some files, as data."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.typescript import node
from tools import typescript

SETTINGS = Path(__file__).parent / "types" / "tsconfig.json"
_LINE = re.compile(
    r"^(?P<file>[^\s(][^(]*)\((?P<line>\d+),\d+\): error TS(?P<code>\d+): (?P<message>.*)$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One error of the compiler. `line` counts from 1."""

    file: str
    line: int
    code: int
    message: str


def diagnostics(folder: Path, **options: bool) -> list[Diagnostic]:
    """Check every `.ts` file of a folder under the settings of `types/` and further compiler options."""
    node.link_packages(folder)
    settings = {"extends": str(SETTINGS), "compilerOptions": options}
    (folder / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [typescript.tool("tsc"), "--project", str(folder), "--pretty", "false"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    found = [
        Diagnostic(one["file"], int(one["line"]), int(one["code"]), one["message"])
        for one in _LINE.finditer(done.stdout)
    ]
    assert bool(found) == bool(done.returncode), f"not understood:\n{done.stdout}{done.stderr}"
    return found
