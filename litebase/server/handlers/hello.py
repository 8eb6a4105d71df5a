"""The greeting."""

import secrets

import anyio
from litebase_schema.hello import HelloRequest, HelloResponse, Limits, ProtocolVersion, Software
from litebase_schema.registry import PROTOCOL_MAJOR, PROTOCOL_MINOR

from litebase import __version__
from litebase.drivers import ENGINES, engine_limits
from litebase.drivers.abilities import NAMES
from litebase.errors import Unauthenticated, UnsupportedProtocol
from litebase.export import has_parquet
from litebase.server.backend import Backend
from litebase.server.call import Call
from litebase.settings import Settings

PROTOCOL = ProtocolVersion(major=PROTOCOL_MAJOR, minor=PROTOCOL_MINOR)
# Of the backend, whatever the connection.
_OWN_CAPABILITIES = (
    "events",
    "prompts",
    "check_connection",
    "init_sql",
    "result_views",
    "tables",
    "edits",
    "exports",
    "imports",
    "copies",
    "alter",
    "compare",
    "compare_rows",
    "sql_help",
)
_SLOWER_AFTER = 20  # wrong tokens take twice the time then, and so on


async def hello(call: Call, request: HelloRequest) -> HelloResponse:
    """Check token and version, and say what we can do."""
    backend = call.backend
    if call.client.token is not None and not secrets.compare_digest(
        (request.token or "").rstrip("\r\n").encode("utf-8", "replace"), call.client.token.encode()
    ):
        backend.wrong_tokens += 1
        await anyio.sleep(backend.settings.wrong_token_pause_s * min(1 + backend.wrong_tokens / _SLOWER_AFTER, 10))
        raise Unauthenticated(
            "hello needs the token of this backend: read it from the file that the ready line names as token_file. "
            "For development, --no-token lets every program of this machine in."
        )
    if request.protocol.major != PROTOCOL_MAJOR:
        theirs = f"{request.protocol.major}.{request.protocol.minor}"
        raise UnsupportedProtocol(
            f"The client speaks protocol {theirs}, the backend {PROTOCOL_MAJOR}.{PROTOCOL_MINOR}. "
            "Their first numbers must be equal: update the older of the two."
        )
    call.client.trusted = True
    call.client.client_name = request.client.name
    call.client.answers_prompts = request.prompts
    return HelloResponse(
        protocol=PROTOCOL,
        server=Software(name="litebase", version=__version__),
        engines=list(ENGINES),
        capabilities=[*_OWN_CAPABILITIES, *_present(backend), *NAMES],
        limits=_limits(backend.settings),
    )


def _limits(settings: Settings) -> Limits:
    own = engine_limits()
    return Limits(**{name: own[name] if name in own else settings.told(name) for name in Limits.model_fields})


def _present(backend: Backend) -> list[str]:
    """The optional features that depend on how the backend was installed and started."""
    present = {"parquet": has_parquet(), "history": backend.history_file is not None}
    return [name for name, is_there in present.items() if is_there]
