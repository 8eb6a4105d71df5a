"""The databases, behind one small interface. An engine's library is imported when the engine is first used."""

import gc
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from litebase.drivers.abilities import CatalogReader
    from litebase.drivers.activity import ActivityReader
    from litebase.drivers.altering import TableEditor
    from litebase.drivers.bulk import BulkLoader
    from litebase.drivers.comparing import SchemaWriter
    from litebase.drivers.copying import CopyDialect
    from litebase.drivers.dumping import Dumper
    from litebase.drivers.edits import EditDialect
    from litebase.drivers.explaining import Explainer
    from litebase.drivers.interface import Driver
    from litebase.drivers.names import NamesReader, TextsReader
    from litebase.drivers.rows import RowDialect

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine: where its modules are, and what must be known before any of them is loaded.

    `package` has `driver` with `DRIVER`, `target` with `parse`, and `self_test` with `run`; docs/adding-an-engine.md
    says what each is. `libraries` may be imported by `package` alone. `limits` are the engine's own, named as
    `hello_response` names them.
    """

    package: str
    libraries: tuple[str, ...]
    target_form: str  # how people write a target, for `--help`
    asks_password: bool = False
    limits: Mapping[str, int] = field(default_factory=dict)

    def module(self, name: str) -> ModuleType:
        """A module of the package, loaded if this is its first use."""
        return import_module(f"{self.package}.{name}")


ENGINES = {
    "sqlite": Engine(
        package="litebase.drivers.sqlite",
        libraries=("sqlite3", "aiosqlite"),
        target_form="sqlite:PATH for a database file, sqlite: for one in memory",
        limits={
            "max_sqlite_cell_bytes": 256 * _MIB,  # a longer text or blob is an error and not the end of our memory
            "max_sqlite_memory_bytes": 512 * _MIB,  # of SQLite's own in the whole process
        },
    ),
    "postgresql": Engine(
        package="litebase.drivers.postgresql",
        libraries=("psycopg", "psycopg_binary"),
        target_form="postgresql://USER@HOST:PORT/DATABASE",
        asks_password=True,
    ),
    "mysql": Engine(
        package="litebase.drivers.mysql",
        libraries=("asyncmy",),
        target_form="mysql://USER@HOST:PORT/DATABASE",
        asks_password=True,
    ),
}


def engine_limits() -> dict[str, int]:
    """The engines' own limits; each has a name of its own."""
    return {name: limit for engine in ENGINES.values() for name, limit in engine.limits.items()}


def load(engine: str) -> "type[Driver]":
    """The driver class of `engine`, a key of `ENGINES`."""
    first_use = f"{ENGINES[engine].package}.driver" not in sys.modules
    collecting = gc.isenabled()
    gc.disable()  # loading makes no garbage, and looking for it takes long
    try:
        driver: type[Driver] = ENGINES[engine].module("driver").DRIVER
    finally:
        if collecting:
            gc.enable()
    if first_use:
        gc.freeze()  # what is loaded stays: each later look at all objects would hold up the event loop for 50 ms
    return driver


def catalog_reader(engine: str) -> "CatalogReader":
    """What reads the catalog of `engine`, where its sessions have that ability."""
    return cast("CatalogReader", ENGINES[engine].module("catalog"))


def row_dialect(engine: str) -> "RowDialect":
    """How `engine` writes conditions on rows, where its sessions have the ability `catalog`."""
    return cast("RowDialect", ENGINES[engine].module("rows"))


def names_reader(engine: str) -> "NamesReader":
    """What reads the names of `engine`, where its sessions have the ability `catalog`."""
    return cast("NamesReader", ENGINES[engine].module("objects.names"))


def texts_reader(engine: str) -> "TextsReader":
    """What looks for text in the catalog of `engine`, where its sessions have that ability."""
    return cast("TextsReader", ENGINES[engine].module("objects.texts"))


def activity_reader(engine: str) -> "ActivityReader":
    """What shows and stops the sessions of `engine`, where its sessions have the ability `db_processes`."""
    return cast("ActivityReader", ENGINES[engine].module("activity"))


def explainer(engine: str) -> "Explainer":
    """What asks `engine` for plans, where its sessions have the ability `explain`."""
    return cast("Explainer", ENGINES[engine].module("explain"))


def edit_dialect(engine: str) -> "EditDialect":
    """How `engine` writes changes of rows, where its sessions have the ability `catalog`."""
    return cast("EditDialect", ENGINES[engine].module("edits"))


def bulk_loader(engine: str) -> "BulkLoader":
    """What stores many rows in `engine`, where its sessions have the ability `import_rows`."""
    return cast("BulkLoader", ENGINES[engine].module("bulk"))


def copy_dialect(engine: str) -> "CopyDialect":
    """How `engine` takes part in copies of tables, where its sessions have the ability `import_rows`."""
    return cast("CopyDialect", ENGINES[engine].module("copies"))


def dumper(engine: str) -> "Dumper":
    """What dumps and restores databases of `engine`, where its sessions have the ability `dumps`."""
    return cast("Dumper", ENGINES[engine].module("dumps"))


def table_editor(engine: str) -> "TableEditor":
    """What changes the tables of `engine`, where its sessions have the ability `catalog`."""
    return cast("TableEditor", ENGINES[engine].module("alter"))


def schema_writer(engine: str) -> "SchemaWriter":
    """What makes schemas of `engine` alike, where its sessions have the ability `catalog`."""
    return cast("SchemaWriter", ENGINES[engine].module("compare"))
