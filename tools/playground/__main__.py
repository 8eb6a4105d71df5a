"""`make playground`: build Studio, start a backend, serve both, and print the address to open."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import anyio

from litebase.client import StartFailed, start_backend
from tools import sample_database
from tools.playground import bundle
from tools.playground.bridge import serving
from tools.typescript import StepFailed, ToolsMissing

SAMPLE = "sample.db"


async def _serve(folder: Path, port: int) -> None:
    page = folder / "page"
    shutil.copytree(bundle.built(), page)
    sample_database.make(folder / SAMPLE)
    (page / "sample.json").write_text(f'"{folder / SAMPLE}"', encoding="utf-8")
    history = ["--history", str(folder / "history.db")]
    async with (
        start_backend("--socket", str(folder / "socket"), "--parent-pid", str(os.getpid()), *history) as backend,
        serving(page, folder / "socket", port) as bridge,
    ):
        print(
            f"Open {bridge.address}\nIt works until you press Ctrl-C; the backend is process {backend.ready['pid']}.",
            flush=True,
        )
        await _ended()


async def _ended() -> None:
    """Return on a signal to end, so that nothing is left behind: no folder, no process."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            return


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tools.playground", description="Try the backend in a browser.")
    parser.add_argument("--port", type=int, default=0, help="serve at this port of 127.0.0.1; default: any free one")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the page is served
    try:
        with tempfile.TemporaryDirectory(prefix="litebase-playground-") as folder:
            anyio.run(_serve, Path(folder), options.port)
    except KeyboardInterrupt:
        return 0
    except (ToolsMissing, StepFailed, StartFailed, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
