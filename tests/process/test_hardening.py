"""What the backend takes from its surroundings, and what it keeps from them; each on a real process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.process import command, running
from tests.work import SOON_S

CANARY = "canary-in-the-environment"
HOSTILE = {
    "SSLKEYLOGFILE": "keys",
    "OPENSSL_CONF": "/nowhere/openssl.cnf",
    "OPENSSL_MODULES": "/nowhere",
    "PGSERVICE": "nowhere",
    "PGSSLMODE": "disable",
    "PGPASSFILE": "/nowhere",
    "PGHOST": "nowhere.invalid",
    "PGOPTIONS": "-c search_path=nowhere",
    "HOME": "/nowhere",
    "PYTHONUNBUFFERED": "1",
}


@pytest.mark.fault("T12")
def test_no_core_dump_is_ever_written(tmp_path: Path) -> None:
    with running(tmp_path) as backend:
        for line in Path(f"/proc/{backend.pid}/limits").read_text(encoding="ascii").splitlines():
            if line.startswith("Max core file size"):
                assert line.split()[4:6] == ["0", "0"]
                return
    raise AssertionError("the system does not tell")


OWNERS = """
import ctypes, os
from litebase.process import hardening

if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # a change of user has refused it already
before = os.stat("/proc/self/environ").st_uid
assert hardening.refuse_to_be_read()
print(before == os.getuid(), os.stat("/proc/self/environ").st_uid)
"""


@pytest.mark.fault("T12")
def test_private_memory_takes_the_process_out_of_its_users_hands(tmp_path: Path) -> None:
    """The files of such a process in /proc belong to root; root itself is not kept out."""
    told = subprocess.run([sys.executable, "-c", OWNERS], capture_output=True, text=True, check=True)
    assert told.stdout == "True 0\n"
    with running(tmp_path, "--private-memory") as backend, backend.dial() as line:
        assert line.ask_ok("health_check")["rss_bytes"] > 0
        assert backend.end() == 0


@pytest.mark.fault("L20")
@pytest.mark.fault("L20", "L19")
def test_a_hostile_environment_changes_nothing_and_writes_nothing(tmp_path: Path) -> None:
    environment = {**HOSTILE, "SSLKEYLOGFILE": str(tmp_path / "keys"), "CANARY": CANARY}
    with running(tmp_path, environment=environment) as backend, backend.dial() as line:
        connection_id = line.open_memory()
        assert line.ask_ok("query", {"connection_id": connection_id, "sql": "SELECT 1"})["rows"] == [[1]]
        target = {"engine": "postgresql", "port": 1, "user": "x", "tls": "require"}
        failed = line.ask_error("db_connect", target)
        assert (failed["code"], failed["details"]["stage"]) == ("connect_failed", "tcp")
        assert "127.0.0.1:1" in failed["message"], "and not what the environment says"
        assert CANARY not in backend.log.read_text(encoding="utf-8")
    assert not (tmp_path / "keys").exists()


@pytest.mark.fault("L20")
def test_variables_that_leak_keys_or_load_code_are_forgotten() -> None:
    script = (
        "import os\nfrom litebase.process import hardening\nhardening.forget_environment()\n"
        "print(sorted(set(os.environ) & {'SSLKEYLOGFILE', 'OPENSSL_CONF', 'OPENSSL_MODULES', 'OPENSSL_ENGINES'}))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "SSLKEYLOGFILE": "/x", "OPENSSL_MODULES": "/x"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "[]\n"


@pytest.mark.fault("L19")
def test_a_relative_socket_in_a_folder_that_is_gone_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    shell = f'cd {tmp_path / "gone"} && rmdir {tmp_path / "gone"} && exec "$@"'
    ended = subprocess.run(
        ["sh", "-c", shell, "sh", *command("--socket", "relative")], capture_output=True, check=False, timeout=SOON_S
    )
    assert ended.returncode == 4
    assert b"The working folder is gone" in ended.stderr
    assert b"Traceback" not in ended.stderr


@pytest.mark.fault("L19")
def test_a_home_that_cannot_be_written_and_no_runtime_folder_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o500)
    environment = {"HOME": str(tmp_path / "home"), "XDG_RUNTIME_DIR": str(tmp_path / "missing"), "LC_ALL": "C"}
    with running(tmp_path, environment=environment) as backend, backend.dial() as line:
        connection_id = line.open_memory()
        assert line.ask_ok("query", {"connection_id": connection_id, "sql": "SELECT 'ø'"})["rows"] == [["ø"]]
