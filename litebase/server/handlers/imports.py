"""Files of other programs, shown and stored as rows of a table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from anyio import CancelScope, to_thread
from litebase_schema.imports import (
    ImportOptions,
    ImportRowsRequest,
    ImportRowsResponse,
    PreviewImportRequest,
    PreviewImportResponse,
)

from litebase.drivers.abilities import Unavailable
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.interruption import unstopped
from litebase.errors import ConfirmationRequired, InvalidMessage, QueryFailed, ReadOnly, RowRejected, Unsupported
from litebase.imports.failures import BrokenFile
from litebase.imports.source import Source
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.handlers.import_plan import Planned, plan_of
from litebase.server.handlers.import_source import Preview, RejectedRows, options_of, readable, source_of
from litebase.server.import_run import FileSupply, ImportRun, Loaded
from litebase.server.lease import Waits
from litebase.server.recording import recorded


async def preview_import(call: Call, request: PreviewImportRequest) -> PreviewImportResponse:
    """How a file is to be read, and what its samples are."""
    options = request.options or ImportOptions()
    most = call.backend.settings.max_workbook_bytes

    def read() -> PreviewImportResponse:
        source = source_of(request.path, request.format, request.encoding, options, most)
        try:
            with readable(Path(request.path)):
                return _shown(source, request, options)
        finally:
            source.file.close()

    async with call.backend.row_work:
        return await to_thread.run_sync(read, abandon_on_cancel=True)


def _shown(source: Source, request: PreviewImportRequest, options: ImportOptions) -> PreviewImportResponse:
    preview = Preview(source, request.sample_rows, options.date_order)
    preview.read()
    return PreviewImportResponse(
        format=cast("Any", source.format),
        encoding=cast("Any", source.wishes.encoding),
        options=options_of(source, options, preview.date_order),
        columns=preview.columns,
        rows_estimate=preview.rows_estimate,
        rows_exact=preview.exact,
        problems=preview.problems,
    )


async def import_rows(call: Call, request: ImportRowsRequest) -> ImportRowsResponse:
    """Store the rows of a file, or say what would run."""
    connection = call.client.connection(request.connection_id)
    if (request.object is None) == (request.new_table is None):
        raise InvalidMessage("/data/object", "send exactly one of `object` and `new_table`.")
    if connection.statements.needs_confirmation and not (request.confirm or request.dry_run):
        raise ConfirmationRequired("writes")
    if connection.facts.read_only and not request.dry_run:
        raise _read_only()
    options, most = request.options or ImportOptions(), call.backend.settings.max_workbook_bytes
    call.done_so_far("No row is in.")
    source = await to_thread.run_sync(source_of, request.path, request.format, request.encoding, options, most)
    try:
        planned = await plan_of(call, connection, request, source)
        if request.dry_run:
            return _told(planned, Loaded(), 0, None)
        return await _import(call, connection, request, planned)
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(source.file.close)


async def _import(
    call: Call, connection: Connection, request: ImportRowsRequest, planned: Planned
) -> ImportRowsResponse:
    place, source = Path(request.path), planned.source
    rejects = RejectedRows(source, request.max_rejected if request.on_error == "reject" else None)

    def check() -> None:
        with readable(place):
            source.file.check_unchanged()

    def tell(loaded: Loaded) -> None:
        call.progress("imported_rows", loaded.read)
        if loaded.kept:
            call.done_so_far(f"{loaded.kept:,} rows are in.")

    kept, rejects_path = 0, None
    try:
        async with connection.borrowed_session(Waits(call.rows_read, call.ask)) as session:
            _check_able(session)
            supply = FileSupply(planned.reader(), planned.plan, planned.feeds, call.backend.row_work)
            run = ImportRun(connection, session, planned.plan, supply, rejects)
            run.told, run.before_commit = tell, check
            sql = planned.plan.loader.statement(planned.plan.target)
            with recorded(call.backend, connection, sql, origin="import") as note:
                try:
                    with readable(place):
                        await run.run()
                except BrokenFile as broken:
                    raise RowRejected(broken.line, broken.reason, rows_kept=run.loaded.kept) from broken
                finally:
                    note.rows, kept = run.loaded.kept, run.loaded.kept
        rejects_path = await unstopped(to_thread.run_sync(rejects.publish))
    finally:
        with CancelScope(shield=True):
            if kept and rejects_path is None:  # what is in is in, so what was rejected is to be known
                await to_thread.run_sync(rejects.publish)
            await to_thread.run_sync(rejects.discard)
    return _told(planned, run.loaded, rejects.count, rejects_path)


def _told(planned: Planned, loaded: Loaded, rejected: int, path: str | None) -> ImportRowsResponse:
    statements: Sequence[str] = planned.plan.statements
    return ImportRowsResponse(
        read=loaded.read,
        written=loaded.written,
        skipped=loaded.skipped,
        rejected=rejected,
        rejects_path=path,
        statements=list(statements),
    )


def _check_able(session: DatabaseSession) -> None:
    if isinstance(ability := session.abilities.import_rows, Unavailable):
        raise Unsupported(ability.reason)


def _read_only() -> QueryFailed:
    from litebase_schema.errors import QueryFailedDetails  # noqa: PLC0415  # loaded when it is raised

    return ReadOnly("The connection is read-only, and an import writes.", QueryFailedDetails(engine_code=None))
