"""The way from the program that ssh runs to us: open to whoever has the token, and closed to all others."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import anyio
import pytest

from tests.end_to_end.process import command
from tests.work import SOON_S

if sys.platform == "win32":
    pytest.skip("there are no tunnels on Windows yet", allow_module_level=True)

from litebase.drivers.tunnel.questions import Questions

pytestmark = pytest.mark.anyio


async def asked(questions: Questions, *arguments: str, **changed: str) -> "subprocess.Popen[bytes]":
    """A running `--askpass`, as ssh runs it; `changed` are variables of its environment."""
    environment = {**os.environ, **questions.environment(), **changed}
    program = questions.environment()["SSH_ASKPASS"]
    return subprocess.Popen([program, *arguments], env=environment, stdout=subprocess.PIPE)


async def ended(process: "subprocess.Popen[bytes]") -> tuple[int, bytes]:
    out, _ = await anyio.to_thread.run_sync(process.communicate, None, SOON_S)
    return process.returncode, out


@pytest.mark.parametrize(
    ("text", "variables", "kind"),
    [
        ("The authenticity of host 'a (192.0.2.1)' can't be established.\n(yes/no/[fingerprint])? ", {}, "host_key"),
        ("Enter passphrase for key '/home/me/.ssh/id_ed25519': ", {}, "passphrase"),
        ("Enter PIN for ED25519-SK key /home/me/.ssh/id_sk: ", {}, "passphrase"),
        ("me@far's password: ", {}, "password"),
        ("(me@far) Password: ", {}, "password"),
        ("(me@far) Verification code: ", {}, "one_time_code"),
        ("(me@far) Enter passphrase for key '/home/me/.ssh/id': ", {}, "one_time_code"),  # a server's words
        ("Accept updated hostkeys? (yes/no): ", {}, "approval"),
        ("Allow it?", {"SSH_ASKPASS_PROMPT": "confirm"}, "approval"),
        ("--help", {}, "one_time_code"),
    ],
)
async def test_a_question_gets_its_answer(
    short_folder: Path, text: str, variables: Mapping[str, str], kind: str
) -> None:
    told = anyio.Event()
    questions = Questions(short_folder, told.set)
    process = await asked(questions, text, **variables)
    with anyio.fail_after(SOON_S):
        await told.wait()
    one = questions.waiting.popleft()
    question = one.question("shop", "far:22", again=True)
    assert (one.text, question.kind, question.again, question.connection_name) == (text, kind, True, "shop")
    assert question.text == text.strip()
    one.answer("grüße ' $x")
    assert await ended(process) == (0, "grüße ' $x\n".encode())
    questions.close()


async def test_no_answer_and_a_remark(short_folder: Path) -> None:
    told = anyio.Event()
    questions = Questions(short_folder, told.set)
    refused = await asked(questions, "me@far's password: ")
    with anyio.fail_after(SOON_S):
        await told.wait()
    remark = await asked(questions, "Confirm user presence for key", SSH_ASKPASS_PROMPT="none")
    assert await ended(remark) == (0, b"")
    questions.close()
    assert await ended(refused) == (1, b"")
    late = await asked(questions, "me@far's password: ")
    assert await ended(late) == (1, b"")


async def test_whoever_has_not_the_token_asks_nothing(short_folder: Path) -> None:
    questions = Questions(short_folder, lambda: None)
    wrong = await asked(questions, "me@far's password: ", LITEBASE_ASKPASS_TOKEN="wrong")
    assert await ended(wrong) == (1, b"")
    token = questions.environment()["LITEBASE_ASKPASS_TOKEN"].encode()
    for sent in (b"", b"\0", b"\0\0\0", token, token + b"\0", token + b"\0\0" + b"x" * 100_000):
        link = await anyio.to_thread.run_sync(connected, short_folder / "ask")
        await anyio.to_thread.run_sync(speak, link, sent)
        assert not questions.waiting, sent[:60]
    questions.close()


def connected(path: Path) -> socket.socket:
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(SOON_S)
    link.connect(str(path))
    return link


def speak(link: socket.socket, sent: bytes) -> None:
    """Say it, and wait until the other side has closed."""
    with link:
        try:
            link.sendall(sent)
            link.shutdown(socket.SHUT_WR)
            assert link.recv(10) == b""
        except (BrokenPipeError, ConnectionResetError):
            pass


def test_without_a_backend_nothing_is_asked() -> None:
    done = subprocess.run(command("--askpass=Password: "), capture_output=True, timeout=SOON_S, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")
