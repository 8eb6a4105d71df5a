"""The command line: options become settings, outcomes become exit codes."""

import argparse
import gc
import getpass
import os
import secrets
import select
import stat
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litebase import __version__
from litebase.process import hardening, memory
from litebase.process.exit_codes import ExitCode, say

if TYPE_CHECKING:
    from litebase.transport import Address

MIN_TOKEN_CHARACTERS = 22  # 128 bits in base64
_MAX_TOKEN_BYTES = 256
_TOKEN_S = 10.0
_STDIN = Path("-")

_EXIT_CODES = "exit codes:\n" + "\n".join(f"  {code:d}  {code.meaning}" for code in ExitCode)


def parser() -> argparse.ArgumentParser:
    """All options; each works with one dash or two."""
    made = argparse.ArgumentParser(
        prog="litebase-backend",
        description="The database engine room of a desktop client. Prints one line of JSON when it is ready.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    where = made.add_argument_group(
        "where clients connect (one of these; default: a private Unix socket, or on Windows a pipe)"
    )
    one = where.add_mutually_exclusive_group()
    one.add_argument("-socket", "--socket", type=Path, metavar="PATH", help="listen on this Unix socket")
    one.add_argument("-pipe", "--pipe", metavar="NAME", help="listen on this Windows named pipe")
    one.add_argument("-port", "--port", type=_port, metavar="N", help="listen on this TCP port of 127.0.0.1; 0: any")
    one.add_argument("-stdio", "--stdio", action="store_true", help="serve the one client on stdin and stdout")
    secret = made.add_argument_group("the token that TCP clients must show")
    which = secret.add_mutually_exclusive_group()
    which.add_argument(
        "-token-file",
        "--token-file",
        type=Path,
        metavar="FILE",
        help="read it from this private file; -: the first line of stdin",
    )
    which.add_argument("-no-token", "--no-token", action="store_true", help="for development: let every program in")
    logs = made.add_argument_group("logs")
    logs.add_argument(
        "-log-level", "--log-level", choices=["debug", "info", "warn", "error"], default="info", help="default: info"
    )
    logs.add_argument("-log-file", "--log-file", type=Path, metavar="FILE", help="append to this file; default: stderr")
    logs.add_argument("-log-format", "--log-format", choices=["json", "console"], default="json", help="default: json")
    history = made.add_argument_group("history")
    kept = history.add_mutually_exclusive_group()
    kept.add_argument(
        "-history",
        "--history",
        type=Path,
        metavar="FILE",
        help="keep what is run in this file; default, when an app starts us: a file in the user's data folder",
    )
    kept.add_argument("-no-history", "--no-history", action="store_true", help="keep nothing")
    life = made.add_argument_group("life")
    life.add_argument(
        "-parent-pid", "--parent-pid", type=_process_id, metavar="N", help="end when the process with this id is gone"
    )
    life.add_argument(
        "-lifeline",
        "--lifeline",
        choices=["stdin"],
        help="end when stdin is closed; without this nothing is ever read from it",
    )
    life.add_argument(
        "-idle-exit", "--idle-exit", type=_seconds, metavar="SECONDS", help="end when no client was there for so long"
    )
    life.add_argument(
        "-self-test", "--self-test", action="store_true", help="try every engine's library without a server, and end"
    )
    life.add_argument(
        "-private-memory",
        "--private-memory",
        action="store_true",
        help="let no other process of this user read our memory, debuggers included (Linux)",
    )
    made.add_argument("--askpass", help=argparse.SUPPRESS)  # how ssh runs us, see process/askpass.py
    life.add_argument("-version", "--version", action="version", version=f"litebase-backend {__version__}")
    return made


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port number (0 to 65535)")
    return int(text)


def _process_id(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) < 2**31:
        raise argparse.ArgumentTypeError(f"{text!r} is not a process id")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 1e6:  # NaN is neither
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0.1 to 1,000,000")
    return seconds


def default_folder() -> Path:
    """The folder of the default socket: private to this user."""
    if sys.platform == "win32":
        return Path(os.environ["LOCALAPPDATA"], "litebase")
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and Path(runtime).is_dir():
        return Path(runtime, "litebase")
    return Path("/tmp", f"litebase-{os.getuid()}")  # noqa: S108  # checked to be ours, 0700 and no link before use


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the backend and return its exit code."""
    closed = hardening.open_standard_streams()
    hardening.leave_no_core_dump()
    hardening.forget_environment()
    options = parser().parse_args(arguments)
    if options.askpass is not None and sys.platform != "win32":
        from litebase.process import askpass  # noqa: PLC0415  # a mode of its own

        return askpass.run(options.askpass)
    if options.self_test:
        return _self_test()
    if options.stdio and closed & {0, 1}:
        return _fail(ExitCode.UNUSABLE, "--stdio needs an open stdin and stdout.")
    if options.token_file == _STDIN and 0 in closed:
        return _fail(ExitCode.UNUSABLE, "--token-file - needs an open stdin.")
    if options.port is None and (options.token_file or options.no_token):
        return _fail(ExitCode.USAGE, "--token-file and --no-token belong to -port; other transports need no token.")
    if options.lifeline and options.stdio:
        return _fail(ExitCode.USAGE, "--stdio ends with its stdin anyway; leave out --lifeline.")
    if options.pipe is not None and sys.platform != "win32":
        return _fail(ExitCode.UNUSABLE, "Named pipes exist on Windows only; use -socket here.")
    return _run(options)


def _leave_unused_out() -> None:
    """Before the first import of each: pydantic would look for plugins in all that is installed, structlog would load
    rich where it is installed, for tracebacks that we never print. Together 9 MB and 60 ms.
    """
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # None makes an import fail, see importlib's docs


def _self_test() -> int:
    _leave_unused_out()
    import anyio  # noqa: PLC0415  # as in _run

    from litebase.process import self_test  # noqa: PLC0415

    return anyio.run(self_test.run)


def _run(options: argparse.Namespace) -> int:
    memory.bound_arenas()
    _leave_unused_out()
    gc.disable()

    # here and not above: --help and wrong options answer without loading the backend
    import anyio  # noqa: PLC0415
    import structlog  # noqa: PLC0415

    from litebase import log  # noqa: PLC0415
    from litebase.process.lifecycle import Lifetime, run  # noqa: PLC0415
    from litebase.process.parent import stdin_can_tell  # noqa: PLC0415
    from litebase.settings import Settings  # noqa: PLC0415
    from litebase.transport import EndpointInUse, EndpointUnusable  # noqa: PLC0415

    # Loading makes no garbage, and collecting takes a fifth of the start. What is loaded stays, so later runs skip it.
    gc.freeze()
    gc.enable()
    if options.lifeline and not stdin_can_tell():
        return _fail(
            ExitCode.UNUSABLE, "--lifeline stdin needs a pipe on stdin that whoever starts the backend holds open."
        )
    if options.private_memory and not hardening.refuse_to_be_read():
        return _fail(ExitCode.UNUSABLE, "--private-memory is not to be had on this system; leave it out.")
    token: str | None = None
    made_file: Path | None = None
    extra: dict[str, object] = {}
    try:
        address = _address(options)
        writer = log.set_up(options.log_level, options.log_format, options.log_file)
        if options.port is not None and not options.no_token:
            token, made_file = _token(options.token_file)
            if options.token_file != _STDIN:
                extra["token_file"] = str(options.token_file or made_file)
    except OSError as error:
        return _fail(ExitCode.UNUSABLE, f"The file {error.filename} cannot be used: {error.strerror}.")
    except ValueError as error:
        return _fail(ExitCode.UNUSABLE, str(error))
    if options.no_token:
        structlog.get_logger().warning("no_token", danger="every program of this machine may use the databases")
    try:
        lifetime = Lifetime(options.parent_pid, options.lifeline == "stdin", options.idle_exit)
        anyio.run(run, address, Settings(), writer, token, lifetime, extra, _history(options))
    except EndpointInUse as error:
        return _fail(ExitCode.IN_USE, str(error))
    except EndpointUnusable as error:
        return _fail(ExitCode.UNUSABLE, str(error))
    except Exception as error:  # noqa: BLE001  # the process ends with a documented code and one line, whatever it was
        structlog.get_logger().error("backend_failed", exc_info=error)
        return _fail(ExitCode.FAULT, f"An unexpected fault ended the backend ({type(error).__name__}); see the log.")
    finally:
        if made_file is not None:
            made_file.unlink(missing_ok=True)
        writer.flush()
    return ExitCode.DONE


def _history(options: argparse.Namespace) -> Path | None:
    """Where to keep what is run; None for nowhere. Without an option only a backend that an app started keeps it."""
    if options.history is not None:
        return Path(options.history).absolute()
    if options.no_history or not (options.parent_pid or options.lifeline or options.stdio):
        return None
    from litebase.history.place import default_file  # noqa: PLC0415  # as above

    return default_file()


def _address(options: argparse.Namespace) -> "Address":
    """Where to listen: what was asked for, else the private default of the system. `ValueError` if it means nothing."""
    from litebase.transport import PipeAddress, StdioAddress, TcpAddress, UnixAddress  # noqa: PLC0415  # as above

    if options.stdio:
        return StdioAddress()
    if options.port is not None:
        return TcpAddress(options.port)
    if options.pipe is not None:
        return PipeAddress(options.pipe)
    if options.socket is None:
        if sys.platform == "win32":
            return PipeAddress(default_pipe())
        return UnixAddress(default_folder() / "litebase.sock", private_folder=True)
    try:
        return UnixAddress(options.socket.absolute())
    except FileNotFoundError:
        raise ValueError(f"The working folder is gone; give an absolute path instead of {options.socket}.") from None


def default_pipe() -> str:
    """A name that nobody can know before the ready line names it, so that nobody can create the pipe first."""
    user = "".join(letter for letter in getpass.getuser() if letter.isalnum())[:32]
    return f"litebase-{user}-{secrets.token_hex(8)}"


def _token(file: Path | None) -> tuple[str, Path | None]:
    """The token, and the file that was made for it if one was."""
    if file == _STDIN:
        return _token_from_stdin(), None
    if file is not None:
        mode = file.stat().st_mode
        if not stat.S_ISREG(mode):
            raise ValueError(f"The token file {file} is not a regular file.")
        if sys.platform != "win32" and stat.S_IMODE(mode) & 0o077:
            raise ValueError(f"{file} can be read by others; make it private with: chmod 600 {file}")
        try:
            token = file.read_text(encoding="utf-8").strip()
        except UnicodeDecodeError as error:
            raise ValueError(f"The token file {file} is not UTF-8 text.") from error
        return _long_enough(token, f"in {file}"), None
    folder = default_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not _is_private(found):
        raise ValueError(f"{folder} must be a folder that belongs to you alone (mode 0700). Correct or remove it.")
    made = folder / f"token-{os.getpid()}"  # not the port: a second start on it must not touch the first one's file
    made.unlink(missing_ok=True)
    token = secrets.token_urlsafe(24)
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(token + "\n")
    return token, made


def _token_from_stdin() -> str:
    """The first line of stdin. Not a byte more is read: the rest may be a lifeline."""
    line = b""
    deadline = time.monotonic() + _TOKEN_S
    while not line.endswith(b"\n"):
        left_s = max(deadline - time.monotonic(), 0)
        if os.name != "nt" and not select.select([0], [], [], left_s)[0]:
            raise ValueError(f"No token came on stdin within {_TOKEN_S:g} s.")
        byte = os.read(0, 1)
        if not byte or len(line) > _MAX_TOKEN_BYTES:
            break
        line += byte
    if not line.endswith(b"\n"):
        raise ValueError("The token on stdin must be one line that ends with a newline.")
    return _long_enough(line.decode("utf-8", "replace").strip(), "on stdin")


def _long_enough(token: str, place: str) -> str:
    if len(token) < MIN_TOKEN_CHARACTERS:
        raise ValueError(f"The token {place} is shorter than {MIN_TOKEN_CHARACTERS} characters.")
    return token


def _is_private(folder: os.stat_result) -> bool:
    if sys.platform == "win32":  # the user's own AppData is private by its access control list
        return stat.S_ISDIR(folder.st_mode)
    return stat.S_ISDIR(folder.st_mode) and folder.st_uid == os.getuid() and not folder.st_mode & 0o077


def _fail(code: ExitCode, reason: str) -> ExitCode:
    say(reason)
    return code


if __name__ == "__main__":
    sys.exit(main())
