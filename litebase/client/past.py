"""What was run before, for the prompt."""

from collections.abc import Sequence

from litebase_schema.calls import Calls
from litebase_schema.history import HistoryEntry, SearchHistoryRequest

from litebase.client.table import duration, printable

COMMAND = "\\history"
_SHOWN = 20


async def lines(calls: Calls, text: str) -> Sequence[str]:
    """The newest statements that contain all words of `text`, the newest last, above the next line to type."""
    answer = await calls.search_history(SearchHistoryRequest(text=text, limit=_SHOWN))
    shown = [line for one in reversed(answer.entries) for line in _entry(one)]
    return shown if answer.entries else ["Nothing was found."]


def _entry(one: HistoryEntry) -> Sequence[str]:
    facts = [one.at[:19].replace("T", " "), duration(one.ms / 1000)]
    facts += [f"{one.rows:,} row{'' if one.rows == 1 else 's'}"] if one.rows is not None else []
    facts += [f"{one.outcome}{f' ({one.code})' if one.code else ''}"] if one.outcome != "done" else []
    facts += [f"{one.runs:,} times"] if one.runs > 1 else []
    facts += [one.connection_name] if one.connection_name else []
    sql = ["\t".join(map(printable, line.split("\t"))) for line in one.sql.splitlines()]
    return [f"-- {printable(' · '.join(facts))}", *sql]
