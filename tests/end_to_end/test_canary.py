"""A canary in every credential, through every way to fail, on every engine: nobody but the database ever sees it.

`SECRET` stands where a password, a token or a key stands, and may be in no answer either. `DATA` stands in statements
and parameters; a database's own error may repeat it to the client who sent it, but nothing writes it down.
"""

import contextlib
import os
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from litebase_schema.connection import MysqlTarget, PostgresqlTarget
from litebase_schema.hello import HelloRequest, ProtocolVersion, Software
from pydantic import ValidationError

from litebase.drivers.interface import DriverLimits
from litebase.drivers.mysql.driver import MysqlDriver
from litebase.drivers.postgresql.driver import PostgresqlDriver
from litebase.errors import LiteBaseError
from tests.end_to_end.dialects import DIALECTS, target_data
from tests.end_to_end.fault_proxy import fault_proxy
from tests.end_to_end.frames import Line, hello
from tests.end_to_end.process import Running, running
from tests.work import SOON_S
from tools.services import Service

SECRET = "CANARY-5ec2e7-8f1d0b6a44"
DATA = "CANARY-da7a-03c9b1e2ff"
TOKEN = f"{SECRET}-token"
ENGINES = ["postgresql", "mysql"]
USER = "canary"


@dataclass
class Seen:
    """What came back to the client."""

    answers: list[str]
    failed: int = 0

    def take(self, answer: dict[str, Any]) -> dict[str, Any]:
        self.answers.append(str(answer))
        self.failed += answer["type"] == "error"
        return answer


def make_user(service: Service, line: Line, connection_id: str) -> None:
    """A user of the server whose password is the canary."""
    if service.engine == "postgresql":
        with psycopg.connect(
            host=service.host, port=service.port, user=service.user, password=service.password, dbname=service.database
        ) as link:
            link.execute(f"DROP ROLE IF EXISTS {USER}".encode())
            link.execute(f"CREATE ROLE {USER} LOGIN PASSWORD '{SECRET}'".encode())
        return
    for sql in (f"DROP USER IF EXISTS {USER}@'%'", f"CREATE USER {USER}@'%' IDENTIFIED BY '{SECRET}'"):
        line.ask_ok("query", {"connection_id": connection_id, "sql": sql})
    grant = f"GRANT ALL ON {service.database}.* TO {USER}@'%'"
    line.ask_ok("query", {"connection_id": connection_id, "sql": grant})


@contextlib.contextmanager
def listening(first: bytes | None) -> Iterator[int]:
    """A port that takes connections, and says `first` or nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(SOON_S)
        if first is not None:

            def speak() -> None:
                with contextlib.suppress(OSError):
                    while True:
                        with listener.accept()[0] as one:
                            one.sendall(first)

            thread = threading.Thread(target=speak, daemon=True)
            thread.start()
        yield listener.getsockname()[1]
        listener.close()


def failing_connects(service: Service, folder: Path, silent: int, garbled: int) -> list[dict[str, Any]]:
    """Ways in which a `db_connect` with the canary as its password fails."""
    key = folder / "key.pem"
    key.write_text(f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n", encoding="utf-8")
    good = target_data(service, password=SECRET)
    return [
        good,  # the wrong password
        {**good, "user": "nobody-of-that-name"},
        {**good, "database": "nothing-of-that-name"},
        {**good, "port": 1},
        {**good, "host": "no-such-host.invalid"},
        {**good, "port": silent, "connect_timeout_ms": 300},
        {**good, "port": garbled, "connect_timeout_ms": 2000},
        {**good, "tls": "verify_full"},
        {**good, "tls": "require"},
        {**good, "tls": "verify_ca", "tls_ca_file": str(folder / "none.pem")},
        {**good, "tls": "require", "tls_certificate_file": str(key), "tls_key_file": str(key)},
        {**good, "socket_path": str(folder / "none")},
        {**good, "port": SECRET},
        {**good, "password": [SECRET]},
        {**good, "password": {SECRET: SECRET}},
        {**good, "password": f"{SECRET}\x00"},
        {**good, "password": SECRET * 60},
        {**good, "passwort": SECRET},
        {**good, "options": f"-c password={SECRET}"},
        {**good, "connect_timeout_ms": -1},
        {**good, "user": USER, "database": f"{service.database}-none"},
    ]


def failing_statements(service: Service) -> list[tuple[str, dict[str, Any]]]:
    """Requests that fail in an open database, with the data canary where data are."""
    number = "$1::integer" if service.engine == "postgresql" else "CAST(? AS JSON) + json_value(?, 1)"
    return [
        ("query", {"sql": f"SELEKT '{DATA}'"}),
        ("query", {"sql": f"SELECT '{DATA}"}),
        ("query", {"sql": f"SELECT * FROM missing WHERE a = '{DATA}'"}),
        ("query", {"sql": f"ALTER USER {USER} IDENTIFIED WITH nothing BY '{DATA}' PASSWORD '{DATA}' x"}),
        ("query", {"sql": f"CREATE USER {USER} PASSWORD '{DATA}' IDENTIFIED BY '{DATA}'"}),
        ("query", {"sql": f"SELECT {number}", "params": [DATA]}),
        ("query", {"sql": "SELECT 1", "params": [DATA, DATA]}),
        ("query", {"sql": "SELECT :a", "params": {DATA: DATA}}),
        ("query", {"sql": f"SELECT '{DATA}\x00'"}),
        ("query", {"sql": f"SELECT 1; SELECT '{DATA}'"}),
        ("query", {"sql": f"BEGIN -- {DATA}"}),
        ("query", {"sql": "SELECT 1", "window_rows": DATA}),
        ("query", {"sql": f"/* {DATA} */ {DIALECTS[service.engine].endless}", "timeout_ms": 150}),
        ("query", {"sql": f"INSERT INTO canary_rows VALUES ('{DATA}'), ('{DATA}')"}),
        ("run_script", {"sql": f"SELECT '{DATA}'; SELECT '{DATA}"}),
    ]


def fail_in_every_way(line: Line, service: Service, folder: Path, seen: Seen) -> None:
    """All failing connects, all failing statements, and links that end."""
    with listening(None) as silent, listening(f"HTTP/1.1 400 {DATA}\r\n\r\n".encode()) as garbled:
        for data in failing_connects(service, folder, silent, garbled):
            seen.take(line.ask("db_connect", data))
    admin = line.ask_ok("db_connect", target_data(service))["connection_id"]
    make_user(service, line, admin)
    own_data = target_data(service, user=USER, password=SECRET)
    own = {"connection_id": line.ask_ok("db_connect", own_data)["connection_id"]}
    table = f"CREATE TABLE canary_rows (a {DIALECTS[service.engine].text} PRIMARY KEY)"
    for sql in ("DROP TABLE IF EXISTS canary_rows", table):
        line.ask_ok("query", {"connection_id": admin, "sql": sql})
    if service.engine == "postgresql":
        line.ask_ok("query", {"connection_id": admin, "sql": f"GRANT ALL ON canary_rows TO {USER}"})
    for message_type, data in failing_statements(service):
        seen.take(line.ask(message_type, {**own, **data}))
    lose_links(line, service, seen, admin, own)
    answer_prompts(line, service, seen)
    for connection_id in (admin, own["connection_id"]):
        line.ask_ok("db_disconnect", {"connection_id": connection_id})


def lose_links(line: Line, service: Service, seen: Seen, admin: str, own: dict[str, str]) -> None:
    """A session that is killed while it runs, a link that breaks while it logs in, and one that breaks afterwards."""
    dialect = DIALECTS[service.engine]
    number = line.ask_ok("query", {**own, "sql": dialect.own_id})["rows"][0][0]
    request = line.send("query", {**own, "sql": f"{dialect.sleep} -- {DATA}"})
    time.sleep(0.2)
    line.ask("query", {"connection_id": admin, "sql": dialect.kill.format(id=number)})
    seen.take(line.answer(request))
    with fault_proxy((service.host, service.port)) as proxy:
        through = target_data(service, user=USER, password=SECRET, port=proxy.port)
        lost = line.ask_ok("db_connect", through)["connection_id"]
        proxy.reset()
        seen.take(line.ask("query", {"connection_id": lost, "sql": f"SELECT '{DATA}'"}))
        line.ask_ok("db_disconnect", {"connection_id": lost})
        proxy.weather.slice_bytes, proxy.weather.reset_chance = 32, 0.5
        seen.take(line.ask("db_connect", through))


def answer_prompts(line: Line, service: Service, seen: Seen) -> None:
    """A wrong answer, answers that nobody takes, and at last the right one."""
    after = line.ask_ok("wait_events", {"after": None})["next"]
    asking = line.send("db_connect", target_data(service, user=USER, password=None, password_prompt=True))
    for text in (f"{SECRET}-wrong", SECRET):
        told = line.ask_ok("wait_events", {"after": after, "kinds": ["prompt"]})
        after, prompt_id = told["next"], told["events"][-1]["prompt"]["prompt_id"]
        for bad in ([SECRET], f"{SECRET}\x00", SECRET * 300):
            seen.take(line.ask("answer_prompt", {"prompt_id": prompt_id, "answer": bad}))
        line.ask_ok("answer_prompt", {"prompt_id": prompt_id, "answer": text})
        seen.take(line.ask("answer_prompt", {"prompt_id": prompt_id, "answer": SECRET}))
    opened = line.answer(asking)
    assert opened["type"] == "db_connect_response", opened
    line.ask_ok("db_disconnect", {"connection_id": opened["data"]["connection_id"]})


def outside(backend: Running) -> bytes:
    """What other programs of this user can see of the process and of its children."""
    found = b""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((process / "stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
            if backend.pid in (parent, int(process.name)):
                found += (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    return found


@pytest.mark.fault("T08", "T09", "INV6")
@pytest.mark.parametrize("engine", ENGINES)
def test_no_failure_tells_a_secret(tmp_path: Path, engine: str, request: pytest.FixtureRequest) -> None:
    service: Service = request.getfixturevalue(f"{engine}_service")
    (scratch := tmp_path / "scratch").mkdir()
    (keys := tmp_path / "keys").mkdir()
    token = keys / "token"
    token.write_text(TOKEN, encoding="utf-8")
    token.chmod(0o600)
    seen = Seen([])
    options = ["--port", "0", "--token-file", str(token)]
    with running(tmp_path, *options, environment={"TMPDIR": str(scratch)}) as backend, backend.dial() as line:
        with backend.dial() as stranger:
            seen.take(stranger.ask("hello", hello(f"{TOKEN}x")))
        seen.take(line.ask("hello", {**hello(TOKEN), "prompts": True}))
        fail_in_every_way(line, service, keys, seen)
        process = outside(backend)
        assert backend.end() == 0
    assert seen.failed >= 46
    assert [answer for answer in seen.answers if SECRET in answer] == []
    assert SECRET.encode() not in process
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent != keys]
    assert backend.log in written
    for path in written:
        content = path.read_bytes()
        assert SECRET.encode() not in content, path
        assert DATA.encode() not in content, path
    assert b"request_answered" in backend.log.read_bytes()


@pytest.mark.fault("T08")
@pytest.mark.anyio
@pytest.mark.parametrize("engine", ENGINES)
async def test_no_exception_of_a_driver_holds_a_secret(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    """What a log could show of it: its text, its repr, its arguments and its traceback, back to its first cause."""
    service: Service = request.getfixturevalue(f"{engine}_service")
    model: Callable[..., Any] = PostgresqlTarget if engine == "postgresql" else MysqlTarget
    driver: Callable[..., Any] = PostgresqlDriver if engine == "postgresql" else MysqlDriver
    failures: list[BaseException] = []
    with listening(None) as silent, listening(b"HTTP/1.1 400 no\r\n\r\n") as garbled:
        for data in failing_connects(service, tmp_path, silent, garbled):
            try:
                await (await driver(model(**data), DriverLimits(0.5, 0.02)).connect()).aclose()
            except (LiteBaseError, ValidationError) as error:
                failures.append(error)
    assert len(failures) >= 15
    assert sum(isinstance(error, LiteBaseError) for error in failures) >= 8
    for failure in failures:
        assert SECRET not in "".join(traceback.format_exception(failure))
        for one in chain(failure):
            assert SECRET not in f"{one!r} {one} {one.args!r} {getattr(one, 'details', None)!r}"


def chain(error: BaseException) -> list[BaseException]:
    """An exception and everything that led to it."""
    found: list[BaseException] = []
    left: list[BaseException | None] = [error]
    while left:
        one = left.pop()
        if one is not None and one not in found:
            found.append(one)
            left += [one.__cause__, one.__context__]
    return found


@pytest.mark.fault("T08")
def test_a_model_shows_everything_but_its_secrets() -> None:
    shown = [
        repr(PostgresqlTarget(engine="postgresql", host="seen", password=SECRET)),
        str(MysqlTarget(engine="mysql", host="seen", password=SECRET)),
        repr(
            HelloRequest(
                protocol=ProtocolVersion(major=0, minor=1), client=Software(name="seen", version="1"), token=TOKEN
            )
        ),
    ]
    for text in shown:
        assert "seen" in text
        assert SECRET not in text
    assert "password=None" in repr(PostgresqlTarget(engine="postgresql"))


def test_the_canaries_are_found_where_they_are(tmp_path: Path) -> None:
    """The search itself works: a file and an environment that hold one are seen."""
    with running(tmp_path, environment={"NOT_OURS": SECRET}) as backend:
        assert SECRET.encode() in outside(backend)
        assert os.environ.get("NOT_OURS") is None
