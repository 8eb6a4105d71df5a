"""Requests in and answers out, over one stream. A request has a task for itself, one cancel scope and one answer.

A reader takes them from the stream, one after the other. Where the stream offers what comes (`offer_first`), a request
that comes alone to an idle reader is begun as it comes, which saves the reader's turns in the event loop.

This is the only place of the server with tasks, scopes and timeouts, and the only writer of the stream. How a message
is treated stands in its row of `methods`.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import anyio
import structlog
from anyio.abc import ByteStream, TaskGroup
from litebase_schema.base import Model
from litebase_schema.registry import MESSAGES

from litebase.drivers.interruption import Interrupted
from litebase.errors import (
    Cancelled,
    Conflict,
    DuplicateId,
    Internal,
    LiteBaseError,
    NoRoom,
    OutcomeUnknown,
    ShuttingDown,
    TimedOut,
    Unauthenticated,
    shorten,
)
from litebase.server.backend import Backend
from litebase.server.call import Call
from litebase.server.client_session import ClientSession, RequestInFlight
from litebase.server.methods import METHODS, handler, overdue, preparation
from litebase.wire.protocol import Limits, Message, Protocol, Refused

if TYPE_CHECKING:
    from litebase_schema.errors import ErrorData

RECEIVE_BYTES = 65536
_SPARE_TASKS = 4  # that wait for another request of their client, because a new task costs more than many an answer
LINGER_S = 0.5  # after a client has stopped sending, its quick requests are still answered
_PARTLY = " It may have committed a part of its work before that; check the data before you run it again."

log = structlog.get_logger()


class Channel:
    """The exchange with one client, from its first byte until everything that it had open is closed."""

    def __init__(self, stream: ByteStream, backend: Backend, client: ClientSession) -> None:
        settings = backend.settings
        self._stream = stream
        self._send_at_once: Callable[[bytes], bool] = getattr(stream, "send_at_once", _never)  # some streams can
        self._backend, self._client = backend, client
        self._settings = settings
        self._log = log.bind(client=client.number)  # once: it takes longer than a line that is not written
        self._logs_answers = self._log.is_enabled_for(logging.DEBUG)
        self._protocol = Protocol("requests", Limits(settings.max_frame_bytes, settings.max_depth, settings.max_items))
        if not client.trusted:
            self._protocol.allow_frames(settings.max_greeting_bytes)
        self._sending = anyio.Lock(fast_acquire=True)
        self._room = anyio.Semaphore(2 * settings.max_requests_in_flight + 1, fast_acquire=True)  # one waits for events
        self._windows = anyio.Semaphore(settings.max_unsent_windows, fast_acquire=True)
        self._lost = False
        self._spare: list[asyncio.Future[RequestInFlight]] = []  # what the tasks without a request wait for
        self._held_bytes = 0  # of the requests in flight
        self._frame_due: float | None = None  # when the frame that has begun must be complete

    async def serve(self) -> None:
        """Answer requests until the client goes or sends something that is not a frame."""
        log.debug("client_connected", client=self._client.number)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._keep_up)
                if (offer_first := getattr(self._stream, "offer_first", None)) is not None:
                    offer_first(partial(self._take, tasks))
                await self._read(tasks)
                if self._client.events is not None:
                    self._client.events.end()
                with anyio.move_on_after(LINGER_S):
                    await self._all_answered()
                tasks.cancel_scope.cancel()
        finally:
            await self._end()
            log.debug("client_disconnected", client=self._client.number)

    async def _keep_up(self) -> None:
        """What is due by the clock in this client's database sessions, once a connection wants it."""
        await self._client.upkeep_wanted.wait()
        upkeep = import_module("litebase.server.upkeep")  # few clients need it
        await upkeep.Upkeep(self._client, self._settings).run()

    async def _end(self) -> None:
        """Close everything. Whatever fails on the way, the client is gone and counted no more."""
        try:
            with anyio.CancelScope(shield=True):
                try:
                    await self._client.aclose()
                finally:
                    with anyio.move_on_after(LINGER_S):
                        await self._stream.aclose()
        finally:
            self._backend.forget(self._client)

    async def close(self) -> None:
        """Close the stream without an answer; `serve` then ends."""
        log.info("client_dropped", client=self._client.number)
        self._lost = True
        await self._stream.aclose()

    async def _all_answered(self) -> None:
        while self._client.requests and not self._lost:
            await next(iter(self._client.requests.values())).answered.wait()

    async def _read(self, tasks: TaskGroup) -> None:
        greeting_due = time.monotonic() + self._settings.hello_timeout_s
        while not self._lost:
            data = await self._receive(greeting_due)
            if data is None:
                return
            self._protocol.receive_data(data)
            while (event := self._protocol.next_event()) is not None:
                self._frame_due = None
                if isinstance(event, Message):
                    await self._accept(event, tasks)
                else:
                    await self._refuse(event)
                if self._lost:
                    return

    async def _receive(self, greeting_due: float) -> bytes | None:
        """What the client sent, or None when it has stopped sending or is too slow."""
        now = time.monotonic()
        if not self._protocol.mid_frame:
            self._frame_due = None
        elif self._frame_due is None:  # counted from when we wait for the rest, not while we were busy
            self._frame_due = now + self._settings.frame_timeout_s
        due = self._frame_due if self._client.trusted else greeting_due
        try:
            if due is None:
                return await self._stream.receive(RECEIVE_BYTES)
            with anyio.fail_after(due - now):
                return await self._stream.receive(RECEIVE_BYTES)
        except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
            return None
        except TimeoutError:
            log.info("client_too_slow", client=self._client.number, greeted=self._client.trusted)
            return None

    async def _refuse(self, refused: Refused) -> None:
        if not self._client.trusted and not refused.fatal:
            refused = Refused(refused.id, _stranger(), fatal=True)  # without naming what else there is
        log.info("request_refused", client=self._client.number, code=refused.error.code, fatal=refused.fatal)
        await self._send(refused.id, "error", refused.error.data())
        if refused.fatal:
            self._lost = True

    async def _accept(self, message: Message, tasks: TaskGroup) -> None:
        if (refusal := self._refusal(message)) is not None:
            await self._refuse(Refused(message.id, refusal, fatal=isinstance(refusal, Unauthenticated)))
            return
        if self._room.value:
            self._room.acquire_nowait()
        else:
            await self._room.acquire()
        request = self._registered(message)
        if not self._client.trusted or self._is_answered_at_once(message):  # nothing runs beside an unproven hello
            await self._serve_request(request)
        else:
            self._start(request, tasks)

    def _take(self, tasks: TaskGroup, data: bytes) -> bool:
        """Begin with a request that comes alone to an idle reader; False where the reader is to receive the bytes.

        That is whatever must be waited for, put together or refused, and what no task is there for.
        """
        if self._lost or not self._client.trusted or self._sending.locked() or not self._room.value:
            return False
        message = self._protocol.lone_message(data)
        if message is None or self._refusal(message) is not None:
            return False
        if METHODS[message.type].at_once:
            self._room.acquire_nowait()
            self._serve_at_once(self._registered(message), tasks)
            return True
        if (turn := self._spare_turn()) is None:
            return False
        self._room.acquire_nowait()
        turn.set_result(self._registered(message))
        return True

    def _registered(self, message: Message) -> RequestInFlight:
        """The request that a message makes, in flight from now on. Its place in `_room` is taken already."""
        counted = not METHODS[message.type].control
        request = RequestInFlight(message.id, message.type, message.data, message.size, counted=counted)
        self._client.requests[message.id] = request
        self._held_bytes += request.size
        return request

    def _start(self, request: RequestInFlight, tasks: TaskGroup) -> None:
        """Serve a request beside the others, in a spare task or in a new one."""
        if (turn := self._spare_turn()) is not None:
            turn.set_result(request)
        else:
            tasks.start_soon(self._serve_requests, request)

    def _spare_turn(self) -> "asyncio.Future[RequestInFlight] | None":
        """What a task without a request waits for; None when there is no such task."""
        while self._spare:
            if not (turn := self._spare.pop()).done():
                return turn
        return None

    async def _serve_requests(self, request: RequestInFlight | None) -> None:
        while request is not None:
            await self._serve_request(request)
            request = None  # or it would be kept while the next one is waited for
            if len(self._spare) < _SPARE_TASKS:
                request = await self._next_request()

    async def _next_request(self) -> RequestInFlight:
        turn: asyncio.Future[RequestInFlight] = asyncio.get_running_loop().create_future()
        self._spare.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it came at the same moment, and ends as in a task of its own
                await self._serve_request(turn.result())
            raise

    def _is_answered_at_once(self, message: Message) -> bool:
        """Not where it would wait for a long answer, for a cancel may come next; nor in a flood, which is for turns."""
        return METHODS[message.type].at_once and not self._sending.locked() and not self._protocol.mid_frame

    def _refusal(self, message: Message) -> LiteBaseError | None:
        """Why a valid request is not served, or None."""
        client, method, limit = self._client, METHODS[message.type], self._settings.max_requests_in_flight
        if not client.trusted and not method.greets:
            return _stranger()
        if message.id in client.requests:
            return DuplicateId(f"The request {shorten(message.id)!r} is still in flight. Give each request its own id.")
        if method.control:
            return None
        if self._backend.closing:
            return ShuttingDown("The backend is shutting down and takes no new requests.")
        if len(client.requests) >= limit and sum(one.counted for one in client.requests.values()) >= limit:
            return NoRoom(
                "max_requests_in_flight", limit, f"{limit} requests are unanswered. Wait for one of them or cancel it."
            )
        return self._refusal_of_size(message.size)

    def _refusal_of_size(self, size: int) -> NoRoom | None:
        """A client with nothing unanswered may send whatever fits into a frame."""
        limit = self._settings.max_requests_bytes
        if not self._held_bytes or self._held_bytes + size <= limit:
            return None
        return NoRoom(
            "max_requests_bytes",
            limit,
            f"The unanswered requests and this one take more than {limit:,} bytes. Wait for one of them or cancel it.",
        )

    async def _serve_request(self, request: RequestInFlight) -> None:
        started = time.perf_counter()
        code = "ok"
        try:
            try:
                answer_type, data = MESSAGES[request.type].response or "", await self._answer(request)
            except Exception as failure:  # noqa: BLE001  # the last door: a fault of ours becomes an answer, not a crash
                error = _told(request, failure)
                code, answer_type, data = error.code, "error", self._error_data(request, error)
                self._lost = self._lost or isinstance(error, Unauthenticated)
            if self._client.trusted:
                self._protocol.allow_frames(self._settings.max_frame_bytes)
            await self._send(request.id, answer_type, data)
        finally:
            self._forget(request)
        self._note_answer(request, code, started)

    def _serve_at_once(self, request: RequestInFlight, tasks: TaskGroup) -> None:
        """The same for a request that waits for nothing, while nothing is being sent."""
        started = time.perf_counter()
        code = "ok"
        try:
            try:
                answer_type, data = MESSAGES[request.type].response or "", _value(self._call(request))
            except Exception as failure:  # noqa: BLE001  # as above
                error = _told(request, failure)
                code, answer_type, data = error.code, "error", self._error_data(request, error)
            if not self._send_at_once(self._frame(request.id, answer_type, data)):  # as a rule the client has just gone
                tasks.start_soon(self._send, request.id, answer_type, data)
        finally:
            self._forget(request)
        self._note_answer(request, code, started)

    def _forget(self, request: RequestInFlight) -> None:
        """It is answered, or nobody is left who would take the answer."""
        self._client.requests.pop(request.id, None)
        self._client.take_note()
        self._held_bytes -= request.size
        self._room.release()
        if request.holds_window:
            self._windows.release()
        request.end()

    def _note_answer(self, request: RequestInFlight, code: str, started: float) -> None:
        if self._logs_answers:
            elapsed_ms = round((time.perf_counter() - started) * 1000, 3)
            self._log.debug("request_answered", id=request.id, type=request.type, code=code, ms=elapsed_ms)

    def _error_data(self, request: RequestInFlight, error: LiteBaseError) -> "ErrorData":
        """The error, with the state in which the request's own database session was left."""
        data = error.data()
        status = self._client.transaction_status(request)
        return data if status is None else data.model_copy(update={"transaction_status": status})

    async def _answer(self, request: RequestInFlight) -> Model:
        """What the handler returns. A request that was stopped raises why, unless it had done its work already."""
        if METHODS[request.type].at_once:  # nothing can stop it meanwhile
            return await self._call(request)
        limit = _limit(request)
        if limit is not None:
            request.scope.deadline = anyio.current_time() + limit[1] / 1000
        with request.scope:
            try:
                return await self._call(request)
            except Interrupted as stopped:
                request.outcome = "session_ended" if stopped.session_ended else "stopped"
                if stopped.session_ended and stopped.may_have_changed:
                    raise OutcomeUnknown(
                        "The statement did not react when it was to be stopped, and its database session was given up: "
                        "it may still take effect. Check whether it did before you send it again."
                    ) from stopped
                if stopped.may_have_changed:
                    request.done_so_far += _PARTLY
                if not request.scope.cancel_called:
                    raise Conflict(
                        f"The statement was stopped because its database session was closed.{request.done_so_far}"
                    ) from stopped
        if request.outcome == "finished_first":
            request.outcome = "stopped"
        if request.cancel_asked:
            why = f" because {request.because}" if request.because else ""
            raise Cancelled(f"The {request.type} was cancelled{why}.{request.done_so_far}")
        if self._backend.closing:
            raise ShuttingDown(f"The backend is shutting down; the request was stopped.{request.done_so_far}")
        assert limit is not None, "only a cancel, the end, or a deadline stops a request"
        error_of = overdue(request.type)
        raise TimedOut(*limit, request.done_so_far) if error_of is None else error_of(request)

    async def _call(self, request: RequestInFlight) -> Model:
        call = Call(self._backend, self._client, request)
        if (prepare := preparation(request.type)) is not None:
            await prepare(call, request.data)
        method = METHODS[request.type]
        if method.holds_window and (method.short_with is None or getattr(request.data, method.short_with) is None):
            await self._windows.acquire()
            request.holds_window = True
        answer: Model = await handler(request.type)(call, request.data)
        return answer

    async def _send(self, request_id: str, message_type: str, data: Any) -> None:
        """Write one frame, whole, unless the client is gone or takes nothing."""
        frame = None
        if not self._sending.locked():
            frame = self._frame(request_id, message_type, data)
            if self._send_at_once(frame):
                return
        try:
            async with self._sending:  # packed when its turn has come: others that wait hold their rows once, not twice
                frame = frame or self._frame(request_id, message_type, data)
                with anyio.fail_after(self._settings.send_stall_s):
                    await self._stream.send(frame)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            self._lost = True
        except TimeoutError:
            log.warning("client_stalled", waited_s=self._settings.send_stall_s)
            self._lost = True
            await anyio.aclose_forcefully(self._stream)

    def _frame(self, request_id: str, message_type: str, data: Any) -> bytes:
        now = datetime.now(UTC)
        try:
            return b"".join(self._protocol.send(request_id, message_type, now, data))
        except Exception as error:  # noqa: BLE001  # an answer that cannot be packed is a fault of ours, and is reported
            return b"".join(self._protocol.send(request_id, "error", now, _fault(message_type, error).data()))


def _never(_frame: bytes) -> bool:
    return False


def _value(work: Coroutine[Any, Any, Model]) -> Model:
    """The value of what waits for nothing."""
    try:
        work.send(None)
    except StopIteration as end:
        value: Model = end.value
        return value
    work.close()
    raise AssertionError("a request that is answered at once has waited for something")


def _stranger() -> Unauthenticated:
    return Unauthenticated(
        "On this transport hello with the token comes first; the ready line names its file as token_file. "
        "For development, --no-token lets every program of this machine in."
    )


def _limit(request: RequestInFlight) -> tuple[str, int] | None:
    """The name and the milliseconds of the request's own time limit."""
    name = METHODS[request.type].deadline
    milliseconds = getattr(request.data, name, None) if name is not None else None
    return None if name is None or milliseconds is None else (name, milliseconds)


def _told(request: RequestInFlight, failure: Exception) -> LiteBaseError:
    """The error that a client gets for a failure."""
    return failure if isinstance(failure, LiteBaseError) else _fault(request.type, failure)


def _fault(message_type: str, error: Exception) -> Internal:
    incident = secrets.token_hex(4)
    log.error("request_failed", type=message_type, incident=incident, exc_info=error)
    return Internal(incident)
