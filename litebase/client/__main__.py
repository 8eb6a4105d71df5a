"""`python -m litebase.client TARGET`: a prompt for SQL at a backend of its own, or at one that runs already."""

import argparse
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import anyio
from anyio.from_thread import BlockingPortal, start_blocking_portal
from anyio.streams.stapled import StapledByteStream
from litebase_schema.connection import DbConnectRequest, DbConnectResponse, Environment, SshTunnel
from litebase_schema.db_session import OpenDbSessionRequest
from pydantic import ValidationError

from litebase.client.channel import Client, connect
from litebase.client.failures import BackendGone, RequestFailed
from litebase.client.process import command
from litebase.client.questions import Questions
from litebase.client.shell import Shell, say
from litebase.client.table import printable
from litebase.drivers.targets import FORMS, TargetOptions, asks_password, parse

if TYPE_CHECKING:
    from litebase.client.event_feed import OnPrompt

_END_S = 8.0
_INTERRUPTED = 130  # 128 + SIGINT, what shells say


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(
        prog="python -m litebase.client",
        description="Reads SQL from a prompt, or from stdin when that is no terminal, and prints tables.",
        epilog="exit codes: 0 done; 1 a script's statement failed or there is no database; 2 wrong options; 130 Ctrl-C",
        allow_abbrev=False,
    )
    made.add_argument(
        "target",
        help=FORMS,
    )
    made.add_argument(
        "--password-file", type=Path, metavar="FILE", help="read a server's password there; else it is asked for"
    )
    how = made.add_mutually_exclusive_group()
    how.add_argument("--read-only", action="store_true", help="refuse every write")
    how.add_argument("--create", action="store_true", help="make the file when it is missing")
    made.add_argument(
        "--environment",
        choices=get_args(Environment.__value__),
        help="what the database is used for; on production, what may change something is asked about",
    )
    tunnel = made.add_argument_group("an SSH tunnel to a server, made by the ssh of this machine")
    tunnel.add_argument(
        "--ssh",
        metavar="[USER@]HOST[:PORT]",
        help="reach the server through this host, or `Host` of ssh's configuration",
    )
    tunnel.add_argument("--ssh-key", type=Path, metavar="FILE", help="the private key to log in with there")
    tunnel.add_argument(
        "--ssh-config", type=Path, metavar="FILE", help="the configuration of ssh, instead of the user's own"
    )
    made.add_argument(
        "--init", type=Path, metavar="FILE", help="run the statements of this file at the beginning of every session"
    )
    made.add_argument("--connect", type=Path, metavar="ENDPOINT", help="use the backend at this socket or pipe")
    return made


def _password(options: argparse.Namespace) -> str | None:
    """The password for a server, from a file; without one the backend asks for it."""
    if options.password_file is not None:
        return str(options.password_file.read_text(encoding="utf-8")).rstrip("\n")
    return None


def _tunnel(options: argparse.Namespace) -> SshTunnel | None:
    """The tunnel that the options describe. Raises `ValueError`."""
    if options.ssh is None:
        if options.ssh_key or options.ssh_config:
            raise ValueError("--ssh-key and --ssh-config belong to --ssh.")
        return None
    user, _, place = options.ssh.rpartition("@")
    host, _, port = place.removeprefix("[").partition("]:" if place.startswith("[") else ":")
    if place.count(":") > 1 and not place.startswith("["):
        host, port = place, ""
    if port and not port.isdigit():
        raise ValueError(f"{options.ssh} is not [USER@]HOST[:PORT].")
    given = {
        "kind": "ssh",
        "host": host.removesuffix("]"),
        "user": user or None,
        "port": int(port) if port else None,
        "identity_file": options.ssh_key and str(options.ssh_key.absolute()),
        "config_file": options.ssh_config and str(options.ssh_config.absolute()),
    }
    return SshTunnel.model_validate({name: value for name, value in given.items() if value is not None})


def _wanted(options: argparse.Namespace) -> DbConnectRequest:
    """What to open. Raises `ValueError`, and `OSError` where the password's file cannot be read."""
    wanted = parse(options.target, TargetOptions(options.read_only, options.create, _password(options)))
    update: dict[str, object] = {"environment": options.environment}
    if options.init is not None:
        update["init_sql"] = options.init.read_text(encoding="utf-8")
    if (tunnel := _tunnel(options)) is not None:
        if not hasattr(wanted, "tunnel"):
            raise ValueError("--ssh leads to a server; this target is a file.")
        update["tunnel"] = tunnel
    return wanted.model_copy(update=update)


@asynccontextmanager
async def own_backend(on_prompt: "OnPrompt | None" = None) -> AsyncIterator[Client]:
    """A backend that ends with us. In a session of its own, so that the terminal's Ctrl-C is not sent to it."""
    process = await anyio.open_process(
        command(["--stdio", "--log-level", "error", "--log-format", "console"]),
        stdin=subprocess.PIPE,
        stderr=None,
        start_new_session=True,
    )
    assert process.stdin is not None, "a pipe was asked for"
    assert process.stdout is not None, "open_process makes a pipe"
    try:
        async with connect(StapledByteStream(process.stdin, process.stdout), on_prompt) as client:
            yield client
    finally:
        with anyio.move_on_after(_END_S, shield=True):  # it ends when its stdin does; past that time it is killed
            await process.aclose()


def _converse(portal: BlockingPortal, client: Client, questions: Questions, wanted: DbConnectRequest) -> int:
    """Open the database and read statements. Every error ends here, as one line."""
    try:
        opened: DbConnectResponse = questions.wait(portal, client.db_connect, wanted)
        if sys.stdin.isatty() and sys.stdout.isatty():
            access = ", read-only" if opened.read_only else ""
            say(f"{opened.engine} {printable(opened.server_version)}{access}. Statements end with ; and \\h is help.")
        own = questions.wait(portal, client.open_db_session, OpenDbSessionRequest(connection_id=opened.connection_id))
        shell = Shell(portal, client, questions, opened.connection_id, own.db_session_id)
        shell.keyboard.begin(wanted.name, getattr(wanted, "database", None) or getattr(wanted, "path", None))
        return shell.run()
    except RequestFailed as failed:
        return _fail(f"{failed.code}: {printable(failed.message)}")
    except BackendGone as gone:
        return _fail(str(gone))
    except UnicodeDecodeError as error:
        return _fail(f"The input is not valid {error.encoding}.")
    except BrokenPipeError:
        # whoever read our output has gone, for example `head`; the flush at exit must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the prompt and return the exit code."""
    _speak_utf8()
    options = parser().parse_args(arguments)
    try:
        wanted = _wanted(options)
        if asks := asks_password(options.target) and sys.stdin.isatty():
            wanted = wanted.model_copy(update={"password_prompt": True})
    except OSError as error:
        parser().error(f"{error.filename} cannot be read: {error.strerror}.")
    except ValidationError as refused:
        parser().error(f"This is no target: {refused.errors(include_input=False)[0]['msg']}")
    except ValueError as error:
        parser().error(str(error))
    where = options.connect
    transport = "pipe" if sys.platform == "win32" else "unix"
    questions = Questions()
    on_prompt = questions.on_prompt if asks else None
    endpoint = {"transport": transport, "path": str(where)}
    backend = own_backend(on_prompt) if where is None else connect(endpoint, on_prompt)
    with start_blocking_portal() as portal:
        try:
            with portal.wrap_async_context_manager(backend) as client:
                return _converse(portal, client, questions, wanted)
        except OSError as error:
            return _fail(f"No backend can be reached at {where}: {error.strerror or error}.")


def _speak_utf8() -> None:
    """Windows gives pipes and files an old code page, which lacks most letters and the lines of tables."""
    if sys.platform == "win32":
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper) and not stream.isatty():
                stream.reconfigure(encoding="utf-8")


def _fail(reason: str) -> int:
    say(f"litebase: {reason}", sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
