"""The second database of a command that works with two."""

import shlex
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
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


async def compared(
    calls: Calls,
    connection_id: str,
    said: str,
    usage: str,
    compare: Callable[[tuple[str, str], tuple[str, str]], Awaitable[Sequence[str]]],
) -> Sequence[str]:
    """What `compare` says of two names, each with the id of its connection: both here, or the other in a target."""
    try:
        first, other, *target = shlex.split(said)
    except ValueError:
        return [usage]
    if len(target) > 1:
        return [usage]
    if not target:
        return await compare((connection_id, first), (connection_id, other))
    try:
        async with connected(calls, target[0], TargetOptions(read_only=True)) as there:
            return await compare((connection_id, first), (there, other))
    except UnfitTarget as unfit:
        return [str(unfit)]
