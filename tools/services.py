"""Private database servers for tests, benchmarks and development, with their own folder and port, removed afterwards.

As root, the servers run as an ordinary user, because PostgreSQL refuses root. Missing servers are installed with
apt-get if possible.
"""

import atexit
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import cast

if sys.platform != "win32":
    import pwd

from tools.servers.programs import chosen, is_mysql, mariadb_tables, mysql_arguments
from tools.system_packages import CannotInstall, install

START_S = 60.0
PASSWORD = "litebase-test"  # noqa: S105  # of servers that run during tests, on the loopback interface


class ServiceMissing(Exception):
    """A server cannot be started on this machine; the message says what was tried."""


@dataclass(frozen=True, slots=True)
class Service:
    """A running server. The user `litebase` has all rights and the password `PASSWORD`."""

    engine: str
    version: str
    host: str
    port: int
    socket_path: Path  # PostgreSQL: the folder of the socket; MySQL: the socket
    user: str
    password: str
    database: str
    folder: Path
    process: "subprocess.Popen[bytes]"


def service_elsewhere(engine: str) -> Service | None:
    """The server outside of Wine that `LITEBASE_TEST_SERVICES` describes, for tests in it."""
    described = json.loads(os.environ.get("LITEBASE_TEST_SERVICES", "{}")).get(engine)
    nowhere = Path("outside")
    process = cast("subprocess.Popen[bytes]", None)  # not ours to stop
    return described and Service(**described, socket_path=nowhere, folder=nowhere, process=process)


def description(service: Service) -> dict[str, object]:
    """The description of a server that `service_elsewhere` reads."""
    names = ("engine", "version", "host", "port", "user", "password", "database")
    return {name: getattr(service, name) for name in names}


def free_port() -> int:
    """A TCP port that is unused at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def server_account() -> str | None:
    """The user that the servers run as if we are root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return None


def run(command: Sequence[str | Path], text_in: str = "", **options: object) -> str:
    """Run a program as the servers' user, and return its output. Raises `ServiceMissing` with the output."""
    done = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        input=text_in,
        text=True,
        check=False,
        user=server_account(),
        cwd="/",
        **options,  # type: ignore[call-overload]  # plain keyword arguments of subprocess.run
    )
    if done.returncode:
        raise ServiceMissing(f"{command[0]} failed:\n{done.stdout[-2000:]}")
    return str(done.stdout)


def install_packages(packages: Sequence[str]) -> None:
    """Install Debian packages. Raises `ServiceMissing` where that cannot be done."""
    try:
        install(packages)
    except CannotInstall as error:
        raise ServiceMissing(str(error)) from error


@contextlib.contextmanager
def private_folder(engine: str) -> Iterator[Path]:
    """A folder of the servers' user during the block."""
    folder = Path(tempfile.mkdtemp(prefix=f"litebase-{engine}-", dir="/tmp"))  # short, for the socket in it
    with _at_the_latest_at_exit(partial(shutil.rmtree, folder, ignore_errors=True)):
        if (account := server_account()) is not None:
            shutil.chown(folder, account)
        yield folder


@contextlib.contextmanager
def _at_the_latest_at_exit(ending: Callable[[], object]) -> Iterator[None]:
    """Call `ending` after the block, or at exit: after Ctrl-C in some tests, pytest finishes no fixture."""
    atexit.register(ending)
    try:
        yield
    finally:
        atexit.unregister(ending)
        ending()


def _postgresql_programs() -> Path | None:
    if (found := shutil.which("postgres")) is not None:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return versions[-1].parent if versions else None


@contextlib.contextmanager
def postgresql(options: Sequence[str] = ()) -> Iterator[Service]:
    """A private PostgreSQL during the block. `options` are additional settings, `name=value`."""
    folder_of_programs = chosen("postgresql")
    programs = folder_of_programs / "bin" if folder_of_programs else _postgresql_programs()
    if programs is None:
        install_packages(["postgresql"])
        programs = _postgresql_programs()
    if programs is None:
        raise ServiceMissing("PostgreSQL is not installed.")
    with private_folder("pg") as folder, _postgresql_in(folder, programs, options) as service:
        yield service


@contextlib.contextmanager
def _postgresql_in(folder: Path, programs: Path, options: Sequence[str]) -> Iterator[Service]:
    data, port = folder / "data", free_port()
    secret = folder / "password"
    secret.write_text(PASSWORD, encoding="ascii")
    if (account := server_account()) is not None:
        shutil.chown(secret, account)
    command = [str(programs / "initdb"), "-D", str(data), "-U", "litebase", f"--pwfile={secret}"]
    run([*command, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])
    settings = [
        "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "fsync=off", "max_connections=100",
        "log_min_messages=fatal", *options,
    ]  # fmt: skip
    arguments = [str(programs / "postgres"), "-D", str(data), "-p", str(port)]
    arguments += [part for setting in settings for part in ("-c", setting)]
    version = run([programs / "postgres", "--version"]).split()[2]
    with running(arguments, folder, signal.SIGINT) as process:
        _wait_until_ready(process, folder, partial(_postgresql_is_ready, data / "postmaster.pid"))
        yield Service(
            "postgresql", version, "127.0.0.1", port, folder, "litebase", PASSWORD, "postgres", folder, process
        )


def _postgresql_is_ready(file: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        lines = file.read_text(encoding="ascii", errors="replace").splitlines()
        return len(lines) > 7 and lines[7].strip() == "ready"
    return False


@contextlib.contextmanager
def pgbouncer(behind: Service, users: Sequence[str] = (), settings: Sequence[str] = ()) -> Iterator[Service]:
    """A private PgBouncer in transaction mode, with one session of `behind` for each user and database.

    `users` may log in beside `litebase`, with the same password. `settings` are additional ones, `name = value`.
    """
    folder_of_programs = chosen("pgbouncer")
    places = f"{folder_of_programs}/bin" if folder_of_programs else f"{os.environ.get('PATH', '')}:/usr/sbin"
    program = shutil.which("pgbouncer", path=places)
    if program is None:
        install_packages(["pgbouncer"])
        program = shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        raise ServiceMissing("PgBouncer is not installed.")
    with private_folder("bouncer") as folder:
        port = free_port()
        accounts = "".join(f'"{user}" "{PASSWORD}"\n' for user in (behind.user, *users))
        (folder / "users").write_text(accounts, encoding="ascii")
        lines = [
            "[databases]", f"* = host={behind.host} port={behind.port}", "[pgbouncer]", "listen_addr = 127.0.0.1",
            f"listen_port = {port}", "unix_socket_dir =", "auth_type = scram-sha-256", f"auth_file = {folder}/users",
            "pool_mode = transaction", "default_pool_size = 1", *settings,
        ]  # fmt: skip
        (folder / "ini").write_text("\n".join(lines), encoding="ascii")
        for file in ("users", "ini"):
            (folder / file).chmod(0o644)
        version = run([program, "--version"]).split()[1]
        with running([program, str(folder / "ini")], folder, signal.SIGINT) as process:
            wait_for_port(process, port, folder)
            yield replace(behind, version=version, port=port, folder=folder, process=process)


def wait_for_port(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    """Return when a server takes connections. Raises `ServiceMissing` with its log when it does not."""

    def connects() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return True
        return False

    _wait_until_ready(process, folder, connects)


_CLIENT_PROGRAMS = ("my_print_defaults", "mariadb-dump")  # mariadb-install-db calls the first, dumps call the other


@contextlib.contextmanager
def mariadb(options: Sequence[str] = ()) -> Iterator[Service]:
    """A private MariaDB during the block, or what `LITEBASE_TEST_MYSQL` names. `options` are settings, `name=value`."""
    programs = chosen("mysql")
    if programs is None and None in map(shutil.which, ("mariadbd", *_CLIENT_PROGRAMS)):
        install_packages(["mariadb-server-core", "mariadb-client"])
    server = shutil.which("mariadbd")
    if programs is None and server is None:
        raise ServiceMissing("MariaDB is not installed.")
    program = mysql_arguments(programs) if programs else [str(server), "--no-defaults"]
    with private_folder("my") as folder:
        program += [f"--datadir={folder / 'data'}", f"--tmpdir={folder}", *_as_user(server_account())]
        _make_mysql_data(program, programs)
        with _mysql_in(folder, program, options) as service:
            yield service


def _make_mysql_data(program: Sequence[str], programs: Path | None) -> None:
    if is_mysql():
        run([*program, "--initialize-insecure"])
    elif programs is None:
        install = shutil.which("mariadb-install-db") or "mariadb-install-db"
        run([install, *program[1:], "--auth-root-authentication-method=normal", "--skip-test-db"])
    else:
        data = next(Path(part.split("=")[1]) for part in program if part.startswith("--datadir="))
        run(["mkdir", data, data / "mysql"])
        run([*program, "--bootstrap", "--skip-grant-tables"], text_in=mariadb_tables(programs))


# The packets are as long as MariaDB's. The last two let tests/mysql_series.py make long series of numbers, row by row.
_MYSQL_SETTINGS = (
    "--mysqlx=OFF", "--secure-file-priv=", "--max-allowed-packet=16M", "--cte-max-recursion-depth=4294967295",
    "--optimizer-switch=block_nested_loop=off",
)  # fmt: skip


@contextlib.contextmanager
def _mysql_in(folder: Path, program: Sequence[str], options: Sequence[str]) -> Iterator[Service]:
    port, path = free_port(), folder / "socket"
    start = folder / "start.sql"
    start.write_text(
        f"CREATE DATABASE litebase CHARACTER SET utf8mb4;\n"
        f"DROP USER IF EXISTS ''@localhost;\n"  # old releases would take everyone from here for it
        f"CREATE USER litebase@'%' IDENTIFIED BY '{PASSWORD}';\n"
        f"GRANT ALL ON *.* TO litebase@'%' WITH GRANT OPTION;\n",
        encoding="ascii",
    )
    start.chmod(0o644)
    # MariaDB before 10.10 otherwise stores the present moment where a TIMESTAMP is given NULL
    own = _MYSQL_SETTINGS if is_mysql() else ("--explicit-defaults-for-timestamp",)
    arguments = [
        *program, f"--socket={path}", f"--port={port}", "--bind-address=127.0.0.1", f"--init-file={start}",
        "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M",
        "--character-set-server=utf8mb4", *own, *[f"--{option}" for option in options],
    ]  # fmt: skip
    version = run([*program[:1], "--version"]).split("Ver ")[1].split()[0]
    with running(arguments, folder, signal.SIGTERM) as process:
        _wait_until_ready(process, folder, partial(_mysql_greets, port))
        yield Service("mysql", version, "127.0.0.1", port, path, "litebase", PASSWORD, "litebase", folder, process)


def _mysql_greets(port: int) -> bool:
    """Whether the server has begun to answer, which it does after it has run its init file."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as link:
        return bool(link.recv(1))
    return False


def _as_user(account: str | None) -> list[str]:
    return [] if account is None else [f"--user={account}"]


@contextlib.contextmanager
def running(
    arguments: Sequence[str], folder: Path, end: signal.Signals, user: str | None = ""
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process during the block, as the servers' user unless `user` is another one or None for ourselves."""
    if (lifeline := shutil.which("setpriv")) is not None:
        arguments = [lifeline, "--pdeathsig", "KILL", *arguments]  # a killed test run leaves no server behind
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=server_account() if user == "" else user,
            cwd="/",
            start_new_session=True,
        )
    with _at_the_latest_at_exit(partial(_stop, process, end)):
        yield process


def _stop(process: "subprocess.Popen[bytes]", end: signal.Signals) -> None:
    process.send_signal(end)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", folder: Path, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        if ready():
            return
        time.sleep(0.05)
    log = (folder / "log").read_text(encoding="utf-8", errors="replace")
    raise ServiceMissing(f"{process.args!r} did not become ready:\n{log[-3000:]}")


def main() -> None:
    """Start both servers, print how to connect to them, and keep them until Ctrl-C."""
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell's background jobs start with SIGINT ignored
        signal.signal(ending, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt), postgresql() as first, mariadb() as second:
        for service in (first, second):
            print(f"{service.engine} {service.version}: host {service.host}, port {service.port}, ", end="")
            print(f"user {service.user}, password {service.password}, database {service.database}", flush=True)
        print("Press Ctrl-C to stop them and remove their data.", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
