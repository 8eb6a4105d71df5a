"""Unix sockets: nobody else gets in, nobody is displaced, and nothing but our stale socket is removed."""

import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from anyio import to_thread
from structlog.testing import capture_logs

from litebase.transport import EndpointInUse, EndpointUnusable, Listener, UnixAddress, listen
from litebase.transport.unix import MAX_PATH_BYTES
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

NOBODY = 65534
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")


@asynccontextmanager
async def listening(path: Path, *, private_folder: bool = False) -> AsyncIterator[Listener]:
    listener = await listen(UnixAddress(path, private_folder))
    try:
        yield listener
    finally:
        await listener.aclose()


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def identity(path: Path) -> tuple[int, int, int]:
    found = path.lstat()
    return found.st_dev, found.st_ino, found.st_mode


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def leave_stale_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))


def as_nobody(script: str, *arguments: str) -> str:
    """What a Python script prints that becomes another user before its last part, marked by BECOME."""
    become = f"import os; os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})"
    code = script.replace("BECOME", become)
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False, timeout=SOON_S
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users can look into."""
    folder = Path(tempfile.mkdtemp(prefix="litebase-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


async def test_bytes_go_both_ways(tmp_path: Path) -> None:
    async with listening(tmp_path / "s") as listener:
        assert listener.endpoint == {"transport": "unix", "path": str(tmp_path / "s")}
        async with await anyio.connect_unix(tmp_path / "s") as near, await listener.accept() as far:
            await near.send(b"there")
            assert await far.receive() == b"there"
            await far.send(b"and back")
            assert await near.receive() == b"and back"


async def test_closing_ends_accept_and_removes_socket_and_lock(tmp_path: Path) -> None:
    listener = await listen(UnixAddress(tmp_path / "s"))
    assert names(tmp_path) == ["s", "s.lock"]
    ended = anyio.Event()

    async def accept() -> None:
        with pytest.raises(anyio.ClosedResourceError):
            await listener.accept()
        ended.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(accept)
        await anyio.wait_all_tasks_blocked()
        await listener.aclose()
        with anyio.fail_after(SOON_S):
            await ended.wait()
    assert names(tmp_path) == []


@pytest.mark.fault("T01")
async def test_under_umask_000_the_socket_is_0600_and_its_folder_0700(tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    before = os.umask(0)
    try:
        async with listening(folder / "s", private_folder=True):
            assert mode_of(folder) == 0o700
            assert folder.stat().st_uid == os.getuid()
            assert mode_of(folder / "s") == 0o600
            assert mode_of(folder / "s.lock") == 0o600
        assert os.umask(0) == 0, "the umask is as it was"
    finally:
        os.umask(before)


@pytest.mark.fault("T01")
async def test_the_socket_is_0600_from_the_moment_it_exists(tmp_path: Path) -> None:
    watcher = (
        "import os, sys\n"
        "seen = set()\n"
        "os.write(1, b'watching')\n"
        "while not os.path.exists(sys.argv[2]):\n"
        "    try: seen.add(oct(os.lstat(sys.argv[1]).st_mode & 0o777))\n"
        "    except FileNotFoundError: pass\n"
        "os.write(1, ' '.join(seen).encode())\n"
    )
    arguments = [sys.executable, "-c", watcher, str(tmp_path / "s"), str(tmp_path / "enough")]
    before = os.umask(0)
    try:
        async with await anyio.open_process(arguments, stderr=None) as watching:
            assert watching.stdout is not None
            assert await watching.stdout.receive() == b"watching"
            for _ in range(100):
                async with listening(tmp_path / "s"):
                    await anyio.sleep(0.001)
            (tmp_path / "enough").touch()
            assert (await watching.stdout.receive()).split() == [b"0o600"]
    finally:
        os.umask(before)


@pytest.mark.fault("T02")
@needs_root
async def test_the_kernel_refuses_another_user(open_folder: Path) -> None:
    async with listening(open_folder / "s"):
        answer = await to_thread.run_sync(as_nobody, CONNECT, str(open_folder / "s"))
    assert answer == "PermissionError"


@pytest.mark.fault("T02")
@needs_root
async def test_where_modes_are_ignored_another_user_is_closed_at_once(open_folder: Path) -> None:
    async with listening(open_folder / "s") as listener:
        (open_folder / "s").chmod(0o666)
        accepted: list[bytes] = []

        async def accept() -> None:
            async with await listener.accept() as stream:
                accepted.append(await stream.receive())

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(accept)
            with capture_logs() as logs:
                assert await to_thread.run_sync(as_nobody, CONNECT, str(open_folder / "s")) == "closed"
            assert accepted == []
            assert [(told["event"], told["user"]) for told in logs] == [("client_refused", NOBODY)]
            assert logs[0]["pid"] > 1
            async with await anyio.connect_unix(open_folder / "s") as ours:
                await ours.send(b"ours")
                with anyio.fail_after(SOON_S):
                    while not accepted:
                        await anyio.sleep(0.01)
    assert accepted == [b"ours"], "our own client is served after the stranger"


CONNECT = """
import socket, sys
BECOME
stranger = socket.socket(socket.AF_UNIX)
stranger.settimeout(60)
try:
    stranger.connect(sys.argv[1])
    print("closed" if stranger.recv(1) == b"" else "served")
except OSError as error:
    print(type(error).__name__)
"""


@pytest.mark.fault("T03")
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o750, 0o1777])
async def test_a_private_folder_that_others_can_enter_is_refused(tmp_path: Path, mode: int) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours").chmod(mode)
    with pytest.raises(EndpointUnusable, match="0700"):
        await listen(UnixAddress(tmp_path / "ours" / "s", private_folder=True))
    assert mode_of(tmp_path / "ours") == mode, "it is not repaired in silence"
    assert names(tmp_path / "ours") == []


@pytest.mark.fault("T03")
async def test_a_private_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "ours").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EndpointUnusable, match="link"):
        await listen(UnixAddress(tmp_path / "ours" / "s", private_folder=True))
    assert names(tmp_path / "elsewhere") == []


@pytest.mark.fault("T03")
@needs_root
@pytest.mark.parametrize("private", [True, False])
async def test_a_folder_that_another_user_made_is_refused(tmp_path: Path, private: bool) -> None:
    (tmp_path / "theirs").mkdir(mode=0o700)
    os.chown(tmp_path / "theirs", NOBODY, NOBODY)
    with pytest.raises(EndpointUnusable, match="theirs"):
        await listen(UnixAddress(tmp_path / "theirs" / "s", private))
    assert names(tmp_path / "theirs") == []


@pytest.mark.fault("T03")
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
async def test_a_chosen_folder_that_others_can_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(mode)
    with pytest.raises(EndpointUnusable, match="Other users can change"):
        await listen(UnixAddress(tmp_path / "shared" / "s"))


async def test_a_chosen_sticky_folder_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o1777)  # like /tmp: others cannot remove what is ours
    async with listening(tmp_path / "shared" / "s"):
        assert mode_of(tmp_path / "shared" / "s") == 0o600


@pytest.mark.fault("C16")
async def test_a_second_start_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    async with listening(tmp_path / "s") as first:
        made = identity(tmp_path / "s")
        with pytest.raises(EndpointInUse, match="already running"):
            await listen(UnixAddress(tmp_path / "s"))
        assert identity(tmp_path / "s") == made
        async with await anyio.connect_unix(tmp_path / "s") as near, await first.accept() as far:
            await near.send(b"still")
            assert await far.receive() == b"still"
        with pytest.raises(EndpointInUse):
            await listen(UnixAddress(tmp_path / "s"))


@pytest.mark.fault("C16")
async def test_of_many_starts_at_once_one_wins(tmp_path: Path) -> None:
    won: list[Listener] = []
    refused: list[EndpointInUse] = []

    async def start() -> None:
        try:
            won.append(await listen(UnixAddress(tmp_path / "s")))
        except EndpointInUse as error:
            refused.append(error)

    leave_stale_socket(tmp_path / "s")
    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(start)
    assert (len(won), len(refused)) == (1, 19)
    async with await anyio.connect_unix(tmp_path / "s"):
        pass
    await won[0].aclose()


@pytest.mark.fault("C16")
def test_starts_and_ends_that_overlap_never_serve_side_by_side(tmp_path: Path) -> None:
    inside: set[int] = set()
    most_inside = 0
    served = 0
    failures: list[BaseException] = []

    async def once(me: int) -> None:
        nonlocal most_inside, served
        try:
            async with listening(tmp_path / "s"):
                inside.add(me)
                most_inside = max(most_inside, len(inside))
                served += 1
                async with await anyio.connect_unix(tmp_path / "s"):
                    pass
                inside.discard(me)
        except EndpointInUse:
            await anyio.sleep(0.0005)

    def again_and_again(me: int) -> None:
        async def many() -> None:
            for _ in range(60):
                await once(me)

        try:
            anyio.run(many)
        except BaseException as error:  # noqa: BLE001  # a thread's failure is the test's failure
            failures.append(error)

    threads = [threading.Thread(target=again_and_again, args=(me,)) for me in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert most_inside == 1
    assert served > 10
    assert names(tmp_path) == []


@pytest.mark.fault("C17")
async def test_a_stale_socket_and_its_lock_file_are_replaced(tmp_path: Path) -> None:
    leave_stale_socket(tmp_path / "s")
    (tmp_path / "s.lock").touch(0o600)
    stale = identity(tmp_path / "s")
    async with listening(tmp_path / "s") as listener:
        assert identity(tmp_path / "s") != stale or mode_of(tmp_path / "s") == 0o600
        async with await anyio.connect_unix(tmp_path / "s"), await listener.accept():
            pass


@pytest.mark.fault("C17")
async def test_a_socket_of_a_program_without_our_lock_is_not_taken(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "s"))
        other.listen()
        made = identity(tmp_path / "s")
        with pytest.raises(EndpointInUse, match="listening"):
            await listen(UnixAddress(tmp_path / "s"))
        assert identity(tmp_path / "s") == made
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(tmp_path / "s"))


@pytest.mark.fault("C17")
async def test_a_socket_whose_program_is_busy_is_not_taken(tmp_path: Path) -> None:
    """Its queue is full, so a connect does not succeed, and yet somebody is there."""
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "s"))
        other.listen(0)
        waiting = []
        try:
            for _ in range(3):
                client = socket.socket(socket.AF_UNIX)
                waiting.append(client)
                client.setblocking(False)
                client.connect_ex(str(tmp_path / "s"))
            with pytest.raises(EndpointInUse):
                await listen(UnixAddress(tmp_path / "s"))
        finally:
            for client in waiting:
                client.close()


@pytest.mark.fault("C17")
@needs_root
async def test_a_stale_socket_of_another_user_is_not_removed(tmp_path: Path) -> None:
    leave_stale_socket(tmp_path / "s")
    os.chown(tmp_path / "s", NOBODY, NOBODY)
    with pytest.raises(EndpointUnusable, match="not a socket of yours"):
        await listen(UnixAddress(tmp_path / "s"))
    assert (tmp_path / "s").is_socket()


def make_file(path: Path) -> None:
    path.write_text("mine", encoding="utf-8")


def make_link_to_a_socket(path: Path) -> None:
    leave_stale_socket(path.with_name("target"))
    path.symlink_to("target")


OBSTACLES: dict[str, Callable[[Path], None]] = {
    "a regular file": make_file,
    "an empty file": lambda path: path.touch(),
    "a directory": lambda path: path.mkdir(),
    "a FIFO": os.mkfifo,
    "a link to a stale socket": make_link_to_a_socket,
    "a dangling link": lambda path: path.symlink_to("nowhere"),
}


@pytest.mark.fault("C18")
@pytest.mark.parametrize("obstacle", OBSTACLES)
async def test_what_is_not_our_stale_socket_is_refused_and_kept(tmp_path: Path, obstacle: str) -> None:
    OBSTACLES[obstacle](tmp_path / "s")
    made, beside = identity(tmp_path / "s"), set(names(tmp_path))
    with anyio.fail_after(SOON_S), pytest.raises(EndpointUnusable, match="not a socket of yours"):
        await listen(UnixAddress(tmp_path / "s"))
    assert identity(tmp_path / "s") == made
    assert beside <= set(names(tmp_path))
    if obstacle == "a regular file":
        assert (tmp_path / "s").read_text(encoding="utf-8") == "mine"


@pytest.mark.fault("C18")
@pytest.mark.parametrize("obstacle", OBSTACLES)
async def test_a_refused_start_leaves_nothing_behind(tmp_path: Path, obstacle: str) -> None:
    OBSTACLES[obstacle](tmp_path / "s")
    beside = set(names(tmp_path))
    with pytest.raises(EndpointUnusable):
        await listen(UnixAddress(tmp_path / "s"))
    assert set(names(tmp_path)) == beside


@pytest.mark.fault("C18")
@pytest.mark.parametrize("obstacle", OBSTACLES)
async def test_what_is_not_our_lock_file_is_never_deleted(tmp_path: Path, obstacle: str) -> None:
    """`-socket Cargo` in a folder with a Cargo.lock must not cost the user that file."""
    lock = tmp_path / "s.lock"
    OBSTACLES[obstacle](lock)
    if obstacle == "an empty file":
        lock.unlink()
        lock.touch(0o600)  # this is what our own stale lock looks like; it may go
    made = identity(lock)
    try:
        with anyio.fail_after(SOON_S):
            async with listening(tmp_path / "s"):
                pass
    except EndpointUnusable:
        assert identity(lock) == made
    if obstacle != "an empty file":
        assert identity(lock) == made
    if obstacle == "a regular file":
        assert lock.read_text(encoding="utf-8") == "mine"


@pytest.mark.fault("C18")
@pytest.mark.parametrize(
    ("parent", "reason"), [("missing/s", "No such file"), ("file/s", "not a folder|Not a directory")]
)
async def test_a_folder_that_is_none_is_a_clear_error(tmp_path: Path, parent: str, reason: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EndpointUnusable, match=reason):
        await listen(UnixAddress(tmp_path / parent))


@pytest.mark.fault("C18")
@needs_root
async def test_a_folder_without_write_permission_is_a_clear_error(open_folder: Path) -> None:
    script = """
import anyio, sys
from pathlib import Path
from litebase.transport import EndpointUnusable, UnixAddress, listen
import litebase.transport.unix, anyio._backends._asyncio
BECOME
try:
    anyio.run(listen, UnixAddress(Path(sys.argv[1])))
    print("listens")
except EndpointUnusable as error:
    print(error)
"""
    answer = await to_thread.run_sync(as_nobody, script, str(open_folder / "s"))
    assert "Permission denied" in answer
    assert names(open_folder) == []


@pytest.mark.fault("C18")
async def test_a_path_of_100_bytes_works_and_one_more_is_refused_with_the_count(tmp_path: Path) -> None:
    room = MAX_PATH_BYTES - len(os.fsencode(tmp_path)) - 1
    assert room > 0, "the folder for tests has too long a name for this test"
    async with listening(tmp_path / ("x" * room)), await anyio.connect_unix(tmp_path / ("x" * room)):
        pass
    with pytest.raises(EndpointUnusable, match=r"101 bytes; 100 is the most"):
        await listen(UnixAddress(tmp_path / ("x" * (room + 1))))
    with pytest.raises(EndpointUnusable, match=r"the most"):
        await listen(UnixAddress(tmp_path / ("x" * 5000)))


@pytest.mark.fault("C18")
async def test_the_length_of_a_path_that_is_not_ascii_is_counted_in_bytes(tmp_path: Path) -> None:
    room = MAX_PATH_BYTES - len(os.fsencode(tmp_path)) - 1
    fits, over = "é" * (room // 2), "é" * (room // 2 + 1)
    async with listening(tmp_path / fits), await anyio.connect_unix(tmp_path / fits):
        pass
    with pytest.raises(EndpointUnusable, match="bytes"):
        await listen(UnixAddress(tmp_path / over))


@pytest.mark.fault("C15")
async def test_when_the_socket_file_is_deleted_clients_live_on_and_nobody_moves_in(tmp_path: Path) -> None:
    async with listening(tmp_path / "s") as listener:
        async with await anyio.connect_unix(tmp_path / "s") as near, await listener.accept() as far:
            (tmp_path / "s").unlink()
            await near.send(b"still here")
            assert await far.receive() == b"still here"
        with pytest.raises(EndpointInUse):
            await listen(UnixAddress(tmp_path / "s"))
    assert names(tmp_path) == []


@pytest.mark.fault("C15")
async def test_at_the_end_only_what_is_still_ours_is_removed(tmp_path: Path) -> None:
    """Somebody deleted socket and lock, and another backend made its own there."""
    async with listening(tmp_path / "s"):
        (tmp_path / "s").unlink()
        (tmp_path / "s.lock").unlink()
        second = await listen(UnixAddress(tmp_path / "s"))
        made = identity(tmp_path / "s"), identity(tmp_path / "s.lock")
    try:
        assert identity(tmp_path / "s") == made[0]
        assert (tmp_path / "s.lock").exists(), "the lock of the second backend was removed by the first"
        assert identity(tmp_path / "s.lock") == made[1]
        async with await anyio.connect_unix(tmp_path / "s"):
            pass
    finally:
        await second.aclose()


async def test_the_folder_may_be_gone_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    async with listening(tmp_path / "folder" / "s"):
        shutil.rmtree(tmp_path / "folder")


@pytest.mark.fault("L19")
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o000])
async def test_any_umask_gives_a_socket_that_works(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        async with listening(tmp_path / "ours" / "s", private_folder=True) as listener:
            assert mode_of(tmp_path / "ours" / "s") == 0o600
            async with await anyio.connect_unix(tmp_path / "ours" / "s"), await listener.accept():
                pass
        assert os.umask(umask) == umask
    finally:
        os.umask(before)


async def test_no_descriptor_is_left_after_refused_starts(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    async with listening(tmp_path / "s"):

        async def refused() -> None:
            for name in ("s", "d", "none/s"):
                with pytest.raises((EndpointInUse, EndpointUnusable)):
                    await listen(UnixAddress(tmp_path / name))

        await refused()
        before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # /proc, not a folder to walk
        for _ in range(10):
            await refused()
        assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208  # as above
