"""What the threads of a process have used so far: the first one, in which an event loop runs, and all others."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Use:
    """CPU time in seconds, and how often the other threads began to wait for something."""

    loop_s: float = 0.0
    others_s: float = 0.0
    waits: float = 0.0

    @property
    def cpu_s(self) -> float:
        return self.loop_s + self.others_s

    def since(self, before: "Use") -> "Use":
        """What was used after `before`."""
        return Use(self.loop_s - before.loop_s, self.others_s - before.others_s, self.waits - before.waits)

    def each(self, count: int) -> "Use":
        """For each of `count` requests."""
        return Use(self.loop_s / count, self.others_s / count, self.waits / count)


def use_of(pid: int) -> Use:
    """Source: proc(5). Threads that have ended are not counted."""
    loop, *others = sorted(Path("/proc", str(pid), "task").iterdir(), key=lambda task: task.name != str(pid))
    return Use(_cpu_s(loop), sum(map(_cpu_s, others)), sum(map(_waits, others)))


def _cpu_s(task: Path) -> float:
    try:
        return int(Path(task, "schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    except (FileNotFoundError, ProcessLookupError):  # it has ended
        return 0.0


def _waits(task: Path) -> int:
    try:
        lines = Path(task, "status").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):  # as above
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches:"))
