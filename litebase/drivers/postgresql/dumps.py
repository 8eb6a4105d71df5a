"""Dumps by pg_dump, and what restores them: pg_restore, or psql for those that are SQL."""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from anyio import to_thread
from litebase_schema.catalog import ObjectRef
from litebase_schema.connection import PostgresqlTarget
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from litebase.drivers import tools
from litebase.drivers.dumping import (
    KINDS,
    Command,
    Dump,
    Dumped,
    DumpWanted,
    NewDump,
    Report,
    Reports,
    Restored,
    carry_out,
    private_folder,
)
from litebase.drivers.interface import Ask, DatabaseSession, Driver
from litebase.drivers.postgresql.driver import PostgresqlDriver
from litebase.drivers.postgresql.link import options, programs
from litebase.drivers.tools import Tool
from litebase.errors import InvalidMessage, Unsupported

_HIDDEN = ("PG",)
_PARTS = {"all": [], "structure": ["--schema-only"], "data": ["--data-only"]}
_TABLES = {"table", "view", "materialized_view", "foreign_table", "sequence"}
_SINCE = {  # the version of libpq that an option of a connection needs
    "require_auth": 16, "sslcertmode": 16, "load_balance_hosts": 16, "sslnegotiation": 17, "min_protocol_version": 18,
    "max_protocol_version": 18, "sslsni": 14, "sslcrldir": 14,
}  # fmt: skip
_OURS = ("password", "sslpassword", "client_encoding", "options")  # told in another way, or the program's own to say
_PLAIN_END = b"-- PostgreSQL database dump complete"
_HEADER_LINES = 100
_RESTRICT = re.compile(rb"\\restrict (\w+)\r?\n")
_PUBLIC = b"CREATE SCHEMA public;\n"
_PUBLIC_IN_LIST = re.compile(r"^(\d+; \d+ \d+ SCHEMA - public )", re.MULTILINE)
_ENOUGH_BYTES = 1 << 16


async def dump(
    driver: Driver, session: DatabaseSession, wanted: DumpWanted, file: NewDump, reports: Reports, ask: Ask
) -> Dumped:
    """Run pg_dump. The file can be read from any place, which a pipe could not."""
    form = wanted.format or "custom"
    if form not in ("custom", "plain"):
        raise InvalidMessage("/data/format", "PostgreSQL has the formats custom and plain.")
    arguments = [f"--format={form}", *_PARTS[wanted.what], *_chosen(wanted.objects or ())]
    if form == "plain" and not wanted.owners:
        arguments += ["--no-owner", "--no-privileges"]
    tool = programs.for_dump(await programs.PG_DUMP.tools(), session.server_version)
    with private_folder() as folder:
        command = await _command(tool, arguments, driver, session, ask, folder)
        log = await carry_out(command, folder, lambda: reports.dumped(file.size(), None), stdout=file.descriptor)
    return Dumped(tool.path, tool.text, form, log)


async def restore(
    driver: Driver, session: DatabaseSession, dump: Dump, reports: Reports, ask: Ask, *, owners: bool
) -> Restored:
    """Run pg_restore or psql, in one transaction."""
    if dump.kind not in ("pg_custom", "pg_plain"):
        raise dump.failed("other_engine", f"It is {KINDS[dump.kind]}, and this is PostgreSQL.")
    run = _restore_custom if dump.kind == "pg_custom" else _restore_plain
    with private_folder() as folder:
        tool, log = await run(driver, session, dump, reports, ask, owners, folder)
    return Restored(tool.path, tool.text, "custom" if dump.kind == "pg_custom" else "plain", "all_or_nothing", log)


async def _restore_custom(
    driver: Driver, session: DatabaseSession, dump: Dump, reports: Reports, ask: Ask, owners: bool, folder: Path
) -> tuple[Tool, str]:
    tool = programs.for_restore(await programs.PG_RESTORE.tools(), session.server_version, dump.head)
    listed = await _contents(tool, dump)
    arguments = ["--exit-on-error", "--single-transaction", *([] if owners else ["--no-owner", "--no-privileges"])]
    if _PUBLIC_IN_LIST.search(listed) and await session.rows("SELECT FROM pg_namespace WHERE nspname = 'public'"):
        chosen = folder / "list"
        chosen.write_text(_PUBLIC_IN_LIST.sub(r";\1", listed), encoding="utf-8")
        arguments.append(f"--use-list={chosen}")
    command = await _command(tool, arguments, driver, session, ask, folder)
    dump.rewind()
    watch = partial(_tell_position, dump, reports.restored)
    return tool, await carry_out(command, folder, watch, stdin=dump.file.fileno())


async def _contents(tool: Tool, dump: Dump) -> str:
    """What is in a file of the custom format, as pg_restore lists it. A file that it cannot read is refused."""
    dump.rewind()
    done = await to_thread.run_sync(tools.run, [tool.path, "--list"], dump.file.fileno())
    if done.returncode:
        raise dump.failed("incomplete", f"{tool.path} says: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout.decode("utf-8", "replace")


async def _restore_plain(
    driver: Driver, session: DatabaseSession, dump: Dump, reports: Reports, ask: Ask, _owners: bool, folder: Path
) -> tuple[Tool, str]:
    if _PLAIN_END not in dump.tail:
        raise dump.failed("incomplete", "Its last line is missing, so it was cut off, or pg_dump had not ended.")
    tool = programs.for_sql(await programs.PSQL.tools(), session.server_version)
    arguments = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file=-"]
    command = await _command(tool, arguments, driver, session, ask, folder)
    done = [0]
    feed = partial(_feed, dump, lambda count, _: done.__setitem__(0, count))
    return tool, await carry_out(command, folder, lambda: reports.restored(done[0], dump.size), feed=feed)


def _feed(dump: Dump, report: Report, pipe: BinaryIO) -> None:
    """Give psql the file, in a mode in which it carries out no commands of its own: some start programs."""
    pipe.write(b"\\restrict %s\n" % secrets.token_hex(16).encode())
    some, size = [], 0
    for line in _restricted(dump.lines(report)):
        some.append(line)
        size += len(line)
        if size >= _ENOUGH_BYTES:
            pipe.write(b"".join(some))
            some, size = [], 0
    pipe.write(b"".join(some))


def _restricted(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The file without the mode of its own, which would be a command, and with a schema that is there already."""
    end: bytes | None = None
    for number, line in enumerate(lines):
        if end is None and number < _HEADER_LINES and (begin := _RESTRICT.fullmatch(line)):
            end = b"\\unrestrict " + begin[1]
        elif line == _PUBLIC:
            yield b"CREATE SCHEMA IF NOT EXISTS public;\n"
        elif end is None or line.rstrip(b"\r\n") != end:
            yield line


def _tell_position(dump: Dump, report: Report) -> None:
    report(dump.position(), dump.size)


# how a program logs in


async def _command(
    tool: Tool, arguments: Sequence[str], driver: Driver, session: DatabaseSession, ask: Ask, folder: Path
) -> Command:
    target, address = await cast("PostgresqlDriver", driver).login(ask)
    encrypted = session.tls is not None and session.tls.encrypted
    environment = {"PGPASSWORD": target.password or ""}
    place = conninfo(target, address, tool, encrypted=encrypted)
    if target.tls_key_passphrase:
        service = folder / "service"
        service.touch(mode=0o600)
        service.write_text(f"[litebase]\nsslpassword={target.tls_key_passphrase}\n", encoding="utf-8")
        environment["PGSERVICEFILE"] = str(service)
        place = make_conninfo(place, service="litebase")
    said = [target.password, target.tls_key_passphrase]
    is_psql = tool.path.endswith("psql")  # the others have a statement stopped by SIGTERM, too
    quiet = [] if is_psql else ["--verbose"]
    arguments = [*quiet, "--no-password", *arguments, f"--dbname={place}"]
    return Command(tool, arguments, environment, _HIDDEN, said, interrupted=is_psql)


def conninfo(target: PostgresqlTarget, address: str | None, tool: Tool, *, encrypted: bool) -> str:
    """How a program connects: as the sessions do, as far as its libpq knows the options. Without secrets.

    Raises `Unsupported` where an older libpq could be made to send the password in clear text.
    """
    found: Mapping[str, object] = conninfo_to_dict(options.conninfo(target, address))
    if encrypted and target.tls == "prefer":
        found = {**found, "sslmode": "require"}  # as it is, and nobody can talk us out of it
    elif "require_auth" in found and tool.version[0] < _SINCE["require_auth"]:
        raise Unsupported(
            f"{tool.path} {tool.text} could be made to send the password in clear text, because the link to "
            f"{target.host} is not encrypted: connect with the TLS mode require, or install {programs.packages(16)}."
        )
    known = {name: str(one) for name, one in found.items() if tool.version[0] >= _SINCE.get(name, 0)}
    return make_conninfo("", **{name: one for name, one in known.items() if name not in _OURS})


def _chosen(objects: Sequence[ObjectRef]) -> Iterator[str]:
    for at, one in enumerate(objects):
        if one.kind == "schema":
            yield f"--schema={_quoted(one.name)}"
        elif one.kind in _TABLES:
            schema = "" if one.schema_name is None else f"{_quoted(one.schema_name)}."
            yield f"--table={schema}{_quoted(one.name)}"
        else:
            raise InvalidMessage(f"/data/objects/{at}/kind", "name schemas, or tables, views and sequences.")
    if objects:
        yield "--strict-names"


def _quoted(name: str) -> str:
    """A name as a pattern that fits nothing else."""
    return '"' + name.replace('"', '""') + '"'
