"""The parts of a build and their sizes, as a table."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

_MB = 1e6
_ROWS = 14


def sizes(built: Path) -> Counter[str]:
    """Bytes by part of a built folder, without links; or of the one file."""
    if built.is_file():
        return Counter({built.name: built.stat().st_size})
    found: Counter[str] = Counter()
    for file in built.rglob("*"):
        if file.is_file() and not file.is_symlink():
            found[part_of(PurePosixPath(file.relative_to(built).as_posix()))] += file.stat().st_size
    return found


def part_of(file: PurePosixPath) -> str:
    """The part of the build that a file belongs to; `file` is relative to the built folder."""
    inside = file.parts[1:] if file.parts[0] == "_internal" else file.parts
    name = inside[0]
    if file.parts[0] != "_internal":
        return "Python modules and the starter"
    if "psycopg_binary" in name:
        is_openssl = file.name.startswith(("libssl", "libcrypto"))
        return "OpenSSL" if is_openssl else "libpq and what it needs" if "libs" in name else "psycopg"
    if name.startswith(("libssl", "libcrypto")):
        return "OpenSSL"
    if name.startswith(("libpython", "python3", "Python")):
        return (
            "the Python interpreter" if name.startswith(("libpython", "Python")) else "the standard library, compiled"
        )
    if name == "base_library.zip":
        return "the standard library, first part"
    if name.startswith(("libsqlite3", "sqlite3")):
        return "SQLite"
    return name.partition("-")[0] if len(inside) > 1 else "other libraries"


def table(sizes: Counter[str], compressed: Sequence[Path] = ()) -> str:
    """The largest parts, the rest, the total, and the compressed files, in millions of bytes."""
    rows = sizes.most_common(_ROWS)
    rest = sizes.total() - sum(size for _, size in rows)
    lines = [(part, size) for part, size in [*rows, ("everything else", rest)] if size]
    lines += [("total", sizes.total()), *((file.name, file.stat().st_size) for file in compressed)]
    width = max(len(part) for part, _ in lines)
    return "\n".join(f"{part:<{width}}  {size / _MB:6.2f} MB" for part, size in lines)
