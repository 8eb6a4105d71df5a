"""Many lying servers against one backend process, and what came of it. A backend that dies is counted and replaced."""

import asyncio
import contextlib
import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.end_to_end.process import END_S, Running, command
from tests.hostile.conversation import LyingServer, Recording, recorder
from tests.hostile.line import AsyncLine, BackendEnded, line_to
from tests.hostile.walk import LYING_MS, TRUE_MS, Stopped, target, walk
from tools.services import Service

SIDE_BY_SIDE = 6
TO_THE_END, NO_ANSWER = "to the end", "no answer"
_HEALTH_EVERY = 50


@dataclass
class Trial:
    """What came of a number of conversations. `crashed` has the seeds during which a backend died."""

    tried: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    crashed: list[list[int]] = field(default_factory=list)
    unanswered: list[int] = field(default_factory=list)
    peak_bytes: int = 0
    peak_seed: int = 0
    internal: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # messages that should not have come

    def told(self) -> str:
        """All of it, in one paragraph."""
        counted = ", ".join(f"{name} {count:,}" for name, count in self.outcomes.most_common())
        return (
            f"{self.tried:,} conversations, {len(self.crashed)} crashes {self.crashed[:5]}, {len(self.unanswered)} "
            f"without an answer {self.unanswered[:5]}, {len(self.internal)} internal errors {self.internal[:5]}, "
            f"{len(self.wrong)} wrong messages {self.wrong[:3]}, "
            f"memory at most {self.peak_bytes / 1e6:.0f} MB (seed {self.peak_seed}); outcomes: {counted}"
        )


async def record(backend: Running, service: Service) -> Recording:
    """The walk with the true server."""
    async with line_to(backend.endpoint) as line, recorder(service) as (port, recording):
        await walk(line, target(service, port, TRUE_MS))
    return recording


def peak_rss(pid: int) -> int:
    """The most resident bytes that a process ever had. Source: proc(5), /proc/PID/status."""
    with contextlib.suppress(OSError):
        for row in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if row.startswith("VmHWM:"):
                return int(row.split()[1]) * 1024
    return 0


@contextlib.contextmanager
def backend_that_may_die(folder: Path) -> Iterator[Running]:
    """A backend whose end nobody minds; what it said is in `folder`/log."""
    log = folder / "log"
    arguments = command("--socket", str(folder / "socket"), "--log-level", "warn")
    with log.open("ab") as errors:
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL)
    assert process.stdout is not None
    try:
        yield Running(process, json.loads(process.stdout.readline()), log)
    finally:
        process.terminate()
        try:
            process.wait(END_S)
        finally:
            process.kill()
            process.stdout.close()


async def try_all(folder: Path, service: Service, seeds: Iterator[int], until: float) -> Trial:
    """Have conversations until the seeds or the time are used up, in as many backends as it takes."""
    trial, recording = Trial(), None
    ended = False
    while not ended:
        with backend_that_may_die(folder) as backend:
            recording = recording or await record(backend, service)
            ended = await _Conversations(backend, service, recording, trial).have(seeds, until)
    return trial


async def outcome_of(line: AsyncLine, service: Service, server: LyingServer, patience_ms: int = LYING_MS) -> str:
    """What comes of one conversation: at which request it ended and with which error, or that it did not."""
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    async with listening:
        try:
            await walk(line, target(service, listening.sockets[0].getsockname()[1], patience_ms))
        except Stopped as stopped:
            return str(stopped)
        except TimeoutError:
            return NO_ANSWER
    return TO_THE_END


@dataclass
class _Conversations:
    """Those with one backend."""

    backend: Running
    service: Service
    recording: Recording
    trial: Trial
    _now: set[int] = field(default_factory=set)

    async def have(self, seeds: Iterator[int], until: float) -> bool:
        """False when the backend died of them."""
        workers = [asyncio.create_task(self._work(seeds, until)) for _ in range(SIDE_BY_SIDE)]
        done, _ = await asyncio.wait(workers)
        lived = self.backend.process.poll() is None
        for one in done:
            if (error := one.exception()) is not None and (lived or not isinstance(error, BackendEnded | OSError)):
                raise error
        if not lived:
            self.trial.crashed.append(sorted(self._now))
        return lived

    async def _work(self, seeds: Iterator[int], until: float) -> None:
        async with line_to(self.backend.endpoint) as line:
            for seed in seeds:
                self._now.add(seed)
                outcome = await outcome_of(line, self.service, LyingServer(self.recording, seed))
                self._now.discard(seed)
                self._count(seed, outcome)
                self.trial.wrong += [f"seed {seed}: {one}" for one in line.wrong]
                line.wrong.clear()
                if self.trial.tried % _HEALTH_EVERY == 0:
                    assert (await line.ask("health_check", {}))["type"] != "error"
                if time.monotonic() > until:
                    return

    def _count(self, seed: int, outcome: str) -> None:
        trial = self.trial
        trial.tried += 1
        trial.outcomes[outcome] += 1
        if (peak := peak_rss(self.backend.pid)) > trial.peak_bytes:
            trial.peak_bytes, trial.peak_seed = peak, seed
        if outcome == NO_ANSWER:
            trial.unanswered.append(seed)
        if "internal" in outcome:
            trial.internal.append(seed)
