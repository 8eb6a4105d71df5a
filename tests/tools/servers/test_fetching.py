"""Programs of servers: what has another hash than the pinned one is not used, and where they come from is checked."""

import base64
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from tools.servers.calls import CannotFetch, called
from tools.servers.fetching import folder_of, verify
from tools.servers.pinned import Pinned, pinned

SOME = Pinned("some-1", "mysql", "Some", "1.0", "npm", "some@1")


def test_every_pinned_server_can_be_verified() -> None:
    names = [server.name for server in pinned()]
    assert len(set(names)) == len(names)
    for server in pinned():
        hashes = {"npm": server.sha512, "maven": server.sha256, "debian": server.suites}
        assert hashes[server.source], server.name
        assert bool(server.programs) == (server.source == "debian"), server.name


def test_no_pinned_server_names_a_host() -> None:
    for server in pinned():
        assert "://" not in f"{server}"


@pytest.mark.parametrize("content", [b"other", b""])
def test_a_file_with_another_hash_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"right")
    server = replace(SOME, sha256=hashlib.sha256(b"right").hexdigest())
    verify(file, server)
    verify(file, replace(SOME, sha512=base64.b64encode(hashlib.sha512(b"right").digest()).decode()))
    file.write_bytes(content)
    with pytest.raises(CannotFetch, match="does not have the hash"):
        verify(file, server)


def test_a_server_without_a_hash_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"any")
    with pytest.raises(CannotFetch):
        verify(tmp_path / "file", SOME)


def test_a_folder_has_the_version_in_its_name(tmp_path: Path) -> None:
    assert folder_of(SOME, tmp_path) == tmp_path / "some-1-1.0"


def test_a_client_that_is_missing_or_fails_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotFetch, match=r"^no-such-program is not installed\.$"):
        called(["no-such-program"], tmp_path)
    with pytest.raises(CannotFetch, match=r"(?s)^sh -c echo what; exit 3 failed:\nwhat"):
        called(["sh", "-c", "echo what; exit 3"], tmp_path)


def test_a_reason_is_told_wherever_a_client_writes_it(tmp_path: Path) -> None:
    colours = r"printf '\033[0m' >&2"  # all that Maven writes there
    with pytest.raises(CannotFetch, match=r"(?s) failed:\n.*the reason"):
        called(["sh", "-c", f"echo the reason; {colours}; exit 1"], tmp_path)
    with pytest.raises(CannotFetch, match=r"(?s) failed:\n.*the reason"):
        called(["sh", "-c", "echo a step; echo the reason >&2; exit 1"], tmp_path)
