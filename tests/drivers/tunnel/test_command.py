"""How ssh is called: no value becomes an option, and what the user's configuration says comes after ours."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.connection import SshTunnel
from pydantic import ValidationError

from litebase.drivers.tunnel import command
from litebase.errors import ConnectFailed, InvalidMessage

if sys.platform == "win32":
    pytest.skip("there are no tunnels on Windows yet", allow_module_level=True)


def tunnel(**options: Any) -> SshTunnel:
    return SshTunnel.model_validate({"kind": "ssh", "host": "bastion", **options})


def resolved(folder: Path, made: SshTunnel) -> dict[str, str]:
    """What ssh makes of the arguments and the files: its own report (`ssh -G`)."""
    ssh = command.program()
    file = folder / "made"
    file.write_text(command.configuration(made, ssh), encoding="utf-8")
    arguments = list(command.arguments(made, ssh, file, f"{folder}/db:[db.internal]:5432"))
    arguments.remove("-v")
    done = subprocess.run([ssh, "-G", *arguments[1:]], capture_output=True, text=True, check=True, timeout=60)
    return dict(line.partition(" ")[::2] for line in done.stdout.splitlines())


def test_ssh_reads_what_was_meant(tmp_path: Path) -> None:
    key = tmp_path / "a key"
    key.touch()
    known_hosts = tmp_path / "known hosts"
    config = tmp_path / "config"
    config.write_text(
        "Host bastion\n HostName 192.0.2.1\n User her\n Port 2022\n ServerAliveInterval 0\n", encoding="ascii"
    )
    found = resolved(tmp_path, tunnel(config_file=str(config)))
    assert (found["hostname"], found["user"], found["port"]) == ("192.0.2.1", "her", "2022")
    assert (found["serveraliveinterval"], found["serveralivecountmax"]) == ("15", "3")
    assert found["sessiontype"] == "none"
    files = {"config_file": str(config), "identity_file": str(key), "known_hosts_file": str(known_hosts)}
    found = resolved(tmp_path, tunnel(user="me@corp", port=22, jump=[{"host": "near", "user": "you"}], **files))
    assert (found["user"], found["port"], found["proxyjump"]) == ("me@corp", "22", "you@near")
    assert (found["identityfile"], found["identitiesonly"]) == (str(key), "yes")
    assert found["userknownhostsfile"] == f'"{known_hosts}"' or found["userknownhostsfile"] == str(known_hosts)
    assert found["localforward"] == f"{tmp_path}/db [db.internal]:5432"


def test_jump_hosts_of_the_configuration_count_unless_others_are_named(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("Host bastion\n ProxyJump far\n", encoding="ascii")
    assert resolved(tmp_path, tunnel(config_file=str(config)))["proxyjump"] == "far"
    assert "proxyjump" not in resolved(tmp_path, tunnel(config_file=str(config), jump=[]))
    hops = [{"host": "::1", "port": 2022}, {"host": "b", "user": "me", "port": 1}]
    assert resolved(tmp_path, tunnel(jump=hops))["proxyjump"] == "[::1]:2022,me@b:1"


@pytest.mark.parametrize(
    "name", ["-oProxyCommand=x", "a b", "a;b", "$(a)", "`a`", "a\nb", "a'b", 'a"b', "a|b", "a,b", "a/b"]
)
def test_names_that_a_shell_or_ssh_would_read_are_none(name: str) -> None:
    for options in (
        {"host": name},
        {"user": name},
        {"jump": [{"host": name}]},
        {"jump": [{"host": "a", "user": name}]},
    ):
        with pytest.raises(ValidationError):
            tunnel(**options)


@pytest.mark.parametrize("host", ["a]:1:b", "-oX", "a b", "", "a:b]"])
def test_a_database_host_that_ssh_could_misread(host: str) -> None:
    if host == "-oX":  # inside brackets it is a name and nothing else
        assert command.destination(host, 5432) == "[-oX]:5432"
        return
    with pytest.raises(ConnectFailed):
        command.destination(host, 5432)


def test_files_must_be_absolute_and_a_home_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "key").touch()
    assert f'IdentityFile "{tmp_path}/key"' in command.configuration(tunnel(identity_file="~/key"), "/usr/bin/ssh")
    with pytest.raises(InvalidMessage):
        command.configuration(tunnel(identity_file="key"), "/usr/bin/ssh")


def test_a_build_gives_ssh_the_libraries_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/of/the/build")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/of/the/user")
    assert command.environment()["LD_LIBRARY_PATH"] == "/of/the/user"
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG")
    assert "LD_LIBRARY_PATH" not in command.environment()
