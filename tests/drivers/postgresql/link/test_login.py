"""Logging in at servers and poolers that do not take every setting."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from litebase.drivers.interruption import Interrupted
from litebase.drivers.postgresql.driver import PostgresqlDriver
from litebase.errors import ReadOnly
from tests.drivers.conformance import outcome_of_cancel, rows_of, run
from tests.drivers.postgresql.conftest import LIMITS, OpenSession, target_of
from tests.drivers.postgresql.versions import needs
from tests.work import SOON_S
from tools.services import Service

pytestmark = pytest.mark.anyio


@contextlib.contextmanager
def pooler(
    service: Service, refused: bytes = b"\0options\0", code: str = "08P01", reason: str = "unsupported parameter"
) -> Iterator[int]:
    """Like PgBouncer it refuses `options` at the login, or what the test names; it passes everything else on."""
    threads: list[threading.Thread] = []

    def start(function: Callable[..., None], *arguments: socket.socket) -> None:
        threads.append(threading.Thread(target=function, args=arguments, daemon=True))
        threads[-1].start()

    def pass_on(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)

    def serve(client: socket.socket) -> None:
        first = client.recv(8192)
        if first[4:8] == b"\x04\xd2\x16\x2f":  # wants TLS
            client.sendall(b"N")
            first = client.recv(8192)
        if refused in first:
            fields = f"SFATAL\0VFATAL\0C{code}\0M{reason}\0\0".encode()
            client.sendall(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
            client.close()
            return
        server = socket.create_connection((service.host, service.port))
        server.sendall(first)
        start(pass_on, client, server)
        pass_on(server, client)
        server.close()
        client.close()

    def accept(listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                start(serve, listener.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        start(accept, listener)
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join(SOON_S)


@pytest.mark.fault("P09")
async def test_a_pooler_that_refuses_start_up_settings_gets_none(postgresql_service: Service) -> None:
    """They would stay in a session that others use, too. `tests/field/` has tests with a real PgBouncer."""
    with pooler(postgresql_service) as port:
        target = target_of(postgresql_service, port=port, read_only=True)
        session = await PostgresqlDriver(target, LIMITS).connect()
        shown = "SELECT current_setting('extra_float_digits'), current_setting('default_transaction_read_only')"
        assert await rows_of(session, shown) == [("1", "off")]
        with pytest.raises(ReadOnly):
            await run(session, "CREATE TABLE never (n int)")
        assert await session.reset()
        assert await rows_of(session, shown) == [("1", "off")]
        assert await rows_of(session, "SELECT count(*) FROM pg_prepared_statements") == [(0,)]
        assert isinstance(await outcome_of_cancel(0.1, lambda: run(session, "SELECT pg_sleep(20)")), Interrupted)
        assert await rows_of(session, "SELECT 1") == [(1,)]
        await session.aclose()


LOOKS_FOR_US = "SELECT current_setting('client_connection_check_interval')"


@pytest.mark.fault("L07")
async def test_the_server_looks_whether_we_are_still_there(
    open_session: OpenSession, postgresql_service: Service
) -> None:
    needs(postgresql_service, 14, "client_connection_check_interval")
    session = await open_session()
    assert await rows_of(session, LOOKS_FOR_US) == [("2s",)]
    await run(session, "SET client_connection_check_interval = 0")
    assert await session.reset()
    assert await rows_of(session, LOOKS_FOR_US) == [("2s",)]


@pytest.mark.parametrize("code", ["42704", "22023"])
async def test_a_server_that_cannot_look_for_us_is_served_all_the_same(postgresql_service: Service, code: str) -> None:
    """As versions before 14 answer, and systems without the call that it needs."""
    needs(postgresql_service, 14, "client_connection_check_interval")
    unknown = "unrecognized configuration parameter"
    with pooler(postgresql_service, b"client_connection_check_interval", code, unknown) as port:
        target = target_of(postgresql_service, port=port, read_only=True)
        session = await PostgresqlDriver(target, LIMITS).connect()
        shown = "SELECT current_setting('extra_float_digits'), current_setting('default_transaction_read_only')"
        assert await rows_of(session, shown) == [("3", "on")]
        assert await rows_of(session, LOOKS_FOR_US) == [("0",)]
        await session.aclose()
    with pooler(postgresql_service, b"datestyle", code, unknown) as port:
        session = await PostgresqlDriver(target_of(postgresql_service, port=port), LIMITS).connect()
        assert await rows_of(session, "SELECT 0.1::float8 + 0.2::float8") == [(0.1 + 0.2,)]
        await session.aclose()
