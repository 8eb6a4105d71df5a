"""Whether psycopg's compiled parts and the libpq below them do their work; part of `--self-test`."""

import psycopg
from litebase_schema.connection import PostgresqlTarget
from psycopg import pq

from litebase.drivers.interface import DriverLimits
from litebase.drivers.postgresql import values
from litebase.drivers.postgresql.driver import PostgresqlDriver
from litebase.drivers.postgresql.link import native
from litebase.drivers.self_test import meet_peers

OFFERS_TLS = b"S"  # a server's answer to SSLRequest: go on with TLS
_BYTES = bytes(range(256))


async def run(limits: DriverLimits) -> str:
    """What was done, with the versions. Raises `SelfTestFailed` or `ValueError`."""
    used = _used_library()
    await meet_peers(PostgresqlDriver, PostgresqlTarget, OFFERS_TLS, limits)
    return f"{used}: values went there and back, a closed port and a broken TLS were reported"


def _used_library() -> str:
    """The versions, after bytes, numbers and text went through the library. Raises `ValueError` when one changed."""
    if pq.Escaping().unescape_bytea(b"\\x" + _BYTES.hex().encode()) != _BYTES:
        raise ValueError("libpq reads bytes wrongly")
    sent = values.encode_parameters([2**40, "größer", _BYTES, None])
    if list(sent.values) != [b"1099511627776", "größer".encode(), _BYTES, None]:
        raise ValueError(f"parameters are sent wrongly: {list(sent.formats)}")
    nowhere = pq.PGconn.connect_start(b"host=/nonexistent")
    shape = nowhere.make_empty_result(pq.ExecStatus.TUPLES_OK)
    if values.RowReader(shape).rows(shape, 0, 0) != []:
        raise ValueError("an empty result has rows")
    native.show_sqlstate(nowhere)
    nowhere.finish()
    return f"psycopg {psycopg.__version__} ({pq.__impl__}), libpq {pq.version_pretty(pq.version())}"
