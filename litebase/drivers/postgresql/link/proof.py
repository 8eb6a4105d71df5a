"""The proof that a server keeps a read-only transaction from writing.

Servers that speak the protocol may accept READ ONLY and write all the same, so each session tries before it is used:
what it tries would change nothing.
"""

import secrets

import psycopg
from psycopg import pq

from litebase.drivers.postgresql import errors
from litebase.drivers.postgresql.link.stream import Link, LinkFailed
from litebase.errors import ConnectFailed

_Exec = pq.ExecStatus


async def prove_read_only(link: Link, place: str) -> None:
    """Try to write in a transaction such as those around each statement, in one round trip.

    Raises `ConnectFailed` when the server does not refuse, and `LinkFailed`.
    """
    tried = f"DROP TABLE IF EXISTS litebase_{secrets.token_hex(8)}"
    refusal = "it accepted DROP TABLE"
    for result in await _answers(link, ("BEGIN READ ONLY", "SELECT 1", tried), ("ROLLBACK",)):
        if result.status == _Exec.FATAL_ERROR:
            link.raise_if_closed(result)
            if errors.sqlstate(result) == errors.READ_ONLY_TRANSACTION:
                return
            refusal = errors.field(result, pq.DiagnosticField.MESSAGE_PRIMARY) or refusal
    raise ConnectFailed(
        "database",
        f"{place} does not keep a read-only session from writing ({refusal}). Connect without read_only, as a user "
        "that has no right to write.",
    )


async def _answers(link: Link, *parts: tuple[str, ...]) -> list[pq.abc.PGresult]:
    """The results of statements that are sent together; after an error, the rest of its part is left out."""
    connection, found, ends = link.connection, list[pq.abc.PGresult](), 0
    try:
        connection.enter_pipeline_mode()
        for part in parts:
            for sql in part:
                connection.send_query_params(sql.encode(), None)
            connection.pipeline_sync()
        await link.flush()
        most = 2 * sum(map(len, parts)) + len(parts)  # each statement has a result and an end
        for _ in range(most):
            if (result := await link.result()) is None:
                continue
            found.append(result)
            ends += result.status == _Exec.PIPELINE_SYNC
            if ends == len(parts):
                connection.exit_pipeline_mode()
                return found
    except psycopg.Error as error:
        raise LinkFailed from error
    raise LinkFailed
