"""Reads the target of a database file as people write it."""

from pathlib import Path

from litebase_schema.connection import SqliteMode, SqliteTarget

from litebase.drivers.targets import TargetOptions


def parse(text: str, options: TargetOptions) -> SqliteTarget:
    """`sqlite:PATH`, or `sqlite:` for a database in memory. Raises `ValueError` with a reason for people."""
    path = text.partition(":")[2]
    if not path:
        if options.read_only or options.create:
            raise ValueError("A database in memory is new and writable; --read-only and --create need a path.")
        return SqliteTarget(engine="sqlite", mode="memory")
    mode: SqliteMode = "create" if options.create else "read_only" if options.read_only else "read_write"
    return SqliteTarget(engine="sqlite", path=str(Path(path).expanduser().absolute()), mode=mode)
