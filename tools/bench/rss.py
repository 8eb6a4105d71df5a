"""Memory of a process that is in RAM, as Linux tells it. The standard library only: programs import this to measure
themselves.
"""

from pathlib import Path


def rss_mb(pid: int | str) -> float:
    """Resident memory in millions of bytes. `pid` may be `self`."""
    for line in Path("/proc", str(pid), "status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ProcessLookupError(f"The process {pid} has ended.")
