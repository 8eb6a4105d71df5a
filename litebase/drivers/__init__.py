"""The databases, behind one small interface. An engine's library is imported when the engine is first used."""

import gc
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litebase.drivers.interface import Driver

ENGINES = {
    "sqlite": "litebase.drivers.sqlite.driver",
    "postgresql": "litebase.drivers.postgresql.driver",
    "mysql": "litebase.drivers.mysql.driver",
}


def load(engine: str) -> "type[Driver]":
    """The driver class of `engine`, a key of `ENGINES`."""
    collecting = gc.isenabled()
    gc.disable()  # loading makes no garbage, and looking for it takes long
    try:
        driver: type[Driver] = import_module(ENGINES[engine]).DRIVER
    finally:
        if collecting:
            gc.enable()
    return driver
