"""SSH tunnels, with the system's ssh and real SSH servers: they carry queries, fall, are told from the database's
faults, and leave no process behind.
"""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.connection import DbDisconnectRequest
from litebase_schema.db_session import OpenDbSessionRequest
from litebase_schema.errors import ConnectFailedDetails, InvalidMessageDetails, PromptDetails
from litebase_schema.query import QueryRequest

from litebase.client import Client, RequestFailed, connect
from tests.conftest import Database, RunningBackend, running_sshd, target_of
from tests.end_to_end.frames import dial
from tests.end_to_end.invariants import busy_sessions
from tests.end_to_end.process import KILLED, Running, running
from tests.work import SOON_S
from tools.services import Service, free_port
from tools.ssh_server import SshServer

if sys.platform == "win32":
    pytest.skip("there are no tunnels on Windows yet", allow_module_level=True)

pytestmark = pytest.mark.anyio

SLEEP = {"postgresql": "SELECT pg_sleep({})", "mysql": "SELECT SLEEP({})"}
WRITE = {
    "postgresql": "CREATE TABLE tunnelled AS SELECT 1 AS a FROM pg_sleep({})",
    "mysql": "CREATE TABLE tunnelled AS SELECT SLEEP({}) AS a",
}
FAKES = {
    "old": 'echo "OpenSSH_7.4p1, OpenSSL 1.0.2k" >&2; exit 255',
    "older options": 'echo "command-line: line 0: Bad configuration option: forkafterauthentication" >&2; exit 255',
    "garbage": "head -c 3000000 /dev/urandom >&2; exit 3",
    "silent end": "exit 0",
    "hangs": "sleep 600",
    "garbage and hangs": "echo who are you >&2; sleep 600 & wait",
}


@pytest.fixture(scope="module")
def second_ssh_server() -> Iterator[SshServer]:
    """Another one."""
    yield from running_sshd()


@pytest.fixture(params=["postgresql", "mysql"])
def service(request: pytest.FixtureRequest) -> Service:
    """Both database servers in turn."""
    found: Service = request.getfixturevalue(f"{request.param}_service")
    return found


def through(server: SshServer, **options: Any) -> dict[str, Any]:
    """The `tunnel` of a request."""
    tunnel = {
        "kind": "ssh",
        "host": server.host,
        "port": server.port,
        "user": server.user,
        "identity_file": str(server.key),
        "known_hosts_file": str(server.known_hosts),
        **options,
    }
    return {name: value for name, value in tunnel.items() if value is not None}


async def opened(client: Client, service: Service, tunnel: Mapping[str, Any], **options: Any) -> Database:
    response = await client.db_connect(target_of(service, tunnel=tunnel, **options))
    return Database(client, response.connection_id)


async def refused(client: Client, service: Service, tunnel: Mapping[str, Any], **options: Any) -> tuple[str, str]:
    """The stage and the message of a `db_connect` that fails."""
    with pytest.raises(RequestFailed) as failed:
        await opened(client, service, tunnel, **options)
    assert failed.value.code == "connect_failed", failed.value
    assert isinstance(failed.value.details, ConnectFailedDetails)
    return failed.value.details.stage, failed.value.message


async def unanswered(client: Client, service: Service, tunnel: Mapping[str, Any]) -> str:
    """The question that fails a `db_connect` of a client that answers none."""
    with pytest.raises(RequestFailed) as failed:
        await opened(client, service, tunnel)
    assert failed.value.code == "prompt_unanswered"
    assert isinstance(failed.value.details, PromptDetails)
    assert failed.value.details.reason == "no_prompts"
    assert failed.value.details.text in failed.value.message
    return failed.value.details.text


def below(pid: int) -> list[int]:
    """The living processes that a process has started, and theirs."""
    found = []
    for line in subprocess.run(
        ["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True
    ).stdout.splitlines():
        child, parent, state = line.split()
        if int(parent) == pid and not state.startswith("Z"):
            found += [int(child), *below(int(child))]
    return found


def alive(pids: list[int]) -> list[int]:
    """Those of some processes that run."""
    states = subprocess.run(["ps", "-eo", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    living = {int(line.split()[0]) for line in states.splitlines() if not line.split()[1].startswith("Z")}
    return [pid for pid in pids if pid in living]


def command_lines(pids: list[int]) -> str:
    return "\n".join(Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ") for pid in pids)


async def until(condition: Any) -> None:
    with anyio.fail_after(SOON_S):
        while not condition():
            await anyio.sleep(0.02)


@asynccontextmanager
async def own_backend(folder: Path, **environment: str) -> AsyncIterator[tuple[Running, Client]]:
    """A backend of a test's own, with a client."""
    with running(folder, environment=environment) as backend:
        async with connect(backend.endpoint) as client:
            yield backend, client


def fake_ssh(folder: Path, body: str) -> str:
    """A PATH with a program that is called ssh."""
    program = folder / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="ascii")
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


async def test_a_statement_runs_and_is_cancelled_through_a_tunnel(
    client: Client, service: Service, ssh_server: SshServer
) -> None:
    database = await opened(client, service, through(ssh_server))
    assert await database.rows("SELECT 1") == [[1]]
    sleep = QueryRequest(connection_id=database.connection_id, sql=SLEEP[service.engine].format(600))
    call = await client.start("query", sleep)
    await anyio.sleep(0.2)
    assert (await client.cancel(CancelRequest(request_id=call.id))).outcome == "stopped"
    assert await database.rows("SELECT 2") == [[2]]
    await client.db_disconnect(DbDisconnectRequest(connection_id=database.connection_id))


async def test_equal_connections_share_a_tunnel_which_ends_with_the_last_one(
    tmp_path: Path, service: Service, ssh_server: SshServer
) -> None:
    async with own_backend(tmp_path) as (backend, client):
        first = await opened(client, service, through(ssh_server))
        second = await opened(client, service, through(ssh_server))
        assert len(ssh_server.sessions()) == 1
        await opened(client, service, through(ssh_server, jump=[]))
        async with connect(backend.endpoint) as stranger:
            await opened(stranger, service, through(ssh_server))
            assert len(ssh_server.sessions()) == 3, "not with other options, and not of another client"
            processes = below(backend.pid)
            assert service.password not in command_lines(processes)
        await until(lambda: len(ssh_server.sessions()) == 2)
        for database in (first, second):
            assert await database.rows("SELECT 1") == [[1]]
            await client.db_disconnect(DbDisconnectRequest(connection_id=database.connection_id))
        await until(lambda: len(ssh_server.sessions()) == 1)
        assert below(backend.pid), "the one with other options"
    await until(lambda: not ssh_server.sessions() and not alive(processes))


async def test_the_trace_tells_of_each_hop_and_blames_the_one_that_failed(
    tmp_path: Path, client: Client, service: Service, ssh_server: SshServer, second_ssh_server: SshServer
) -> None:
    first, second = ssh_server, second_ssh_server
    known_hosts, config = tmp_path / "known_hosts", tmp_path / "config"
    known_hosts.write_text(first.known_hosts.read_text() + second.known_hosts.read_text(), encoding="ascii")
    config.write_text(f"Host *\n IdentityFile {first.key}\n IdentityFile {second.key}\n User {first.user}")
    hop = {"host": first.host, "port": first.port}
    tunnel = {"kind": "ssh", "host": second.host, "port": second.port, "jump": [hop], "config_file": str(config)}
    target = target_of(service, tunnel={**tunnel, "known_hosts_file": str(known_hosts)})
    response = await client.db_connect(target)
    steps = [(one.stage, one.host, one.outcome) for one in response.trace]
    assert steps[:3] == [("tunnel", None, "done"), ("tunnel", first.host, "done"), ("tunnel", second.host, "done")]
    assert steps[3][0] != "tunnel"
    await client.db_disconnect(DbDisconnectRequest(connection_id=response.connection_id))
    config.write_text(f"Host *\n IdentityFile {first.key}\n User {first.user}")
    target = target_of(service, tunnel={**tunnel, "known_hosts_file": str(known_hosts)})
    with pytest.raises(RequestFailed, match="was refused") as failed:
        await client.db_connect(target)
    assert isinstance(failed.value.details, ConnectFailedDetails)
    found = [(one.stage, one.host, one.outcome) for one in failed.value.details.trace]
    assert found == [*steps[:2], ("tunnel", second.host, "failed")]


@pytest.mark.parametrize("by_config", [False, True])
async def test_two_hops(
    tmp_path: Path,
    client: Client,
    service: Service,
    ssh_server: SshServer,
    second_ssh_server: SshServer,
    by_config: bool,
) -> None:
    first, second = ssh_server, second_ssh_server
    known_hosts, config = tmp_path / "known hosts", tmp_path / "config"
    known_hosts.write_text(first.known_hosts.read_text() + second.known_hosts.read_text(), encoding="ascii")
    lines = [
        f"Host *\n IdentityFile {first.key}\n IdentityFile {second.key}\n User {first.user}",
        f"Host near\n HostName {first.host}\n Port {first.port}",
        f"Host far\n HostName {second.host}\n Port {second.port}\n ProxyJump near",
    ]
    config.write_text("\n".join(lines if by_config else lines[:1]), encoding="ascii")
    tunnel: dict[str, Any] = {"kind": "ssh", "host": "far", "config_file": str(config)}
    if not by_config:
        hop = {"host": first.host, "port": first.port}
        tunnel |= {"host": second.host, "port": second.port, "jump": [hop]}
    await until(lambda: not first.sessions() and not second.sessions())
    database = await opened(client, service, {**tunnel, "known_hosts_file": str(known_hosts)})
    assert (len(first.sessions()), len(second.sessions())) == (1, 1)
    assert await database.rows("SELECT 1") == [[1]]
    await client.db_disconnect(DbDisconnectRequest(connection_id=database.connection_id))
    known_hosts.write_text(second.known_hosts.read_text(), encoding="ascii")
    question = await unanswered(client, service, {**tunnel, "known_hosts_file": str(known_hosts)})
    assert f"[{first.host}]:{first.port}" in question, "the key of each hop is checked"


@pytest.mark.parametrize("pinned", [False, True])
async def test_a_tunnel_that_falls_while_a_statement_runs_is_named_and_opened_anew(
    client: Client, service: Service, ssh_server: SshServer, pinned: bool
) -> None:
    database = await opened(client, service, through(ssh_server))
    await database.query("DROP TABLE IF EXISTS tunnelled")
    options: dict[str, Any] = {}
    if pinned:
        opened_session = await client.open_db_session(OpenDbSessionRequest(connection_id=database.connection_id))
        options = {"db_session_id": opened_session.db_session_id}
    for sql, code in ((SLEEP, "connection_lost"), (WRITE, "outcome_unknown")):
        request = QueryRequest(connection_id=database.connection_id, sql=sql[service.engine].format(600), **options)
        call = await client.start("query", request)
        await anyio.sleep(0.3)
        ssh_server.end_sessions()
        with pytest.raises(RequestFailed, match=r"SSH tunnel through .* fell: ") as failed:
            await call.answer()
        assert failed.value.code == code
        if pinned:
            break
        assert await database.rows("SELECT 1") == [[1]]
        await until(lambda: not busy_sessions(service))  # through the new tunnel
    await client.db_disconnect(DbDisconnectRequest(connection_id=database.connection_id))


async def test_an_idle_connection_whose_tunnel_fell_works_again(
    client: Client, service: Service, ssh_server: SshServer
) -> None:
    database = await opened(client, service, through(ssh_server))
    ssh_server.end_sessions()
    await until(lambda: not ssh_server.sessions())
    await anyio.sleep(0.3)
    try:
        found = await database.rows("SELECT 1")
    except RequestFailed as failed:
        if (failed.code, failed.retryable) != ("connection_lost", True):
            raise
        found = await database.rows("SELECT 1")
    assert found == [[1]]
    await client.db_disconnect(DbDisconnectRequest(connection_id=database.connection_id))


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
async def test_no_process_and_no_folder_outlives_the_backend(
    tmp_path: Path, service: Service, ssh_server: SshServer, second_ssh_server: SshServer, ending: signal.Signals
) -> None:
    folders = tmp_path / "run"
    folders.mkdir()
    command = running(tmp_path, environment={"XDG_RUNTIME_DIR": str(folders)} if len(str(folders)) < 70 else {})
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(
        ssh_server.known_hosts.read_text() + second_ssh_server.known_hosts.read_text(), encoding="ascii"
    )
    config = tmp_path / "config"
    config.write_text(f"IdentityFile {ssh_server.key}\nIdentityFile {second_ssh_server.key}\n", encoding="ascii")
    hop = {"host": ssh_server.host, "port": ssh_server.port, "user": ssh_server.user}
    tunnel = through(
        second_ssh_server, identity_file=None, jump=[hop], known_hosts_file=str(known_hosts), config_file=str(config)
    )
    with pytest.MonkeyPatch.context() as patch, command as backend:
        async with connect(backend.endpoint) as client:
            await opened(client, service, tunnel)
            processes = below(backend.pid)
            assert len(processes) >= 3, "the guard, and an ssh for each host"
            backend.process.send_signal(ending)
            assert backend.process.wait(SOON_S) == (KILLED if ending == signal.SIGKILL else 0)
            patch.setattr(backend.process, "returncode", 0)  # the death that the test wanted
            await until(lambda: not alive(processes))
    await until(lambda: not list(folders.iterdir()))


async def test_a_client_that_goes_while_a_tunnel_opens_leaves_none(tmp_path: Path, mysql_service: Service) -> None:
    async with own_backend(tmp_path, PATH=fake_ssh(tmp_path, FAKES["hangs"])) as (backend, _):
        async with connect(backend.endpoint) as other:
            target = target_of(mysql_service, tunnel={"kind": "ssh", "host": "nowhere"}, connect_timeout_ms=600_000)
            await other.start("db_connect", target)
            await until(lambda: len(below(backend.pid)) >= 3)
        await until(lambda: not below(backend.pid))


async def test_a_port_that_is_refused_behind_the_tunnel_is_the_databases_fault(
    client: Client, service: Service, ssh_server: SshServer
) -> None:
    place = free_port()
    stage, message = await refused(client, service, through(ssh_server), port=place)
    assert stage == "tcp"
    assert message == (
        f"127.0.0.1:{place} cannot be reached from {ssh_server.user}@127.0.0.1:{ssh_server.port}: Connection refused."
    )
    stage, message = await refused(client, service, through(ssh_server), host="nowhere.invalid")
    assert stage == "name"
    assert message.startswith(f"nowhere.invalid:{service.port} cannot be reached from ")
    stage, message = await refused(client, service, through(ssh_server), password="wrong")
    assert stage == "auth"


async def test_a_tunnel_that_leads_to_the_ssh_server_itself(
    client: Client, service: Service, ssh_server: SshServer
) -> None:
    stage, _ = await refused(client, service, through(ssh_server), port=ssh_server.port, connect_timeout_ms=5000)
    assert stage != "tunnel", "it is what stands at its end that is wrong"
    hop = {"host": ssh_server.host, "port": ssh_server.port}
    stage, message = await refused(client, service, through(ssh_server, jump=[hop]))
    assert (stage, "the jump hosts lead in a circle" in message) == ("tunnel", True)


async def test_what_the_ssh_host_refuses_is_the_tunnels_fault(
    tmp_path: Path, client: Client, service: Service, ssh_server: SshServer
) -> None:
    port = free_port()
    stage, message = await refused(client, service, through(ssh_server, port=port))
    assert stage == "tunnel"
    assert message.endswith(f"127.0.0.1 port {port}: Connection refused.")
    stage, message = await refused(client, service, through(ssh_server, host="nowhere.invalid"))
    assert (stage, "nowhere.invalid: " in message) == ("tunnel", True)
    stage, message = await refused(client, service, through(ssh_server, user="stranger"))
    assert (stage, "the login as stranger@127.0.0.1 was refused (publickey)" in message) == ("tunnel", True)


async def test_an_ssh_host_that_forbids_forwarding_says_so(client: Client, service: Service) -> None:
    for server in running_sshd("AllowTcpForwarding no"):
        stage, message = await refused(client, service, through(server))
        assert stage == "tunnel"
        assert f"does not forward to 127.0.0.1:{service.port}: " in message


async def test_host_keys_that_are_not_known_or_wrong(
    tmp_path: Path, client: Client, service: Service, ssh_server: SshServer, second_ssh_server: SshServer
) -> None:
    known_hosts = tmp_path / "known_hosts"
    tunnel = through(ssh_server, known_hosts_file=str(known_hosts))
    key = Path(ssh_server.folder / "host_key.pub").read_text(encoding="ascii")
    printed = subprocess.run(["ssh-keygen", "-lf", "-"], input=key, capture_output=True, text=True, check=True).stdout
    question = await unanswered(client, service, tunnel)
    assert question.startswith(f"The authenticity of host '[{ssh_server.host}]:{ssh_server.port}")
    assert printed.split()[1] in question
    config = tmp_path / "config"
    config.write_text("StrictHostKeyChecking yes\n", encoding="ascii")
    stage, message = await refused(client, service, {**tunnel, "config_file": str(config)})
    assert stage == "tunnel"
    assert f"is not known; it showed ssh-ed25519 {printed.split()[1]}" in message
    other = second_ssh_server.known_hosts.read_text().split(maxsplit=1)[1]
    known_hosts.write_text(f"[{ssh_server.host}]:{ssh_server.port} {other}", encoding="ascii")
    stage, message = await refused(client, service, tunnel)
    assert stage == "tunnel"
    assert f"is not the one that is known for it ({known_hosts}:1)" in message
    assert printed.split()[1] in message


async def test_a_configuration_that_others_may_write_is_refused(
    tmp_path: Path, client: Client, mysql_service: Service, ssh_server: SshServer
) -> None:
    config = tmp_path / "config"
    config.write_text(f"ProxyCommand touch {tmp_path}/run\n", encoding="ascii")
    config.chmod(0o664 | stat.S_IWOTH)
    stage, message = await refused(client, mysql_service, through(ssh_server, config_file=str(config)))
    assert (stage, f"{config} can be changed by other users" in message) == ("tunnel", True)
    assert not (tmp_path / "run").exists()
    config.write_text("NoSuchOption yes\n", encoding="ascii")
    config.chmod(0o600)
    stage, message = await refused(client, mysql_service, through(ssh_server, config_file=str(config)))
    assert (stage, "Bad configuration option: nosuchoption" in message) == ("tunnel", True)
    for path, wanted in ((tmp_path / "none", "does not exist"), (tmp_path, "is not a file")):
        stage, message = await refused(client, mysql_service, through(ssh_server, config_file=str(path)))
        assert (stage, wanted in message) == ("tunnel", True)


@pytest.mark.parametrize("field", ["config_file", "identity_file", "known_hosts_file"])
@pytest.mark.parametrize("path", ["relative", '/tmp/"', "/tmp/%h", "/tmp/${HOME}", "/tmp/a\nProxyCommand touch /tmp/b"])
async def test_a_path_that_ssh_would_read_otherwise_is_refused(
    client: Client, mysql_service: Service, ssh_server: SshServer, field: str, path: str
) -> None:
    with pytest.raises(RequestFailed) as failed:
        await opened(client, mysql_service, through(ssh_server, **{field: path}))
    assert (failed.value.code, failed.value.details) == (
        "invalid_message",
        InvalidMessageDetails(path=f"/data/tunnel/{field}"),
    )


async def test_the_agents_keys_and_the_configuration_of_the_user_are_used(
    tmp_path: Path, short_folder: Path, service: Service, ssh_server: SshServer
) -> None:
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(short_folder / "agent")], stdout=subprocess.DEVNULL)
    try:
        await until((short_folder / "agent").exists)
        environment = {"SSH_AUTH_SOCK": str(short_folder / "agent")}
        config = tmp_path / "config"
        config.write_text(
            f"Host db-bastion\n HostName {ssh_server.host}\n Port {ssh_server.port}\n User {ssh_server.user}\n"
            f" UserKnownHostsFile {ssh_server.known_hosts}\n LocalForward {ssh_server.port} nowhere:1\n"
            f" ControlMaster auto\n ControlPath {short_folder}/master\n ControlPersist yes\n"
            f" ForkAfterAuthentication yes\n ClearAllForwardings yes\n RemoteCommand touch {tmp_path}/run\n"
            f" PermitLocalCommand yes\n LocalCommand touch {tmp_path}/run\n",
            encoding="ascii",
        )
        tunnel = {"kind": "ssh", "host": "db-bastion", "config_file": str(config)}
        async with own_backend(tmp_path, **environment) as (backend, client):
            stage, message = await refused(client, service, tunnel)
            assert (stage, "was refused (publickey)" in message) == ("tunnel", True)
            subprocess.run(
                ["ssh-add", "-q", str(ssh_server.key)], env={**os.environ, **environment}, check=True, timeout=SOON_S
            )
            database = await opened(client, service, tunnel)
            assert await database.rows("SELECT 1") == [[1]]
            await client.db_disconnect(DbDisconnectRequest(connection_id=database.connection_id))
            await until(lambda: not below(backend.pid) and not ssh_server.sessions())
        assert not (tmp_path / "run").exists()
        assert not (short_folder / "master").exists()
    finally:
        agent.terminate()
        agent.wait(SOON_S)


@pytest.mark.parametrize("kind", FAKES)
async def test_an_ssh_that_cannot_be_used(tmp_path: Path, service: Service, kind: str) -> None:
    async with own_backend(tmp_path, PATH=fake_ssh(tmp_path, FAKES[kind])) as (backend, client):
        tunnel = {"kind": "ssh", "host": "bastion"}
        stage, message = await refused(client, service, tunnel, connect_timeout_ms=3000 if "hangs" in kind else 60_000)
        assert stage == "tunnel", message
        wanted = {
            "old": "needs OpenSSH 8.7 or later; this is 7.4",
            "older options": "needs OpenSSH 8.7 or later; this is an older one",
            "garbage": "the program ssh is not OpenSSH. It said: ",
            "silent end": "the program ssh is not OpenSSH. It said: nothing (exit code 0)",
            "hangs": "was not open within ",
            "garbage and hangs": "the program ssh is not OpenSSH. It said: who are you",
        }
        assert wanted[kind] in message
        assert len(message) < 6000
        await until(lambda: not below(backend.pid))


async def test_no_ssh_at_all(tmp_path: Path, service: Service) -> None:
    (tmp_path / "bin").mkdir()
    async with own_backend(tmp_path, PATH=str(tmp_path / "bin")) as (_, client):
        stage, message = await refused(client, service, {"kind": "ssh", "host": "bastion"})
        assert (stage, "The program ssh was not found in PATH" in message) == ("tunnel", True)


async def test_an_ssh_server_that_falls_silent_costs_no_more_than_the_timeout(
    tmp_path: Path, service: Service, ssh_server: SshServer
) -> None:
    async with own_backend(tmp_path) as (backend, client):
        ssh_server.process.send_signal(signal.SIGSTOP)
        try:
            stage, message = await refused(client, service, through(ssh_server), connect_timeout_ms=3000)
        finally:
            ssh_server.process.send_signal(signal.SIGCONT)
        assert stage == "tunnel"
        assert f" of its connect_timeout_ms, while waiting for 127.0.0.1:{ssh_server.port}" in message
        await until(lambda: not below(backend.pid))


@pytest.mark.parametrize("host", ["-oProxyCommand=touch /tmp/run", "a b", "a;touch /tmp/run", "$(touch /tmp/run)", ""])
@pytest.mark.parametrize("field", ["host", "user", "jump"])
async def test_options_and_commands_in_names_are_refused_by_the_contract(
    backend: RunningBackend, host: str, field: str
) -> None:
    tunnel: dict[str, Any] = {"kind": "ssh", "host": "bastion"}
    tunnel[field] = [{"host": host}] if field == "jump" else host
    with dial(backend.endpoint) as line:
        answer = line.ask("db_connect", {"engine": "mysql", "tunnel": tunnel})
    assert answer["type"] == "error"
    assert answer["data"]["code"] == "invalid_message"


async def test_a_tunnel_leads_to_a_port_and_not_to_a_socket(client: Client, service: Service) -> None:
    with pytest.raises(RequestFailed) as failed:
        await opened(client, service, {"kind": "ssh", "host": "bastion"}, socket_path="/tmp")
    assert (failed.value.code, failed.value.details) == ("invalid_message", InvalidMessageDetails(path="/data/tunnel"))


@pytest.mark.parametrize(
    ("form", "wanted"),
    [("{user}@{host}:{port}", "1"), ("{host}:{port}", "1"), ("[{host}]:{port}", "1"), ("host:x", "")],
)
def test_the_prompt_goes_through_a_tunnel(
    tmp_path: Path, service: Service, ssh_server: SshServer, form: str, wanted: str
) -> None:
    config, password = tmp_path / "config", tmp_path / "password"
    config.write_text(f"UserKnownHostsFile {ssh_server.known_hosts}\nUser {ssh_server.user}\n", encoding="ascii")
    password.write_text(service.password, encoding="ascii")
    target = f"{service.engine}://{service.user}@{service.host}:{service.port}/{service.database}"
    place = form.format(user=ssh_server.user, host=ssh_server.host, port=ssh_server.port)
    options = ["--password-file", str(password), "--ssh", place, "--ssh-key", str(ssh_server.key)]
    done = subprocess.run(
        [sys.executable, "-m", "litebase.client", target, *options, "--ssh-config", str(config)],
        input="SELECT 1 AS one;",
        capture_output=True,
        text=True,
        check=False,
        timeout=SOON_S,
    )
    if not wanted:
        assert (done.returncode, "host:x is not [USER@]HOST[:PORT]" in done.stderr) == (2, True)
        return
    assert done.returncode == 0, done.stderr
    assert wanted in done.stdout
