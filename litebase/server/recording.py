"""What is run, kept in the history of the backend."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from litebase.errors import LiteBaseError, OutcomeUnknown, QueryFailed
from litebase.server.backend import Backend
from litebase.server.connection import Connection

# after these the statement was not run
_NOT_RUN = frozenset({
    "confirmation_required", "not_found", "invalid_message", "invalid_script", "unsupported", "conflict",
    "connect_failed", "prompt_unanswered",
})  # fmt: skip


@dataclass(slots=True)
class Note:
    """What is known of a run that an exception does not tell."""

    rows: int | None = None
    failure: LiteBaseError | None = None


@contextmanager
def recorded(
    backend: Backend, connection: Connection, sql: str, *, wanted: bool = True, origin: str = "user"
) -> Iterator[Note]:
    """Record what becomes of a statement meanwhile, where the backend keeps a history and it is `wanted`."""
    note = Note()
    history = backend.history if wanted else None
    if history is None or connection.dialect is None:
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
        if code not in _NOT_RUN:
            from litebase.history.file import Run, now  # noqa: PLC0415  # loaded with the first run

            run = Run(
                sql=sql,
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
