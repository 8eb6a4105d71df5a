"""Opens sessions of the toy engine."""

from typing import Any, ClassVar

from litebase.drivers.interface import Ask, DatabaseSession, DriverLimits, nobody
from litebase.drivers.trace import Trace
from tests.toy_engine.session import ToySession


class ToyDriver:
    """There is one database, and everybody may read it."""

    engine: ClassVar[str] = "toy"
    read_only = True
    sessions_share_data = True

    def __init__(self, _target: Any, limits: DriverLimits) -> None:
        self._limits = limits

    async def connect(self, ask: Ask = nobody, trace: Trace | None = None) -> DatabaseSession:
        (trace or Trace()).begin("settings")
        session = ToySession(self._limits)
        await session.apply_settings()
        return session


DRIVER = ToyDriver
