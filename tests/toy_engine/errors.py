"""The engine's errors as ours."""

from litebase_schema.errors import QueryFailedDetails

from litebase.errors import QueryFailed, place_in


def refused(sql: str, position: int, reason: str) -> QueryFailed:
    """A statement that cannot be run, with the place of what is wrong."""
    line, column = place_in(sql, position)
    return QueryFailed(reason, QueryFailedDetails(engine_code="REFUSED", position=position, line=line, column=column))


def broken(reason: object) -> QueryFailed:
    """A table that could be read to here and no further."""
    return QueryFailed(f"The table is broken: {reason}.", QueryFailedDetails(engine_code="BROKEN"))
