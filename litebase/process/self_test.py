"""Whether this build has everything in it: each engine's library is used as far as that goes without a server.

A frozen build can start and still lack what is loaded later. So every message's model and handler is loaded, and every
engine's own self-test is run.
"""

import ssl
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
import msgpack
import structlog
from anyio import to_thread
from litebase_schema.registry import ERROR_DETAILS, MESSAGES, details_validator, validator
from litebase_schema.values import Column
from structlog.dev import ConsoleRenderer

from litebase.drivers import ENGINES, Engine
from litebase.drivers.interface import DriverLimits
from litebase.drivers.self_test import expect, release
from litebase.drivers.trust import trust_the_system
from litebase.export.file import NewFile
from litebase.export.writer import Remarks
from litebase.export.xlsx import Book
from litebase.imports.source import Wishes, opened
from litebase.process.exit_codes import ExitCode
from litebase.server.methods import METHODS, handler
from litebase.settings import Settings

_LIMIT_S = 10.0  # of each part
_WORDS = "größer, 日本, 😀"


async def run() -> ExitCode:
    """Try every part and print a line for each. `SELF_TEST` when one does not work."""
    broken = 0
    for name, part in PARTS.items():
        try:
            with anyio.fail_after(_LIMIT_S):
                state, report = "ok", await part()
        except Exception as error:  # noqa: BLE001  # whatever one part raises, the others are still tried
            state, report = "FAILED", " ".join(f"{type(error).__name__}: {error}".split())
            broken += 1
        line = f"{name:<11} {state:<7} {report}".encode("ascii", "backslashreplace").decode()  # for every terminal
        print(line, flush=True)  # noqa: T201  # what the caller asked for
    return ExitCode.SELF_TEST if broken else ExitCode.DONE


async def _messages() -> str:
    """Models and handlers are loaded by name when they are first needed, so nothing else would miss one."""
    for name in MESSAGES:
        validator(name)
    for code in ERROR_DETAILS:
        details_validator(code)
    for name in METHODS:
        handler(name)
    value = {"text": _WORDS, "bytes": b"\x00\xff", "number": 2**63}
    expect("what was packed", msgpack.unpackb(msgpack.packb(value)), value)
    expect("the packer", msgpack.Packer.__module__, "msgpack._cmsgpack")
    return f"{len(MESSAGES)} models, {len(METHODS)} handlers, msgpack {release('msgpack')} in C"


async def _logs() -> str:
    line = structlog.processors.JSONRenderer()(None, "info", {"event": _WORDS})
    expect("a line for people", _WORDS in ConsoleRenderer(colors=False)(None, "info", {"event": _WORDS}), True)
    return f"structlog {release('structlog')}, {len(line)} characters of JSON"


async def _tls() -> str:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    await to_thread.run_sync(trust_the_system, context)
    return f"{ssl.OPENSSL_VERSION}; this system trusts {context.cert_store_stats()['x509_ca']} certificates"


async def _workbooks() -> str:
    """XlsxWriter is loaded by the first export to Excel, and calamine by the first import of a workbook."""
    size = await to_thread.run_sync(_workbook_bytes)
    return f"XlsxWriter {release('XlsxWriter')} and calamine {release('python-calamine')}, {size:,} bytes"


async def _encodings() -> str:
    """Those of files that are imported."""
    for name in ("cp932", "euc-jp", "gb18030", "big5", "cp949", "koi8-r", "windows-1252"):
        expect(name, "ab".encode(name).decode(name), "ab")
    return "those of files from East Asia too"


def _workbook_bytes() -> int:
    column = Column(name=_WORDS, db_type="text", kind="text")
    with TemporaryDirectory(prefix="litebase-") as folder:
        file = NewFile(Path(folder) / "words.xlsx", overwrite=False)
        file.open()
        book = Book([column], Remarks(), "hex", file, header=True)
        book.begin()
        book.rows([(_WORDS,)])
        book.assemble()
        content = b"".join(book.parts())
        book.discard()
        file.discard()
        copy = Path(folder) / "copy.xlsx"
        copy.write_bytes(content)
        source = opened(copy, Wishes(), len(content) * 100)
        expect("what is in it", source.columns, [_WORDS])
        source.file.close()
    expect("how it begins", content[:4], b"PK\3\4")
    return len(content)


async def _engine(engine: Engine) -> str:
    report: str = await engine.module("self_test").run(DriverLimits.of(Settings()))
    return report


PARTS: Mapping[str, Callable[[], Awaitable[str]]] = {
    "messages": _messages,
    "logs": _logs,
    "tls": _tls,
    "workbooks": _workbooks,
    "encodings": _encodings,
    **{name: partial(_engine, engine) for name, engine in ENGINES.items()},
}
