"""Many clients, and some that mean no good: the others do not notice."""

import contextlib
import resource
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from anyio import to_thread

from litebase.settings import Settings
from tests.end_to_end.frames import Line, dial, frame
from tests.end_to_end.inside import serving
from tests.end_to_end.process import command, running, wait_until


@pytest.mark.fault("C01")
def test_clients_that_say_nothing_leave_nothing_behind(tmp_path: Path) -> None:
    with running(tmp_path, "--log-level", "warn") as backend, backend.dial() as other:
        for _ in range(200):
            with backend.dial():
                pass
        wait_until(lambda: other.ask_ok("health_check")["clients"] == 1)
        descriptors, threads = backend.descriptors(), backend.threads()
        memory = other.ask_ok("health_check")["rss_bytes"]
        for _ in range(1500):
            with backend.dial():
                pass
        wait_until(lambda: other.ask_ok("health_check")["clients"] == 1)
        assert backend.descriptors() <= descriptors
        assert backend.threads() <= threads
        assert other.ask_ok("health_check")["rss_bytes"] - memory < 3_000_000


@pytest.mark.fault("C02")
def test_a_client_too_many_is_told_and_sent_away(tmp_path: Path) -> None:
    with running(tmp_path) as backend, contextlib.ExitStack() as stack:
        lines = [stack.enter_context(backend.dial()) for _ in range(64)]
        for line in lines:
            line.ask_ok("health_check")
        with backend.dial() as extra:
            refused = extra.receive()
            assert refused is not None
            assert (refused["id"], refused["type"]) == ("-", "error")
            assert refused["data"]["code"] == "limit_exceeded"
            assert refused["data"]["retryable"] is True
            assert refused["data"]["details"] == {"limit": "max_clients", "maximum": 64}
            assert extra.receive() is None
        for line in lines:
            line.ask_ok("health_check")
        lines[0].close()
        wait_until(lambda: lines[1].ask_ok("health_check")["clients"] == 63)
        with backend.dial() as late:
            late.ask_ok("health_check")


@pytest.mark.fault("C03")
def test_without_free_descriptors_the_backend_waits_and_then_serves_again(tmp_path: Path) -> None:
    few = 40
    shell = f'ulimit -n {few}; exec "$@"'
    arguments = ["sh", "-c", shell, "sh", *command("--socket", str(tmp_path / "socket"))]
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > few + 60, "the test itself needs descriptors"
    with running(tmp_path, arguments=arguments) as backend, backend.dial() as first:
        first.ask_ok("health_check")
        with contextlib.ExitStack() as stack:
            for _ in range(few + 10):
                stack.enter_context(backend.dial())
            wait_until(lambda: backend.descriptors() >= few)
            wait_until(lambda: "client_not_accepted" in backend.log.read_text(encoding="utf-8"))
            first.ask_ok("health_check")
            time.sleep(0.5)
            first.ask_ok("health_check")
        with backend.dial() as late:
            late.ask_ok("health_check")
        told = [event for event in backend.events() if event["event"] == "client_not_accepted"]
        assert len(told) <= 3, "it does not fill the log"
        assert backend.end() == 0


@pytest.mark.fault("C04")
@pytest.mark.anyio
async def test_fifty_slow_clients_are_closed_at_the_deadline(tmp_path: Path) -> None:
    def besiege(endpoint: dict[str, str]) -> None:
        with dial(endpoint) as other, contextlib.ExitStack() as stack:
            slow: list[Line] = [stack.enter_context(dial(endpoint)) for _ in range(50)]
            message = frame("health_check")
            for step in range(6):
                for line in slow:
                    with contextlib.suppress(OSError):
                        line.stream.sendall(message[step : step + 1])
                other.ask_ok("health_check")
                time.sleep(0.1)
            for line in slow:
                assert line.receive() is None
            wait_until(lambda: other.ask_ok("health_check")["clients"] == 1)

    async with serving(tmp_path, Settings(frame_timeout_s=0.4)) as server:
        await to_thread.run_sync(besiege, server.endpoint)


@pytest.mark.fault("C20")
def test_one_client_that_asks_without_pause_does_not_hold_up_another(tmp_path: Path) -> None:
    """Before a question is answered that is there, no more of another's are than that one asks at a time, and again."""
    enough = threading.Event()
    at_once = 32
    answered: list[datetime] = []
    waits: list[tuple[datetime, datetime]] = []
    with running(tmp_path, "--log-level", "warn") as backend, backend.dial() as greedy, backend.dial() as other:

        def ask_without_pause() -> None:
            while not enough.is_set():
                requests = [greedy.send("health_check") for _ in range(at_once)]
                answered.extend(greedy.answer(request)["timestamp"] for request in requests)

        thread = threading.Thread(target=ask_without_pause)
        thread.start()
        try:
            for _ in range(60):
                request = other.send("health_check")
                asked = datetime.now(UTC)
                waits.append((asked, other.answer(request)["timestamp"]))
                time.sleep(0.02)
        finally:
            enough.set()
            thread.join()
    assert len(answered) > 500
    assert max(sum(asked < one < heard for one in answered) for asked, heard in waits) <= 2 * at_once
