"""Whole databases into files and back, by the means of their engines."""

from functools import partial
from pathlib import Path
from typing import BinaryIO

from anyio import CancelScope, to_thread
from litebase_schema.dump import (
    DumpDatabaseRequest,
    DumpDatabaseResponse,
    RestoreDatabaseRequest,
    RestoreDatabaseResponse,
)
from litebase_schema.errors import QueryFailedDetails

from litebase.drivers import dumper
from litebase.drivers.abilities import Unavailable
from litebase.drivers.dumping import Dump, DumpWanted, NewDump, OutOfSpace, Reports, ends, is_out_of_space, kind_of
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.interruption import unstopped
from litebase.errors import (
    ConfirmationRequired,
    Conflict,
    FileFailed,
    InvalidMessage,
    ReadOnly,
    ToolFailed,
    Unsupported,
)
from litebase.export.file import NewFile, opened
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.lease import Waits

_COMPRESSED = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"PK": "zip"}
_EXISTS = "already exists"


async def dump_database(call: Call, request: DumpDatabaseRequest) -> DumpDatabaseResponse:
    """Let the engine write a file under its temporary name, and give it its name."""
    connection = call.client.connection(request.connection_id)
    wanted = DumpWanted(request.objects, request.what, request.format, request.owners)
    file = NewFile(_absolute(request.path), overwrite=request.overwrite)
    call.done_so_far("No file was made.")
    try:
        await to_thread.run_sync(file.open)
        async with connection.borrowed_session(Waits(ask=call.ask)) as session:
            _check_able(session)
            engine, new = dumper(connection.engine), NewDump(*file.handed_over)
            done = await engine.dump(connection.pool.driver, session, wanted, new, _reports(call), call.ask)
        await to_thread.run_sync(file.complete)
        await unstopped(to_thread.run_sync(file.publish))
    except BaseException as failure:
        with CancelScope(shield=True):
            await to_thread.run_sync(file.discard)
        if isinstance(failure, OutOfSpace):
            raise file.full("The disk is full, or what the user may have of it.") from failure
        if isinstance(failure, ToolFailed) and is_out_of_space(failure):
            raise file.full(failure.message) from failure
        raise
    return DumpDatabaseResponse(
        tool=done.tool,
        tool_version=done.tool_version,
        format=done.format,
        path=request.path,
        bytes=file.size,
        log=done.log,
    )


async def restore_database(call: Call, request: RestoreDatabaseRequest) -> RestoreDatabaseResponse:
    """Look at the file, and let the engine make what is in it."""
    connection = call.client.connection(request.connection_id)
    _check_writable(connection, confirmed=request.confirm)
    file = await to_thread.run_sync(opened, _absolute(request.path))
    dump: Dump | None = None
    try:
        dump = await to_thread.run_sync(_recognized, Path(request.path), file)
        async with connection.borrowed_session(Waits(ask=call.ask)) as session:
            _check_able(session)
            run = partial(dumper(connection.engine).restore, connection.pool.driver, session, dump)
            try:
                done = await run(_reports(call), call.ask, owners=request.owners)
            finally:
                _tell_definitions(connection)
    except OutOfSpace as failure:
        raise FileFailed(request.path, "no_space", "There is no room on the disk of the database.") from failure
    except ToolFailed as failed:
        if _EXISTS in failed.message:
            raise Conflict(f"The database has something of the file already. {failed.message}") from failed
        raise
    finally:
        if dump is not None:
            dump.given_up.set()
        file.close()
    return RestoreDatabaseResponse(
        tool=done.tool,
        tool_version=done.tool_version,
        format=done.format,
        bytes=dump.size,
        rule=done.rule,
        log=done.log,
    )


def _absolute(path: str) -> Path:
    if not Path(path).is_absolute():
        raise InvalidMessage("/data/path", "send an absolute path: the backend has a working folder of its own.")
    return Path(path)


def _check_able(session: DatabaseSession) -> None:
    if isinstance(ability := session.abilities.dumps, Unavailable):
        raise Unsupported(ability.reason)


def _check_writable(connection: Connection, *, confirmed: bool) -> None:
    if connection.facts.read_only:
        raise ReadOnly("The connection is read-only.", QueryFailedDetails(engine_code=None))
    if connection.statements.needs_confirmation and not confirmed:
        raise ConfirmationRequired("defines", "A restore makes objects and rows")


def _reports(call: Call) -> Reports:
    return Reports(
        partial(call.progress, "dumped_bytes"),
        partial(call.progress, "checked_bytes"),
        partial(call.progress, "restored_bytes"),
    )


def _tell_definitions(connection: Connection) -> None:
    if connection.statements.on_definition is not None:
        connection.statements.on_definition(True)


def _recognized(path: Path, file: BinaryIO) -> Dump:
    """The file as what it is. Raises `FileFailed` for what cannot be restored."""
    size = file.seek(0, 2)
    head, tail = ends(file, size)
    kind = kind_of(head)
    if kind is None:
        raise _unknown(path, head)
    if kind == "database":
        file.close()  # SQLite opens it itself, and to close it later would end the locks of others here
    return Dump(path, file, size, kind, head, tail)


def _unknown(path: Path, head: bytes) -> FileFailed:
    why = "It is none of a dump of pg_dump, mysqldump or mariadb-dump, and a database of SQLite."
    if (packed := next((name for mark, name in _COMPRESSED.items() if head.startswith(mark)), None)) is not None:
        why = f"It is compressed with {packed}: unpack it first."
    elif not head:
        why = "It is empty."
    return FileFailed(str(path), "not_a_dump", f"{path} cannot be restored. {why}")
