"""Whether the tables can be read; part of `--self-test`."""

from litebase.drivers.interface import DriverLimits, Statement
from litebase.drivers.self_test import expect
from tests.toy_engine.data.tables import PLANETS
from tests.toy_engine.driver import ToyDriver


async def run(limits: DriverLimits) -> str:
    """What was done. Raises `SelfTestFailed`."""
    session = await ToyDriver(None, limits).connect()
    cursor = await session.execute(Statement("SELECT * FROM planets"))
    expect("the planets", tuple(await cursor.fetch(10)), PLANETS)
    await cursor.aclose()
    await session.aclose()
    return f"toy {session.server_version}: {len(PLANETS)} planets were read"
