"""What ssh asks while a tunnel opens is asked of the person at the client, and the answer reaches ssh alone."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from litebase_schema.prompts import Prompt

from litebase.client import Client, RequestFailed, connect
from tests.conftest import RunningBackend, running_sshd
from tests.end_to_end.process import running
from tests.end_to_end.test_tunnels import below, opened, through, unanswered, until
from tests.work import SOON_S
from tools.services import PASSWORD, Service
from tools.ssh_server import SshServer, one_time_code

if sys.platform == "win32":
    pytest.skip("there are no tunnels on Windows yet", allow_module_level=True)

pytestmark = pytest.mark.anyio

PHRASE = "correct horse"


@pytest.fixture(scope="module")
def ssh_server() -> Iterator[SshServer]:
    """An SSH host that takes passwords and one-time codes, too."""
    yield from running_sshd(asks=True)


class Person:
    """Gives one answer after the other, and remembers what was asked."""

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)
        self.asked: list[Prompt] = []

    async def __call__(self, prompt: Prompt) -> str | None:
        self.asked.append(prompt)
        return self.answers.pop(0)


def locked_key(folder: Path, server: SshServer) -> Path:
    """A copy of the server's key that has a passphrase."""
    key = folder / "key"
    key.write_bytes(server.key.read_bytes())
    key.chmod(0o600)
    subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", PHRASE, "-f", str(key)], check=True, timeout=SOON_S)
    return key


def only(folder: Path, method: str) -> str:
    """A configuration that logs in with one method."""
    config = folder / "config"
    config.write_text(f"PreferredAuthentications {method}\n", encoding="ascii")
    return str(config)


async def test_a_host_key_is_asked_about_and_remembered(
    tmp_path: Path, backend: RunningBackend, mysql_service: Service, ssh_server: SshServer
) -> None:
    known_hosts = tmp_path / "known_hosts"
    tunnel = through(ssh_server, known_hosts_file=str(known_hosts))
    async with connect(backend.endpoint, Person(None)) as client:
        with pytest.raises(RequestFailed) as failed:
            await opened(client, mysql_service, tunnel)
        assert failed.value.code == "prompt_unanswered"
    assert not known_hosts.exists()
    person = Person("yes")
    async with connect(backend.endpoint, person) as client:
        database = await opened(client, mysql_service, tunnel, name="the shop")
        assert await database.rows("SELECT 1") == [[1]]
        await opened(client, mysql_service, {**tunnel, "jump": []})
    (asked,) = person.asked
    assert (asked.kind, asked.connection_name) == ("host_key", "the shop")
    assert "SHA256:" in asked.text
    assert known_hosts.read_text(encoding="ascii").strip()


async def test_a_passphrase_is_asked_for_again_when_it_was_wrong(
    tmp_path: Path, backend: RunningBackend, postgresql_service: Service, ssh_server: SshServer
) -> None:
    key = locked_key(tmp_path, ssh_server)
    person = Person("wrong", PHRASE)
    tunnel = through(ssh_server, identity_file=str(key), config_file=only(tmp_path, "publickey"))
    async with connect(backend.endpoint, person) as client:
        database = await opened(client, postgresql_service, tunnel)
        assert await database.rows("SELECT 1") == [[1]]
        await opened(client, postgresql_service, tunnel)
    assert [(one.kind, one.again, one.host) for one in person.asked] == [
        ("passphrase", False, None),
        ("passphrase", True, None),
    ]
    assert str(key) in person.asked[0].text


@pytest.mark.parametrize(("method", "kind"), [("password", "password"), ("keyboard-interactive", "one_time_code")])
async def test_a_password_and_a_one_time_code(
    tmp_path: Path, backend: RunningBackend, mysql_service: Service, ssh_server: SshServer, method: str, kind: str
) -> None:
    wrong = ["wrong"] if kind == "password" else []
    person = Person(*wrong, PASSWORD if kind == "password" else one_time_code())
    tunnel = through(ssh_server, identity_file=None, config_file=only(tmp_path, method))
    async with connect(backend.endpoint, person) as client:
        database = await opened(client, mysql_service, tunnel)
        assert await database.rows("SELECT 1") == [[1]]
    assert [(one.kind, one.again) for one in person.asked] == [(kind, False), (kind, True)][: len(wrong) + 1]
    assert person.asked[0].host == f"{ssh_server.host}:{ssh_server.port}"


async def test_a_tunnel_that_fell_asks_again_when_a_request_opens_it_anew(
    tmp_path: Path, backend: RunningBackend, mysql_service: Service, ssh_server: SshServer
) -> None:
    key = locked_key(tmp_path, ssh_server)
    person = Person(PHRASE, PHRASE)
    tunnel = through(ssh_server, identity_file=str(key), config_file=only(tmp_path, "publickey"))
    async with connect(backend.endpoint, person) as client:
        database = await opened(client, mysql_service, tunnel)
        ssh_server.end_sessions()
        await until(lambda: not ssh_server.sessions())
        await anyio.sleep(0.3)
        try:
            await database.rows("SELECT 1")
        except RequestFailed as failed:
            if failed.code != "connection_lost":
                raise
        assert await database.rows("SELECT 1") == [[1]]
    assert len(person.asked) == 2


async def test_a_client_that_answers_none_gets_the_question_at_once(
    tmp_path: Path, client: Client, mysql_service: Service, ssh_server: SshServer
) -> None:
    key = locked_key(tmp_path, ssh_server)
    tunnel = through(ssh_server, identity_file=str(key), config_file=only(tmp_path, "publickey"))
    assert await unanswered(client, mysql_service, tunnel) == f"Enter passphrase for key '{key}':"
    tunnel = through(ssh_server, identity_file=None, config_file=only(tmp_path, "password"))
    question = await unanswered(client, mysql_service, tunnel)
    assert question == f"{ssh_server.user}@{ssh_server.host}'s password:"


async def test_an_answer_is_in_no_log_no_argument_and_no_environment(
    tmp_path: Path, mysql_service: Service, ssh_server: SshServer
) -> None:
    canary = "Canary-7f3a"
    shown: list[str] = []

    async def person(prompt: Prompt) -> str:
        shown.append(seen(backend.pid))
        return PASSWORD if shown[1:] else canary

    with running(tmp_path) as backend:
        tunnel = through(ssh_server, identity_file=None, config_file=only(tmp_path, "password"))
        async with connect(backend.endpoint, person) as client:
            await opened(client, mysql_service, tunnel)
            shown.append(seen(backend.pid))
        await until(lambda: not below(backend.pid))
        log = backend.log.read_text(encoding="utf-8")
    assert len(shown) == 3
    for text in (*shown, log):
        assert canary not in text
        assert PASSWORD not in text
    assert "LITEBASE_ASKPASS_TOKEN" in shown[0], "the way to us is in it, and nothing else"


async def test_a_request_that_is_given_up_while_it_asks_leaves_nothing(
    tmp_path: Path, mysql_service: Service, ssh_server: SshServer
) -> None:
    asked = anyio.Event()

    async def person(prompt: Prompt) -> str | None:
        asked.set()
        await anyio.sleep_forever()
        return None

    with running(tmp_path) as backend:
        tunnel = through(ssh_server, identity_file=None, config_file=only(tmp_path, "password"))
        with anyio.CancelScope() as scope:
            async with connect(backend.endpoint, person) as client, anyio.create_task_group() as tasks:
                tasks.start_soon(opened, client, mysql_service, tunnel)
                await asked.wait()
                assert below(backend.pid)
                scope.cancel()
        await until(lambda: not below(backend.pid))


def seen(pid: int) -> str:
    """The arguments and the environments of the processes that a backend started."""
    files = [Path(f"/proc/{child}/{name}") for child in below(pid) for name in ("cmdline", "environ")]
    return "\n".join(file.read_bytes().decode("utf-8", "replace") for file in files)
