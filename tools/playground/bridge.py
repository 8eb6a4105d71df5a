"""The page's files over HTTP, and its frames over a WebSocket to the backend's socket. A tool for development only.

Any page in a browser may connect to this machine's ports. So each request must name our own host, a WebSocket must come
from our own page, and both the page and its WebSocket need the token of this run, which stands in the address that is
printed. The page's other files are open to whoever names our host: nothing in them is secret.
"""

import asyncio
import hmac
import http
import mimetypes
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import anyio
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

LOOPBACK = "127.0.0.1"
CHANNEL = "/channel"
MAX_FRAME_BYTES = 32 * 1024 * 1024
_READ_BYTES = 262_144


def _policy(styles: str) -> str:
    """What the page may load and reach. `styles` is what may have styles of its own beside the page's files."""
    return f"default-src 'self'; style-src 'self'{styles}; connect-src 'self' ws:; frame-ancestors 'none'"


_NONCE_PLACE = b'name="style-nonce" content=""'
_HEADERS = {
    "Content-Security-Policy": _policy(""),
    "Referrer-Policy": "no-referrer",  # or the token would travel
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Bridge:
    """What is served, to whom."""

    page: Path
    backend: Path  # the Unix socket
    token: str
    host: str

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://{self.host}/?token={self.token}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def answer(self, request: Request) -> Response | None:
        """A file or a refusal; None for a WebSocket that may go on."""
        if request.headers.get("Host") != self.host:
            return _plain(
                http.HTTPStatus.FORBIDDEN, "Open the address that was printed, with no other name for its host."
            )
        path, _, query = request.path.partition("?")
        if path == CHANNEL:
            return self._refusal(request, query)
        if path != "/":
            return self._file(path.removeprefix("/"))
        if not self._knows_token(query):
            return _plain(http.HTTPStatus.FORBIDDEN, "Open the whole address that was printed, with its token.")
        return self._page()

    def _page(self) -> Response:
        """The page itself, with a nonce for the styles that its editor makes."""
        nonce = secrets.token_urlsafe(16)
        body = (self.page / "index.html").read_bytes()
        body = body.replace(_NONCE_PLACE, _NONCE_PLACE.replace(b'""', f'"{nonce}"'.encode()))
        answer = _response(http.HTTPStatus.OK, "text/html", body)
        del answer.headers["Content-Security-Policy"]
        answer.headers["Content-Security-Policy"] = _policy(f" 'nonce-{nonce}'")
        return answer

    def _file(self, name: str) -> Response:
        served = {file.name: file for file in self.page.iterdir()}  # what is not in it is never made a path of
        path = served.get(name)
        if path is None:
            return _plain(http.HTTPStatus.NOT_FOUND, "There is no such file.")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return _response(http.HTTPStatus.OK, kind, path.read_bytes())

    def _refusal(self, request: Request, query: str) -> Response | None:
        if request.headers.get("Origin") != self.origin:
            return _plain(http.HTTPStatus.FORBIDDEN, "Only the page of this address may use the channel.")
        if not self._knows_token(query):
            return _plain(http.HTTPStatus.FORBIDDEN, "The token is wrong.")
        return None

    def _knows_token(self, query: str) -> bool:
        (shown, *_) = parse_qs(query).get("token", [""])
        return hmac.compare_digest(shown.encode(), self.token.encode())

    async def carry(self, channel: ServerConnection) -> None:
        """Bytes both ways until either side ends. Each WebSocket is a client of the backend of its own."""
        reader, writer = await asyncio.open_unix_connection(self.backend)
        try:
            async with anyio.create_task_group() as tasks:

                async def from_backend() -> None:
                    while data := await reader.read(_READ_BYTES):
                        await channel.send(data)
                    await channel.close()

                tasks.start_soon(from_backend)
                async for frame in channel:
                    if isinstance(frame, bytes):
                        writer.write(frame)
                        await writer.drain()
                tasks.cancel_scope.cancel()
        except* (ConnectionClosed, OSError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(page: Path, backend: Path, port: int = 0) -> AsyncIterator[Bridge]:
    """Serve on the loopback interface, at any free port unless one is given."""
    bridge: Bridge | None = None

    async def carry(channel: ServerConnection) -> None:
        assert bridge is not None
        await bridge.carry(channel)

    def answer(_channel: ServerConnection, request: Request) -> Response | None:
        assert bridge is not None
        return bridge.answer(request)

    async with serve(
        carry, LOOPBACK, port, process_request=answer, max_size=MAX_FRAME_BYTES, compression=None
    ) as server:
        bound = next(iter(server.sockets)).getsockname()[1]
        bridge = Bridge(page, backend, secrets.token_urlsafe(16), f"{LOOPBACK}:{bound}")
        yield bridge


def _plain(status: http.HTTPStatus, text: str) -> Response:
    return _response(status, "text/plain; charset=utf-8", f"{text}\n".encode())


def _response(status: http.HTTPStatus, kind: str, body: bytes) -> Response:
    headers = Headers({**_HEADERS, "Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"})
    return Response(status.value, status.phrase, headers, body)
