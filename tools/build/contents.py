"""What goes into a frozen backend and what is left out.

PyInstaller finds what the code imports by name. It misses what is imported by a computed name, and includes what only
tools and other platforms import. Both are corrected here.
"""

import ctypes
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

from tools.build.triple import target_triple

Entry = tuple[str, str, str]  # of PyInstaller's tables: name in the build, file, type

ROOT = Path(__file__).parents[2]
ENTRY = Path(__file__).with_name("entry.py")
NAME = "litebase-backend"
ONE_FILE = "LITEBASE_BUILD_ONE_FILE"  # environment variables that `python -m tools.build` sets for the spec file
WORK_FOLDER = "LITEBASE_BUILD_FOLDER"
OPTIMIZE = 2  # without docstrings and asserts: 3 MB less memory
UTF8_MODE = ("X utf8=1", "", "OPTION")  # file names are UTF-8 in every locale, so no other codec is needed at startup

PACKAGES = (
    "aiosqlite", "annotated-types", "anyio", "asyncmy", "idna", "msgpack", "msgspec", "psycopg", "psycopg-binary",
    "pydantic", "pydantic-core", "python-calamine", "structlog", "typing-extensions", "typing-inspection", "xlsxwriter",
)  # fmt: skip
"""The shipped packages; their metadata and licences are included."""

EXCLUDED = [
    # development tools that optional parts of pydantic, structlog and anyio import
    "attr", "attrs", "hypothesis", "jinja2", "mypy", "pytest", "_pytest", "setuptools", "pkg_resources",
    "_distutils_hack", "rich", "pygments", "markdown_it", "pydantic.mypy", "pydantic.v1",
    "sortedcontainers", "yaml", "dotenv", "email_validator", "trio", "uvloop", "outcome", "exceptiongroup",
    "numpy", "shapely", "pyarrow",
    # the standard library
    "bdb", "bz2", "_bz2", "lzma", "_lzma", "cmd", "code", "codeop", "curses", "_curses", "readline", "doctest",
    "ensurepip", "idlelib", "lib2to3", "multiprocessing", "_multiprocessing", "_posixshmem", "pdb", "pydoc",
    "pydoc_data", "test", "tkinter", "_tkinter", "turtle", "unittest", "venv", "webbrowser", "xml", "xmlrpc", "pyexpat",
    "_uuid", "_wmi", "ftplib", "distutils", "_testcapi", "_testinternalcapi", "_codecs_iso2022",
]  # fmt: skip
_LEFT_OUT = ("litebase.client", "litebase_schema.py.typed")
_LOADED_BY_NAME = ("anyio._backends._asyncio", "psycopg_binary.pq", "psycopg_binary._psycopg", "structlog.dev")


def build_name() -> str:
    """The name of the program, its folder and the one file: as Tauri expects, with the platform at the end."""
    return f"{NAME}-{target_triple()}"


def one_file() -> bool:
    """Whether `python -m tools.build` asked for a single file."""
    return os.environ.get(ONE_FILE) == "1"


def hidden_imports() -> list[str]:
    """Modules that are imported by a computed name, or by compiled code."""
    packages = ("litebase", "litebase_schema", "asyncmy", "psycopg")
    names = [*(name for package in packages for name in _modules(package)), *_LOADED_BY_NAME]
    return [name for name in names if not _starts_with(name, (*_LEFT_OUT, *EXCLUDED))]


def _modules(package: str) -> list[str]:
    """A package and every module in it, including compiled ones, found without importing anything."""
    found = find_spec(package)
    assert found is not None, "make setup installed it"
    names = {package}
    for place in map(Path, found.submodule_search_locations or ()):
        for file in place.rglob("*"):
            if file.suffix in (".py", ".so", ".pyd"):
                parts = (*file.relative_to(place.parent).parts[:-1], file.name.partition(".")[0])
                names.add(".".join(part for part in parts if part != "__init__"))
    return sorted(names)


def _starts_with(name: str, packages: Iterable[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def descriptions() -> list[tuple[str, str]]:
    """The metadata and licence files of each package, with their folders in the build."""
    found = [(str(ROOT / "LICENSE"), ".")]
    for package in PACKAGES:
        for file in distribution(package).files or []:
            path = Path(str(file.locate()))
            inside = (
                Path(*path.parts[path.parts.index("site-packages") + 1 :]) if "site-packages" in path.parts else Path()
            )
            if inside.parts and inside.parts[0].endswith(".dist-info") and _describes(inside):
                found.append((str(path), str(inside.parent)))
    return found


def _describes(file: Path) -> bool:
    return (
        file.name == "METADATA" or "licen" in str(file).lower() or file.name.upper().startswith(("NOTICE", "COPYING"))
    )


def kept_modules(modules: Iterable[Entry]) -> list[Entry]:
    """Python modules without those that PyInstaller's exclusion by name misses."""
    return [entry for entry in modules if not _starts_with(entry[0], (*_LEFT_OUT, *EXCLUDED))]


def kept_data(data: Iterable[Entry]) -> list[Entry]:
    """Data files without sources, type stubs and second names, which PyInstaller counts as data."""
    sources = (".pyi", ".py", ".pyx", ".pxd", ".c", "py.typed")
    return [entry for entry in data if not entry[0].endswith(sources) and not _is_second_name(entry)]


def _is_second_name(entry: Entry) -> bool:
    """Whether it is a link to a library of psycopg's wheel, which the wheel does not need.

    Tauri's bundler replaces every link with a copy, so each of them would be shipped twice.
    """
    _, target, kind = entry
    return kind == "SYMLINK" and target.startswith("psycopg_binary.libs/")


def kept_binaries(binaries: Iterable[Entry]) -> list[Entry]:
    """Libraries, each once and without debug symbols."""
    ours = [entry for entry in binaries if not _belongs_to_windows(entry[0])]
    return list(_stripped(_with_one_openssl(ours), Path(os.environ[WORK_FOLDER])))


def _belongs_to_windows(name: str) -> bool:
    """Whether a library is part of Windows 10 and later. A build under Wine would get Wine's own."""
    return name.lower().startswith(("api-ms-win-", "ucrtbase", "bcryptprimitives"))


def _with_one_openssl(binaries: Sequence[Entry]) -> list[Entry]:
    """Let Python use psycopg's OpenSSL if both have the same interface and that one is not older.

    OpenSSL 3 keeps its binary interface. One copy instead of two saves 5 MB on disk and 3 MB of memory.
    """
    theirs = {Path(name).name.split("-")[0]: name for name, _, _ in binaries if _is_bundled_openssl(name)}
    files = {name: file for name, file, _ in binaries}
    if (
        set(theirs) != {"libssl", "libcrypto"}
        or _openssl_number(files[theirs["libcrypto"]]) < ssl.OPENSSL_VERSION_NUMBER
    ):
        return list(binaries)
    links = {f"{library}.so.3": name for library, name in theirs.items()}
    return [(name, links[name], "SYMLINK") if name in links else (name, file, kind) for name, file, kind in binaries]


def _is_bundled_openssl(name: str) -> bool:
    return name.startswith(("psycopg_binary.libs/libssl-", "psycopg_binary.libs/libcrypto-")) and name.endswith(".so.3")


def _openssl_number(file: str) -> int:
    number: int = ctypes.CDLL(file).OpenSSL_version_num()
    return number


def _stripped(binaries: Sequence[Entry], folder: Path) -> Iterator[Entry]:
    """Stripped copies, on Linux. Libraries bundled in wheels have been stripped and relinked already."""
    tool = shutil.which("strip") if sys.platform == "linux" else None
    for name, file, kind in binaries:
        if tool is None or kind == "SYMLINK" or name.startswith("psycopg_binary"):
            yield name, file, kind
            continue
        copy = folder / "stripped" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
        subprocess.run([tool, "--strip-unneeded", copy], check=True)
        yield name, str(copy), kind
