"""The command that stores a file in a table: what it asks for, and what it prints."""

from collections.abc import Sequence

from litebase_schema.calls import Calls
from litebase_schema.imports import (
    ImportRowsRequest,
    ImportRowsResponse,
    NewTable,
    PreviewImportRequest,
    PreviewImportResponse,
)

from litebase.client import browse, output
from litebase.client.table import printable

IMPORT = "\\import"
_USAGE = "Say \\import FILE TABLE, with quotes around a name that has blanks."


async def lines(calls: Calls, connection_id: str, said: str, *, confirm: bool) -> Sequence[str]:
    """Import what the preview says, rows that cannot be stored into a file beside, and tell what became of them."""
    name, _, table = said.strip().rpartition(" ")
    if not name or not table:
        return [_USAGE]
    try:
        path = str(output.path_of(name))
    except output.UnfitName as unfit:
        return [printable(str(unfit))]
    shown = await calls.preview_import(PreviewImportRequest(path=path))
    found = await browse.tables(calls, connection_id, table)
    if len(found) > 1:
        return [f"Several tables fit {printable(table)}: name one with its schema."]
    schema, _, new = table.rpartition(".")
    answer = await calls.import_rows(
        ImportRowsRequest(
            connection_id=connection_id,
            path=path,
            format=shown.format,
            encoding=shown.encoding,
            options=shown.options,
            object=found[0] if found else None,
            new_table=None if found else NewTable(schema_name=schema or None, name=new),
            on_error="reject",
            confirm=confirm,
        )
    )
    made = [] if found else [printable(one) for one in answer.statements[:1]]
    return [*_told(shown), *made, *_outcome(answer)]


def _told(shown: PreviewImportResponse) -> list[str]:
    columns = ", ".join(f"{printable(one.name)} {one.kind}" for one in shown.columns)
    encoding = f", {shown.encoding}" if shown.encoding is not None else ""
    problems = [
        (f"line {one.line:,}: " if one.line is not None else f"{printable(one.column)}: " if one.column else "")
        + printable(one.message)
        for one in shown.problems
    ]
    return [f"{shown.format}{encoding}: {columns}", *problems]


def _outcome(answer: ImportRowsResponse) -> list[str]:
    counts = [f"{answer.written:,} of {answer.read:,} row{'' if answer.read == 1 else 's'} stored"]
    if answer.rejects_path is not None:
        counts.append(f"{answer.rejected:,} rejected, see {printable(answer.rejects_path)}")
    return [", ".join(counts)]
