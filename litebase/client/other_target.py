"""The second database of a command that works with two."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litebase_schema.calls import Calls
from litebase_schema.connection import DbDisconnectRequest
from pydantic import ValidationError

from litebase.client.table import printable
from litebase.drivers.targets import TargetOptions, asks_password, parse


class UnfitTarget(Exception):
    """What was said is no target; the message says why."""


@asynccontextmanager
async def connected(calls: Calls, said: str, options: TargetOptions) -> AsyncIterator[str]:
    """The id of a connection to it, until the end of the block. Raises `UnfitTarget`."""
    try:
        wanted = parse(said, options)
    except ValidationError as refused:
        raise UnfitTarget(
            f"This is no target: {printable(refused.errors(include_input=False)[0]['msg'])}."
        ) from refused
    except ValueError as refused:
        raise UnfitTarget(printable(str(refused))) from refused
    if asks_password(said) and sys.stdin.isatty():
        wanted = wanted.model_copy(update={"password_prompt": True})
    opened = await calls.db_connect(wanted)
    try:
        yield opened.connection_id
    finally:
        await calls.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))
