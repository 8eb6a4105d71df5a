"""How long it takes to open a connection through SSH hosts, beside the same tunnel made by hand."""

import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from tools.bench import processes
from tools.bench.figure import Figure
from tools.bench.raw_client import RawClient
from tools.bench.sizes import Sizes
from tools.services import Service, mariadb
from tools.ssh_server import SshServer, sshd

_SESSION = "Entering interactive session"


def measure(sizes: Sizes) -> list[Figure]:
    """From `db_connect` to its answer, and `ssh -N` from its start until its tunnel is open."""
    with ExitStack() as stack:
        service = stack.enter_context(mariadb())
        hosts = [stack.enter_context(sshd()) for _ in range(2)]
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="litebase-")))
        client = stack.enter_context(RawClient(stack.enter_context(processes.backend()).socket))
        configuration = _configuration(folder, hosts)
        direct = _medians(sizes, lambda: _ours(client, service, None))[0]
        figures = [Figure("open a connection to MariaDB, without a tunnel", "ms", direct)]
        for count, way in ((1, hosts[:1]), (2, hosts)):
            tunnel = _tunnel(configuration, way)
            ours, by_hand = _medians(
                sizes,
                lambda tunnel=tunnel: _ours(client, service, tunnel),  # type: ignore[misc]  # bound to this round's
                lambda way=way: _by_hand(folder, configuration, service, way),  # type: ignore[misc]  # as above
            )
            named = "1 SSH host" if count == 1 else f"{count} SSH hosts"
            figures.append(
                Figure(f"the same through {named}", "ms", ours, by_hand, "ssh -N -L by hand, without a login")
            )
    return figures


def _medians(sizes: Sizes, *sides: Callable[[], float]) -> list[float]:
    """The median of each side, measured in turn."""
    times = [[side() for side in sides] for _ in range(2 * sizes.repeats + 1)][1:]
    return [median(column) for column in zip(*times, strict=True)]


def _configuration(folder: Path, hosts: Sequence[SshServer]) -> Path:
    known_hosts, file = folder / "known_hosts", folder / "config"
    known_hosts.write_text("".join(host.known_hosts.read_text(encoding="ascii") for host in hosts), encoding="ascii")
    lines = [f"UserKnownHostsFile {known_hosts}", "BatchMode yes", "IdentitiesOnly yes"]
    lines += [f"IdentityFile {host.key}" for host in hosts]
    file.write_text("\n".join([*lines, ""]), encoding="ascii")
    return file


def _tunnel(configuration: Path, way: Sequence[SshServer]) -> dict[str, Any]:
    *jump, last = [{"host": host.host, "port": host.port, "user": host.user} for host in way]
    return {"kind": "ssh", **last, "config_file": str(configuration), "jump": jump}


def _ours(client: RawClient, service: Service, tunnel: dict[str, Any] | None) -> float:
    """Milliseconds from a `db_connect` to its answer."""
    names = ("engine", "host", "port", "user", "password", "database")
    target = {name: getattr(service, name) for name in names}
    started = time.perf_counter()
    opened = client.call("db_connect", **target, tunnel=tunnel)
    elapsed_s = time.perf_counter() - started
    client.call("db_disconnect", connection_id=opened["connection_id"])
    return 1000 * elapsed_s


def _by_hand(folder: Path, configuration: Path, service: Service, way: Sequence[SshServer]) -> float:
    """Milliseconds until the session begins, at the last host."""
    *jump, last = way
    command = ["ssh", "-v", "-N", "-F", str(configuration), "-L", f"{folder}/db:{service.host}:{service.port}"]
    if jump:
        command += ["-J", ",".join(f"{host.user}@{host.host}:{host.port}" for host in jump)]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "-l", last.user, "-p", str(last.port), last.host],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    sessions = 0
    with process.stderr:
        for line in process.stderr:
            sessions += _SESSION in line
            if sessions == len(way):
                break
        elapsed_s = time.perf_counter() - started
        process.terminate()
    process.wait()
    (folder / "db").unlink(missing_ok=True)
    return 1000 * elapsed_s
