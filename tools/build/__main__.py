"""Build the backend for this platform, so that it runs without an installed Python.

    python -m tools.build                a folder, which starts fast
    python -m tools.build --one-file     one file, for those who need it: it starts slowly and is two processes
    python -m tools.build --pack         also a compressed file of the folder, and SHA256SUMS

The result is in `dist/` and has passed its `--self-test`. The exit code is 1 if something went wrong.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.build import contents, parts
from tools.build.package import pack, write_checksums

DIST = contents.ROOT / "dist"
_SPECIFICATION = Path(__file__).with_name("sidecar.spec")
_SUFFIX = ".exe" if sys.platform == "win32" else ""
_BUILD_LIMIT_S = 900
_TEST_LIMIT_S = 120


class BuildFailed(Exception):
    """The build cannot be made or does not work; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, run the self-test, print the result, and return the exit code."""
    options = _options(arguments)
    if options.where:
        print(where(options.folder, one_file=options.one_file))
        return 0
    try:
        built = build(options.folder, one_file=options.one_file)
        print(self_test(program_in(built)))
        packed = [pack(built, ".zip" if sys.platform == "win32" else ".tar.gz")] if options.pack else []
        print(parts.table(parts.sizes(built), packed))
        if packed:
            print(f"checksums: {write_checksums(options.folder)}")
    except BuildFailed as failure:
        print(f"build: {failure}", file=sys.stderr)
        return 1
    print(f"built: {program_in(built)}")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.build", description="Build the backend for this platform.")
    parser.add_argument("--one-file", action="store_true", help="one file instead of a folder; slow to start")
    parser.add_argument("--pack", action="store_true", help="also write a compressed file and SHA256SUMS")
    parser.add_argument("--folder", type=Path, default=DIST, help="where to put the build; default: %(default)s")
    parser.add_argument("--where", action="store_true", help="print where the program would be, and build nothing")
    options = parser.parse_args(arguments)
    if options.pack and options.one_file:
        parser.error("--pack is for the folder; the one file is already compressed")
    return options


def build(folder: Path, *, one_file: bool = False) -> Path:
    """Build the folder or the file, named as Tauri expects. Raises `BuildFailed`."""
    made, work = folder / "made", contents.ROOT / "build"
    environment = {contents.WORK_FOLDER: str(work), contents.ONE_FILE: str(int(one_file))}
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", str(made), "--workpath", str(work), str(_SPECIFICATION)]
    done = _run(command, {**os.environ, **environment}, _BUILD_LIMIT_S, cwd=contents.ROOT)
    if done.returncode:
        raise BuildFailed(f"PyInstaller ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    final = _final(folder, one_file=one_file)
    if one_file:
        final.parent.mkdir(exist_ok=True)
        (made / final.name).replace(final)
    else:
        shutil.rmtree(final, ignore_errors=True)
        (made / final.name).rename(final)
    made.rmdir()
    return final


def where(folder: Path = DIST, *, one_file: bool = False) -> Path:
    """The program of a build in `folder`, which may not exist yet."""
    return program_in(_final(folder, one_file=one_file))


def _final(folder: Path, *, one_file: bool) -> Path:
    name = contents.build_name()
    return folder / "one-file" / f"{name}{_SUFFIX}" if one_file else folder / name


def program_in(built: Path) -> Path:
    """The executable: in a built folder the program with the name of the folder, or else the one file."""
    return built if built.parent.name == "one-file" else built / f"{built.name}{_SUFFIX}"


def self_test(program: Path) -> str:
    """Run the self-test in an empty environment, and return what it prints. Raises `BuildFailed`."""
    needed = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}  # on Windows
    done = _run([str(program), "--self-test"], needed, _TEST_LIMIT_S)
    if done.returncode:
        raise BuildFailed(f"the self-test ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def _run(
    command: Sequence[str], environment: dict[str, str], limit_s: float, cwd: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        timeout=limit_s,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
