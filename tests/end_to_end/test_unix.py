"""A backend on a Unix socket, spoken to by hand."""

import socket
import threading
import time
from pathlib import Path

import anyio
import pytest
from anyio import to_thread

from litebase.settings import Settings
from tests.conftest import RunningBackend
from tests.end_to_end import frames
from tests.end_to_end.frames import deaf, dial, frame
from tests.end_to_end.inside import serving
from tests.end_to_end.process import fails, running
from tests.work import SOON_S


def test_a_client_without_a_greeting_is_answered(backend: RunningBackend) -> None:
    with dial(backend.endpoint) as line:
        assert line.ask("health_check")["type"] == "health_response"
        assert line.ask_error("unknown_type")["code"] == "unknown_type"
        assert line.ask_ok("hello", frames.hello())["server"]["name"] == "litebase"


@pytest.mark.fault("F01")
def test_a_frame_that_comes_byte_by_byte_is_answered(backend: RunningBackend) -> None:
    with dial(backend.endpoint) as line:
        for byte in frame("health_check", request_id="slow"):
            line.stream.sendall(bytes([byte]))
            time.sleep(0.005)
        assert line.answer("slow")["type"] == "health_response"


@pytest.mark.fault("F02")
def test_a_hundred_frames_in_one_write_are_answered_once_each(backend: RunningBackend) -> None:
    ids = [f"many-{number}" for number in range(60)]
    with dial(backend.endpoint) as line:
        line.stream.sendall(b"".join(frame("health_check", request_id=one) for one in ids))
        answered = [message["id"] for _ in ids if (message := line.receive()) is not None]
        assert sorted(answered) == sorted(ids)
        line.ask_ok("health_check")


@pytest.mark.fault("F02")
def test_two_frames_cut_at_every_byte_are_answered(backend: RunningBackend) -> None:
    with dial(backend.endpoint) as line:
        both = frame("health_check", request_id="a1") + frame("health_check", request_id="a2")
        for cut in range(1, len(both)):
            line.stream.sendall(both[:cut])
            time.sleep(0.0005)
            line.stream.sendall(both[cut:])
            line.answer("a1")
            line.answer("a2")


@pytest.mark.fault("F03")
@pytest.mark.anyio
@pytest.mark.parametrize("beginning", [1, 3, 4, 30])
async def test_a_frame_that_stays_partial_is_closed_and_others_are_served(tmp_path: Path, beginning: int) -> None:
    def speak(endpoint: dict[str, str]) -> float:
        with dial(endpoint) as slow, dial(endpoint) as other:
            began = time.monotonic()
            slow.stream.sendall(frame("health_check")[:beginning])
            other.ask_ok("health_check")
            assert slow.receive() is None
            took = time.monotonic() - began
            other.ask_ok("health_check")
            return took

    async with serving(tmp_path, Settings(frame_timeout_s=0.3)) as server:
        assert await to_thread.run_sync(speak, server.endpoint) > 0.25


@pytest.mark.fault("C04")
@pytest.mark.anyio
async def test_bytes_that_drip_do_not_stretch_the_deadline(tmp_path: Path) -> None:
    def drip(endpoint: dict[str, str]) -> None:
        with dial(endpoint) as line:
            with pytest.raises(ConnectionError):  # before the frame is whole
                line.send_slowly(bytes([byte]) for byte in frame("health_check"))
            assert line.receive() is None

    async with serving(tmp_path, Settings(frame_timeout_s=0.3)) as server:
        await to_thread.run_sync(drip, server.endpoint)


@pytest.mark.fault("F03")
@pytest.mark.anyio
async def test_whole_frames_that_end_inside_a_packet_never_run_into_the_deadline(tmp_path: Path) -> None:
    """A client that sends without a pause: what has come always ends within a frame, but never within the same one."""

    def stream(endpoint: dict[str, str]) -> int:
        one = frame("health_check", request_id="again")
        answered = 0
        with dial(endpoint) as line:
            line.stream.sendall(one[:5])
            end = time.monotonic() + 1.2
            while time.monotonic() < end:
                line.stream.sendall(one[5:] + one[:5])
                message = line.receive()
                assert message is not None, f"closed after {answered} answers"
                answered += 1
                time.sleep(0.01)
        return answered

    async with serving(tmp_path, Settings(frame_timeout_s=0.4)) as server:
        assert await to_thread.run_sync(stream, server.endpoint) > 10


@pytest.mark.fault("F03")
@pytest.mark.anyio
async def test_time_in_which_the_backend_itself_did_not_read_does_not_count(tmp_path: Path) -> None:
    """Beyond its room the backend stops reading; the half frame that it has then is not the client's fault."""

    def flood(endpoint: dict[str, str]) -> None:
        last = frame("health_check", request_id="last")
        with dial(endpoint) as line:
            connection_id = line.open_memory()
            slow = line.send("query", {"connection_id": connection_id, "sql": deaf(1)})
            cancel = frame("cancel", {"request_id": slow}, "cancel")  # takes as long as the backend is patient
            line.stream.sendall(cancel + frame("health_check", request_id="waits") + last[:7])
            time.sleep(0.1)
            line.stream.sendall(last[7:])
            assert line.answer("waits")["type"] == "health_response"
            assert line.answer("last")["type"] == "health_response"

    settings = Settings(frame_timeout_s=0.3, stop_patience_s=0.8, max_requests_in_flight=1)
    try:
        async with serving(tmp_path, settings) as server:
            await to_thread.run_sync(flood, server.endpoint)
    finally:
        with anyio.fail_after(SOON_S):
            while any("worker_thread" in thread.name for thread in threading.enumerate()):
                await anyio.sleep(0.05)  # the deaf statement's thread reports to this event loop at its end


@pytest.mark.fault("F10")
def test_a_frame_that_ends_early_is_closed_without_a_word(backend: RunningBackend) -> None:
    with dial(backend.endpoint) as line:
        line.stream.sendall(frame("health_check")[:20])
        line.stream.shutdown(socket.SHUT_WR)
        assert line.receive() is None


@pytest.mark.fault("C07")
def test_answers_still_come_after_the_client_has_stopped_sending(backend: RunningBackend) -> None:
    with dial(backend.endpoint) as line:
        request = line.send("health_check")
        line.stream.shutdown(socket.SHUT_WR)
        assert line.answer(request)["type"] == "health_response"
        assert line.receive() is None


@pytest.mark.fault("C15")
def test_when_the_socket_file_is_deleted_open_channels_live_on(tmp_path: Path) -> None:
    with running(tmp_path) as backend, backend.dial() as line:
        line.ask_ok("health_check")
        (tmp_path / "socket").unlink()
        line.ask_ok("health_check")
        assert fails("--socket", str(tmp_path / "socket")).returncode == 3, "the lock keeps the place"
        line.ask_ok("health_check")
        assert backend.end() == 0
        assert not (tmp_path / "socket.lock").exists()
