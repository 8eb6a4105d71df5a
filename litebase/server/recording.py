"""What is run, kept in the history of the backend, and for completion the latest statements of each connection."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from litebase.errors import LiteBaseError, OutcomeUnknown, QueryFailed
from litebase.server.backend import Backend
from litebase.server.connection import Connection

if TYPE_CHECKING:
    from litebase.history.history import History

# after these the statement was not run
_NOT_RUN = frozenset({
    "confirmation_required", "not_found", "invalid_message", "invalid_script", "unsupported", "conflict",
    "connect_failed", "prompt_unanswered",
})  # fmt: skip
_LATEST_CHARACTERS = 2000  # of a statement that are kept for completion


@dataclass(slots=True)
class Note:
    """What is known of a run that an exception does not tell."""

    sql: str  # which another text may replace, before it is run
    rows: int | None = None
    failure: LiteBaseError | None = None
    was_run: bool = True


@contextmanager
def recorded(
    backend: Backend, connection: Connection, sql: str, *, wanted: bool = True, origin: str = "user"
) -> Iterator[Note]:
    """Record what becomes of a statement meanwhile, if it is `wanted`: in the history, where the backend keeps one.

    `origin` is a `RunOrigin` of the contract.
    """
    note = Note(sql)
    if not wanted or connection.dialect is None:
        yield note
        return
    started, outcome, code = time.perf_counter(), "done", None
    try:
        yield note
        if note.failure is not None:
            outcome, code = _of(note.failure)
    except LiteBaseError as failure:
        outcome, code = _of(failure)
        raise
    except BaseException:
        outcome = "cancelled"
        raise
    finally:
        if outcome == "done" and note.was_run:
            connection.latest.append(note.sql[:_LATEST_CHARACTERS])
        if (history := backend.history) is not None and note.was_run and code not in _NOT_RUN:
            from litebase.history.file import Run, now  # noqa: PLC0415  # loaded with the first run

            run = Run(
                sql=note.sql,
                sql_complete=True,
                at=now(),
                ms=(time.perf_counter() - started) * 1000,
                rows=note.rows,
                outcome=outcome,
                code=code,
                connection_name=connection.facts.name,
                database=connection.facts.database,
                origin=origin,
            )
            history.add(run, connection.dialect)


def _of(failure: LiteBaseError) -> tuple[str, str]:
    """The outcome and the code of a run that failed."""
    own = failure.query_details.engine_code if isinstance(failure, QueryFailed) else None
    return "unknown" if isinstance(failure, OutcomeUnknown) else "failed", own or failure.code


def earlier(history: "History", connection: Connection) -> None:
    """Put what was run on other days before the latest statements of a connection, as far as there is room.

    In a thread.
    """
    from litebase.history.file import Wanted  # noqa: PLC0415
    from litebase.history.history import Unusable  # noqa: PLC0415

    facts, latest, most = connection.facts, connection.latest, connection.latest.maxlen or 0
    wanted = Wanted(connection_name=facts.name, database=facts.database, outcomes=["done"], limit=most)
    try:
        entries = history.search(wanted, lambda: False)
    except Unusable:  # which `search_history` reports
        return
    already = set(latest)
    for sql in (entry.run.sql[:_LATEST_CHARACTERS] for entry in entries):
        if sql not in already and len(latest) < most:
            latest.appendleft(sql)
