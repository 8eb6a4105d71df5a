"""The databases, behind one small interface. An engine's library is imported when the engine is first used."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litebase.drivers.interface import Driver

ENGINES = {
    "sqlite": "litebase.drivers.sqlite.connection",
    "postgresql": "litebase.drivers.postgresql.connection",
    "mysql": "litebase.drivers.mysql.connection",
}


def load(engine: str) -> "type[Driver]":
    """The driver class of `engine`, a key of `ENGINES`."""
    driver: type[Driver] = import_module(ENGINES[engine]).DRIVER
    return driver
