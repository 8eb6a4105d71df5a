"""Dumps by mysqldump or mariadb-dump, and the client program that runs them.

DDL of MySQL commits, so a restore cannot be taken back. What a dump would make is therefore compared with what is
there before anything runs.
"""

import getpass
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import cast

from anyio import to_thread
from litebase_schema.catalog import ObjectRef
from litebase_schema.connection import MysqlTarget

from litebase.drivers.dumping import (
    KINDS,
    Command,
    Dump,
    Dumped,
    DumpWanted,
    NewDump,
    Reports,
    Restored,
    carry_out,
    private_folder,
    threadsafe,
)
from litebase.drivers.interface import Ask, DatabaseSession, Driver
from litebase.drivers.mysql.driver import MysqlDriver
from litebase.drivers.mysql.link import programs
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.tools import Tool
from litebase.drivers.trust import trusted_certificates
from litebase.errors import Conflict, InvalidMessage, ToolFailed, Unsupported

_CLIENTS = ("mysql", "mariadb")  # which have a statement stopped by SIGINT; their programs for dumps end by SIGTERM
_HIDDEN = ("MYSQL", "MARIADB", "LIBMYSQL")
_ALWAYS = (
    "--single-transaction", "--quick", "--hex-blob", "--no-tablespaces", "--skip-add-drop-table",
    "--skip-add-locks", "--default-character-set=utf8mb4", "--max-allowed-packet=1G", "--verbose",
)  # fmt: skip
_ROUTINES = ("--routines", "--events")
_TABLES = {"table", "view", "sequence"}
_END = b"-- Dump completed"
_SHOWN_NAMES = 5
_LONGEST_NAME = 1000  # bytes up to its end, in a statement
_OTHER_DATABASE = re.compile(  # at the beginning of a line; USE INDEX in the text of a routine is none
    rb"(?:\s|/\*M?!\d*)*(?:USE\b\s*(?:`(?:[^`]|``)+`|[\w$]+)\s*(?:\*/\s*)?;|(?:CREATE|DROP)\s+(?:DATABASE|SCHEMA)\b)",
    re.IGNORECASE,
)
_MADE = re.compile(
    rb"(?:/\*!\d+ )?CREATE\b[^(]*?\b(?P<kind>TABLE|VIEW|SEQUENCE|PROCEDURE|FUNCTION|EVENT)\b"
    rb"[^`(]*`(?P<name>(?:[^`]|``)+)`"
)
_EXISTING = (
    "SELECT 'TABLE', table_name FROM information_schema.tables WHERE table_schema = DATABASE() "
    "UNION ALL SELECT routine_type, routine_name FROM information_schema.routines WHERE routine_schema = DATABASE() "
    "UNION ALL SELECT 'EVENT', event_name FROM information_schema.events WHERE event_schema = DATABASE()"
)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b"}

_Made = set[tuple[str, str]]  # kinds and names


async def dump(
    driver: Driver, session: DatabaseSession, wanted: DumpWanted, file: NewDump, reports: Reports, ask: Ask
) -> Dumped:
    """Run the program. Rows are those of one moment where the tables are InnoDB's."""
    if wanted.format not in (None, "plain"):
        raise InvalidMessage("/data/format", "MySQL and MariaDB have the format plain.")
    database, tables = await _chosen(session, wanted.objects)
    server = ServerVersion.of(session.server_version)
    tool = programs.for_dump(await programs.DUMPS[server.is_mariadb].tools(), server)
    arguments = [*_ALWAYS, *_part(wanted.what, whole=not tables), *_own(tool)]
    with private_folder() as folder:
        command = await _command(tool, [*arguments, "--", database, *tables], driver, session, ask, folder)
        log = await carry_out(command, folder, lambda: reports.dumped(file.size(), None), stdout=file.descriptor)
    return Dumped(tool.path, tool.text, "plain", log)


async def restore(
    driver: Driver,
    session: DatabaseSession,
    dump: Dump,
    reports: Reports,
    ask: Ask,
    *,
    owners: bool,  # noqa: ARG001  # a dump says who the definers are
) -> Restored:
    """Run the file with the client program, up to its first error."""
    if dump.kind != "mysql":
        raise dump.failed("other_engine", f"It is {KINDS[dump.kind]}, and this is MySQL or MariaDB.")
    if _END not in dump.tail:
        raise dump.failed("incomplete", "Its last line is missing, so it was cut off, or the program had not ended.")
    database = await _database(session)
    made = await to_thread.run_sync(partial(_made, dump, reports), abandon_on_cancel=True)
    await _check_free(session, made)
    server = ServerVersion.of(session.server_version)
    tool = programs.for_restore(await programs.CLIENTS[server.is_mariadb].tools(), server)
    # in binary mode it carries out no commands of its own that are in the file: some start programs
    arguments = ["--batch", "--binary-mode", "--local-infile=0", "--default-character-set=utf8mb4"]
    arguments += ["--max-allowed-packet=1G", f"--database={database}"]
    dump.rewind()
    with private_folder() as folder:
        command = await _command(tool, arguments, driver, session, ask, folder)
        try:
            watch = partial(_tell_position, dump, reports)
            log = await carry_out(command, folder, watch, stdin=dump.file.fileno())
        except ToolFailed as failed:
            failed.message += " What came before the error stays: MySQL and MariaDB cannot take it back."
            raise
    return Restored(tool.path, tool.text, "plain", "up_to_the_error", log)


def _tell_position(dump: Dump, reports: Reports) -> None:
    reports.restored(dump.position(), dump.size)


# what is dumped


def _part(what: str, *, whole: bool) -> Iterable[str]:
    if what == "data":
        return ("--no-create-info", "--skip-triggers")
    return (*(("--no-data",) if what == "structure" else ()), "--triggers", *(_ROUTINES if whole else ()))


def _own(tool: Tool) -> Iterable[str]:
    """What only MySQL's program knows: nothing that the server cannot give, or a restore must not set."""
    if programs.is_mariadb(tool):
        return ()
    return ("--set-gtid-purged=OFF", *(("--skip-column-statistics",) if tool.version >= (8,) else ()))


async def _chosen(session: DatabaseSession, objects: Sequence[ObjectRef] | None) -> tuple[str, Sequence[str]]:
    """A database, and its tables; none for all of it."""
    if objects is None:
        return await _database(session), ()
    if len(objects) == 1 and objects[0].kind == "schema":
        return objects[0].name, ()
    for at, one in enumerate(objects):
        if one.kind not in _TABLES:
            raise InvalidMessage(f"/data/objects/{at}/kind", "name one schema, or tables, views and sequences.")
    schemas = {one.schema_name for one in objects}
    if len(schemas) > 1:
        raise InvalidMessage("/data/objects", "they must be of one database.")
    (schema,) = schemas
    return schema or await _database(session), [one.name for one in objects]


async def _database(session: DatabaseSession) -> str:
    ((name,),) = await session.rows("SELECT DATABASE()")
    if name is None:
        raise Conflict("The connection has entered no database: name one in db_connect.")
    return str(name)


# what is restored


def _made(dump: Dump, reports: Reports) -> _Made:
    """What the file would make. In a thread. Each of its lines that begins so is a statement: text has no line ends."""
    found: _Made = set()
    for line in dump.lines(threadsafe(reports.checked)):
        if _OTHER_DATABASE.match(line[:_LONGEST_NAME]):
            raise dump.failed(
                "not_a_dump", "It names a database of its own, so it would not go into that of the connection only."
            )
        if b"CREATE" in line[:20] and (one := _MADE.match(line[:_LONGEST_NAME])):
            kind = one["kind"].decode()
            name = one["name"].replace(b"``", b"`").decode("utf-8", "replace")
            found.add(("TABLE" if kind in ("VIEW", "SEQUENCE") else kind, name))
    return found


async def _check_free(session: DatabaseSession, made: _Made) -> None:
    """Raise `Conflict` when something of that name is there."""
    there = {(str(kind), str(name)) for kind, name in await session.rows(_EXISTING)}
    folded = {(kind, name.casefold()) for kind, name in there}
    taken = sorted(name for kind, name in made if (kind, name.casefold()) in folded)
    if taken:
        names = ", ".join(taken[:_SHOWN_NAMES]) + (" ..." if len(taken) > _SHOWN_NAMES else "")
        raise Conflict(
            f"The database has {len(taken):,} of the file's objects already: {names}. Nothing was changed. "
            "Restore into an empty database."
        )


# how a program logs in


async def _command(
    tool: Tool, arguments: Sequence[str], driver: Driver, session: DatabaseSession, ask: Ask, folder: Path
) -> Command:
    target = await cast("MysqlDriver", driver).login(ask)
    encrypted = session.tls is not None and session.tls.encrypted
    lines = [f"{name}={_spelled(value)}" for name, value in _login(target, tool, encrypted=encrypted)]
    file = folder / "login"
    file.touch(mode=0o600)
    file.write_text("\n".join(["[client]", *lines, ""]), encoding="utf-8")
    nowhere = {"MYSQL_TEST_LOGIN_FILE": str(folder / "none")}  # or MySQL's read one in the user's home
    arguments = [f"--defaults-file={file}", *arguments]
    return Command(tool, arguments, nowhere, _HIDDEN, [target.password], interrupted=tool.path.endswith(_CLIENTS))


def _login(target: MysqlTarget, tool: Tool, *, encrypted: bool) -> Iterator[tuple[str, str]]:
    yield "user", target.user or getpass.getuser()
    if target.password:
        yield "password", target.password
    if target.socket_path is not None:
        yield from (("protocol", "socket"), ("socket", target.socket_path))
    else:
        yield from (("protocol", "tcp"), ("host", target.host), ("port", str(target.port)))
    yield from (_tls_of_mariadb if programs.is_mariadb(tool) else _tls_of_mysql)(target, encrypted)


def _tls_of_mariadb(target: MysqlTarget, encrypted: bool) -> Iterator[tuple[str, str]]:
    if not encrypted:
        yield "skip-ssl", "1"
        return
    yield "ssl", "1"
    verifies = target.tls in ("verify_ca", "verify_full")  # it has no mode that leaves out the name
    if verifies and target.tunnel is not None:
        raise Unsupported("The programs of MariaDB cannot check a server's certificate at the end of a tunnel.")
    yield "ssl-verify-server-cert", "1" if verifies else "0"
    yield from _tls_files(target, verifies=verifies)


def _tls_of_mysql(target: MysqlTarget, encrypted: bool) -> Iterator[tuple[str, str]]:
    modes = {"verify_ca": "VERIFY_CA", "verify_full": "VERIFY_IDENTITY"}
    if target.tls == "verify_full" and target.tunnel is not None:
        raise Unsupported("The programs of MySQL cannot check a server's name at the end of a tunnel; use verify_ca.")
    yield "ssl-mode", modes.get(target.tls, "REQUIRED") if encrypted else "DISABLED"
    if encrypted:
        yield from _tls_files(target, verifies=target.tls in modes)


def _tls_files(target: MysqlTarget, *, verifies: bool) -> Iterator[tuple[str, str]]:
    if target.tls_certificate_file is not None and target.tls_key_passphrase:
        raise Unsupported("The programs of MySQL and MariaDB take no key with a passphrase.")
    files = {"ssl-cert": target.tls_certificate_file}
    files["ssl-key"] = target.tls_key_file or target.tls_certificate_file
    if verifies:
        files["ssl-ca"] = target.tls_ca_file or trusted_certificates()
        files["ssl-crl"] = target.tls_crl_file
    yield from ((name, value) for name, value in files.items() if value)


def _spelled(value: str) -> str:
    """A value as a file of options has it."""
    return '"' + "".join(_ESCAPES.get(one, one) for one in value) + '"'
