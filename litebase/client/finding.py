"""What a search of a database found, for the prompt."""

from collections.abc import Sequence

from litebase_schema.calls import Calls
from litebase_schema.search import SearchHit, SearchObjectsRequest
from litebase_schema.values import Column

from litebase.client.table import printable, table

_OLD_MS = 5000  # of names, before their age is told
_PLACES = ["names", "columns", "comments", "definitions"]


async def lines(calls: Calls, connection_id: str, text: str, room: int | None) -> Sequence[str]:
    """What the command prints that looks for `text`."""
    if not text:
        return ["\\search TEXT looks for a text in names, columns, comments and definitions."]
    answer = await calls.search_objects(
        SearchObjectsRequest(connection_id=connection_id, text=text, search_in=list(_PLACES))
    )
    remarks = [printable(f"{one.part}: {one.reason}") for one in answer.missing]
    more = "" if answer.complete or remarks else ", and there are more"
    if answer.names_age_ms is not None and answer.names_age_ms >= _OLD_MS:
        remarks.append(f"The names are those of {answer.names_age_ms // 1000} s ago.")
    if not answer.hits:
        return ["Nothing was found.", *remarks]
    columns = [Column(name=name, db_type="text", kind="text") for name in ("object", "type", "found in", "line")]
    rows = [[_place(one), one.object.kind.replace("_", " "), _where(one), _line(one)] for one in answer.hits]
    found = f"{len(answer.hits):,} hit{'' if len(answer.hits) == 1 else 's'}{more}"
    return [*table(columns, rows, room), found, *remarks]


def _place(hit: SearchHit) -> str:
    ref = hit.object
    named = ref.name if ref.signature is None else f"{ref.name}({ref.signature})"
    return ".".join(part for part in (ref.schema_name, ref.parent_name, named) if part)


def _where(hit: SearchHit) -> str:
    return hit.where if hit.line is None else f"{hit.where}, line {hit.line}"


def _line(hit: SearchHit) -> str:
    return "" if hit.line is None else hit.excerpt
