"""Whether SQLite can be written and read; part of `--self-test`."""

from litebase_schema.connection import SqliteTarget

from litebase.drivers.interface import DriverLimits, Statement
from litebase.drivers.self_test import expect, release
from litebase.drivers.sqlite.driver import SqliteDriver

_WORDS = "größer, 日本, 😀"


async def run(limits: DriverLimits) -> str:
    """What was done, with the versions. Raises `SelfTestFailed`."""
    session = await SqliteDriver(SqliteTarget(engine="sqlite", mode="memory"), limits).connect()
    try:
        await (await session.execute(Statement("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)"))).aclose()
        await (await session.execute(Statement("INSERT INTO things VALUES (?, ?)", [2**62, _WORDS]))).aclose()
        cursor = await session.execute(Statement("SELECT id, name, x'00ff' FROM things", first_rows=1))
        expect("the row", list(await cursor.fetch(10)), [(2**62, _WORDS, b"\x00\xff")])
        await cursor.aclose()
    finally:
        await session.aclose()
    return f"SQLite {session.server_version}, aiosqlite {release('aiosqlite')}: a table was written and read"
