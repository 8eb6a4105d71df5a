"""The steps of opening a database session, in the order in which they began: how long each took, and how it ended."""

import time
from dataclasses import dataclass

from litebase_schema.errors import ConnectFailedDetails, ConnectStage, TraceStep

from litebase.errors import ConnectFailed

_ORDER = ("tunnel", "name", "tcp", "tls", "auth", "database", "settings")


@dataclass(slots=True)
class _Step:
    stage: ConnectStage
    host: str | None
    began: float
    ended: float | None = None
    failed: bool = False


class Trace:
    """What was done to open one session, over every address and every try. Code that connects adds to it."""

    def __init__(self) -> None:
        self._steps: list[_Step] = []

    @property
    def stage(self) -> ConnectStage | None:
        """That of the step under way; None before the first and after the last."""
        return self._steps[-1].stage if self._steps and self._steps[-1].ended is None else None

    def begin(self, stage: ConnectStage, host: str | None = None) -> None:
        """A step begins, and the one before it has ended well."""
        self.end()
        self._steps.append(_Step(stage, host, time.monotonic()))

    def end(self, *, failed: bool = False) -> None:
        """The step under way has ended, if there is one."""
        if self.stage is not None:
            self._steps[-1].ended, self._steps[-1].failed = time.monotonic(), failed

    def blame(self, failure: ConnectFailed) -> None:
        """The step that `failure` names has failed, and its details say what was done until then."""
        assert isinstance(failure.details, ConnectFailedDetails)
        stage, current = failure.details.stage, self.stage
        if current is None:
            if not self._steps or not self._steps[-1].failed or self._steps[-1].stage != stage:
                self.begin(stage)  # it failed before it had begun, as a file does that cannot be read
        elif stage != current:
            if _place(stage) > _place(current):  # one answer of the server was for both
                self.begin(stage, self._steps[-1].host)
            else:  # what was begun was never reached
                self._steps[-1].stage = stage
        self.end(failed=True)
        failure.details = failure.details.model_copy(update={"trace": self.steps()})

    def steps(self) -> list[TraceStep]:
        """As the contract has them."""
        now = time.monotonic()
        return [
            TraceStep(
                stage=step.stage,
                host=step.host,
                ms=round(1000 * ((now if step.ended is None else step.ended) - step.began), 3),
                outcome="failed" if step.failed else "done",
            )
            for step in self._steps
        ]


def _place(stage: str) -> int:
    return _ORDER.index(stage) if stage in _ORDER else -1
