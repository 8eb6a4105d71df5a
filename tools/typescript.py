"""The npm workspace: its tools installed; its packages formatted, checked, compiled and packed.

Each step does nothing when nothing changed since it last succeeded: a stamp beside its product holds a hash of what it
was made from. Node.js and npm are installed with apt-get where that is possible. When several processes want the same
step, one takes it and the others wait.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.file_lock import locked
from tools.system_packages import CannotInstall, install

ROOT = Path(__file__).parents[1]
CONTRACT = Path("generated/typescript")
CLIENT = Path("clients/typescript")
GUEST = Path("clients/tauri/guest")
PACKAGES = (CONTRACT, CLIENT, GUEST)  # below the root of the workspace; each may use those before it
STUDIO = Path("clients/studio")  # a page, built by tools.playground.bundle; not published

COMMONJS = ["--module", "CommonJS", "--moduleResolution", "Bundler", "--verbatimModuleSyntax", "false"]

LEAST_NODE = 18  # the major version; what the packages in the lock file need
STEP_S = 300.0
FORMATTED = [
    "generated/typescript/src",
    "clients/typescript/src",
    "clients/tauri/guest/src",
    "clients/tauri/tests/app/page/*.{ts,html}",
    "tests/**/*.{ts,mjs}",
    "tools/bench/programs/*.ts",
    "clients/studio/src/**/*.{ts,tsx,css}",
    "clients/studio/*.{html,js}",
]
QUIET = {"npm_config_update_notifier": "false", "npm_config_audit": "false", "npm_config_fund": "false"}


class ToolsMissing(Exception):
    """Node.js or the packages cannot be had on this machine; says what was tried."""


class StepFailed(Exception):
    """A tool found something wrong with our code; holds what it printed."""


def node() -> str:
    """The path of a Node.js that is new enough, with npm beside it; installed when there is none."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        try:
            install(["nodejs", "npm"])
        except CannotInstall as error:
            raise ToolsMissing(f"The TypeScript client needs Node.js {LEAST_NODE} or later and npm. {error}") from error
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        raise ToolsMissing("Node.js was installed, but `node` or `npm` is still not in the PATH.")
    version = _run([found, "--version"], ROOT)
    if int(version.lstrip("v").split(".")[0]) < LEAST_NODE:
        raise ToolsMissing(f"{found} is {version.strip()}; the TypeScript client needs {LEAST_NODE} or later.")
    return found


def install_packages(root: Path = ROOT) -> None:
    """Install exactly what `package-lock.json` names into `node_modules`."""
    node()
    with locked(root):
        _install_packages(root)


def _install_packages(root: Path) -> None:
    made = root / "node_modules"
    stamp, wanted = made / ".installed", hashed(root, ["package.json", "package-lock.json"])
    if _read(stamp) == wanted:
        return
    try:
        _run(["npm", "ci", "--ignore-scripts", "--no-progress"], root)
    except StepFailed as error:
        raise ToolsMissing(f"The packages of the TypeScript client cannot be installed. {error}") from error
    made.mkdir(exist_ok=True)  # npm makes none when there is nothing to install
    stamp.write_text(wanted, encoding="ascii")


def tool(name: str, root: Path = ROOT) -> str:
    """The path of a program from the installed packages."""
    return str(root / "node_modules" / ".bin" / name)


def lint(root: Path = ROOT) -> None:
    """Look for a file that is not formatted."""
    _prettier(root, "--check")


def tidy(root: Path = ROOT) -> None:
    """Format what is written by hand."""
    _prettier(root, "--write")


def _prettier(root: Path, mode: str) -> None:
    install_packages(root)
    settings = ["--config", "package.json", "--log-level", "warn", "--no-error-on-unmatched-pattern"]
    _run([tool("prettier", root), mode, *settings, *FORMATTED], root)


def build(root: Path = ROOT) -> None:
    """Compile each package into its `dist`, which checks its types."""
    install_packages(root)
    with locked(root):
        names = ["package-lock.json", "tsconfig.base.json"]
        for package in PACKAGES:
            folder = root / package
            sources = [folder / "package.json", folder / "tsconfig.json", *sorted((folder / "src").rglob("*.ts"))]
            names += [str(path.relative_to(root)) for path in sources]
            _compile(root, package, hashed(root, names))


def _compile(root: Path, package: Path, wanted: str) -> None:
    made = root / package / "dist"
    stamp = made / ".built"
    if _read(stamp) == wanted:
        return
    shutil.rmtree(made, ignore_errors=True)
    _run([tool("tsc", root), "--project", str(package)], root)
    twin = made / "cjs"  # for programs that are no ES modules, with types of its own
    _run([tool("tsc", root), "--project", str(package), "--outDir", str(twin), *COMMONJS], root)
    twin.mkdir(parents=True, exist_ok=True)
    (twin / "package.json").write_text('{"type":"commonjs"}', encoding="ascii")
    stamp.write_text(wanted, encoding="ascii")


def pack(folder: Path, root: Path = ROOT) -> list[Path]:
    """Build the packages and write each into `folder` as npm would publish it."""
    build(root)
    workspaces = [f"--workspace={package.as_posix()}" for package in PACKAGES]
    command = ["npm", "pack", *workspaces, "--ignore-scripts", "--json", "--pack-destination", str(folder)]
    names = [str(entry["filename"]) for entry in json.loads(_run(command, root))]
    return [folder / name.replace("@", "").replace("/", "-") for name in names]  # an older npm keeps the scope as it is


def lock(root: Path = ROOT) -> None:
    """Renew `package-lock.json` from the manifests, without what the packages say about their sponsors."""
    node()
    _run(["npm", "install", "--package-lock-only", "--ignore-scripts"], root)
    path = root / "package-lock.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for entry in content["packages"].values():
        entry.pop("funding", None)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _run(command: Sequence[str], folder: Path) -> str:
    """Run a program to its end; its output, or an error that holds it."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **QUIET},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=STEP_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise StepFailed(f"{_named(command)} took longer than {STEP_S:g} s") from error
    if done.returncode:
        raise StepFailed(f"{_named(command)} failed:\n{(done.stdout + done.stderr)[-5000:]}")
    return done.stdout


def _named(command: Sequence[str]) -> str:
    return " ".join([Path(command[0]).name, *command[1:]])


def hashed(root: Path, names: Iterable[str]) -> str:
    """A hash of files with their names, which are below the root."""
    content = hashlib.sha256()
    for name in names:
        content.update(f"{name}\0".encode() + (root / name).read_bytes() + b"\0")
    return content.hexdigest()


def _read(stamp: Path) -> str:
    return stamp.read_text(encoding="ascii") if stamp.is_file() else ""


STEPS = {"build": build, "check": build, "lint": lint, "format": tidy, "lock": lock}
LOOKS = {"check", "lint"}  # they only look for mistakes


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. What cannot be done fails; only a look at the code passes outside of CI, and says so."""
    parser = argparse.ArgumentParser(prog="python -m tools.typescript", description=__doc__)
    parser.add_argument("step", choices=STEPS)
    step = parser.parse_args(arguments).step
    try:
        STEPS[step]()
    except StepFailed as error:
        print(error, file=sys.stderr)
        return 1
    except ToolsMissing as error:
        print(f"NOT DONE: {step} of the TypeScript client. {error}", file=sys.stderr)
        return 0 if step in LOOKS and "CI" not in os.environ else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
