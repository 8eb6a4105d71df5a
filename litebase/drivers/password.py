"""The password of a target: given, or asked of a person and kept in memory for the sessions that come later."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio
from litebase_schema.connection import MysqlTarget, PostgresqlTarget

from litebase.drivers.interface import Ask, DatabaseSession, Question
from litebase.drivers.trace import Trace
from litebase.errors import PasswordRefused

Target = TypeVar("Target", PostgresqlTarget, MysqlTarget)

_TRIES = 3  # for one session; servers count wrong passwords too


class Passwords(Generic[Target]):
    """A target whose password may have to be asked for. Sessions that open at once ask once."""

    def __init__(self, target: Target) -> None:
        self._target: Target = target
        self._password = target.password
        self._refused = False
        self._asking = anyio.Lock()

    async def open(
        self, ask: Ask, trace: Trace, connect: Callable[[Target, Trace], Awaitable[DatabaseSession]]
    ) -> DatabaseSession:
        """What `connect` opens with the password. Raises `PromptUnanswered`, and what `connect` raises."""
        if not self._target.password_prompt:
            return await connect(self._target, trace)
        for left in reversed(range(_TRIES)):
            password = await self._known(ask)
            try:
                return await connect(self._target.model_copy(update={"password": password}), trace)
            except PasswordRefused as refused:
                trace.blame(refused)
                if self._password == password:  # and no other session has got a better one meanwhile
                    self._password, self._refused = None, True
                if not left:
                    raise
        raise AssertionError("the last try returns or raises")

    async def known(self, ask: Ask) -> Target:
        """The target with its password, for what logs in beside the sessions. Raises `PromptUnanswered`."""
        if not self._target.password_prompt:
            return self._target
        return self._target.model_copy(update={"password": await self._known(ask)})

    async def _known(self, ask: Ask) -> str:
        async with self._asking:
            if self._password is None:
                self._password = await ask(self._question())
            return self._password

    def _question(self) -> Question:
        target = self._target
        what = f"{target.password_kind.capitalize()} of {target.user or 'the user'} at"
        refused = f"The server refused the {target.password_kind}. " if self._refused else ""
        return Question(
            kind=target.password_kind,
            text=f"{refused}{what} {target.socket_path or f'{target.host}:{target.port}'}",
            connection_name=target.name,
            host=None if target.socket_path else target.host,
            again=self._refused,
        )
