"""A private SSH server for tests and benchmarks, with its own folder and port, removed afterwards."""

import base64
import contextlib
import hmac
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

if sys.platform != "win32":
    import pwd

from tools.services import (
    PASSWORD,
    ServiceMissing,
    free_port,
    install_packages,
    private_folder,
    run,
    running,
    server_account,
    wait_for_port,
)


@dataclass(frozen=True, slots=True)
class SshServer:
    """A running sshd. Whoever has the private key in `key` may log in as `user`."""

    host: str
    port: int
    user: str
    key: Path
    known_hosts: Path
    folder: Path
    process: "subprocess.Popen[bytes]"

    def sessions(self) -> Sequence[int]:
        """The clients that are there: a process for each."""
        return _children(self.process.pid)

    def end_sessions(self) -> None:
        """Kill the clients' sessions, as when the machine has gone; others may come."""
        for session in self.sessions():
            for pid in (*_children(session), session):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def _children(pid: int) -> Sequence[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in found.split()]


@contextlib.contextmanager
def sshd(options: Sequence[str] = (), *, asks: bool = False) -> Iterator[SshServer]:
    """A private sshd for one user, the servers' own. `options` are additional settings, `Name value`.

    With `asks` it takes, beside the key, the password `PASSWORD`, or a code of `one_time_code`. For this it runs as
    root, and sees files of its own in place of the system's /etc/shadow and /etc/pam.d/sshd.
    """
    program = shutil.which("sshd", path="/usr/sbin:/usr/bin")
    if program is None:
        install_packages(["openssh-server"])
        program = shutil.which("sshd", path="/usr/sbin:/usr/bin")
    if program is None:
        raise ServiceMissing("The OpenSSH server is not installed.")
    if asks and (os.getuid() != 0 or shutil.which("unshare") is None):
        raise ServiceMissing("An sshd that asks for passwords must run as root, in a mount namespace (unshare).")
    with private_folder("sshd") as folder:
        port, account = free_port(), server_account()
        for name in ("host_key", "key"):
            run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name])
        (folder / "key").chmod(0o600)
        public = (folder / "host_key.pub").read_text(encoding="ascii")
        known_hosts = folder / "known_hosts"
        known_hosts.write_text(f"[127.0.0.1]:{port} {public}", encoding="ascii")
        lines = [
            *options, *(_ASKING if asks else ()), "ListenAddress 127.0.0.1", f"Port {port}",
            f"HostKey {folder}/host_key", "PidFile none", f"AuthorizedKeysFile {folder}/key.pub", "StrictModes no",
            "UsePAM no", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "MaxStartups 100",
            "LogLevel ERROR",
        ]  # fmt: skip
        (folder / "config").write_text("\n".join(lines), encoding="ascii")
        (folder / "config").chmod(0o644)
        if os.getuid() == 0:  # ssh takes no key that belongs to somebody else
            shutil.chown(folder / "key", "root")
        command = [program, "-D", "-e", "-f", str(folder / "config")]
        user = account or pwd.getpwuid(os.getuid()).pw_name
        if asks:
            command = [*_with_passwords(folder, user), *command]
        with running(command, folder, signal.SIGTERM, user=None if asks else account) as process:
            wait_for_port(process, port, folder)
            yield SshServer("127.0.0.1", port, user, folder / "key", known_hosts, folder, process)


_ASKING = ("UsePAM yes", "PasswordAuthentication yes", "KbdInteractiveAuthentication yes")
_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105  # of a server that runs during tests
_IN_PLACE = (
    "mount --bind {0}/shadow /etc/shadow && mount --bind {0}/pam /etc/pam.d/sshd && mount -t tmpfs none /run "
    '&& mkdir /run/sshd && exec "$@"'
)


def _with_passwords(folder: Path, user: str) -> Sequence[str]:
    """What to put before a command, so that it sees a password of the user, and asks for it or for a code."""
    install_packages(["libpam-google-authenticator"])
    password = subprocess.run(
        ["openssl", "passwd", "-6", "-stdin"], input=PASSWORD, capture_output=True, text=True, check=True
    ).stdout.strip()
    lines = Path("/etc/shadow").read_text(encoding="ascii").splitlines()
    others = [line for line in lines if not line.startswith(f"{user}:")]
    (folder / "shadow").write_text("\n".join([*others, f"{user}:{password}:19000:0:99999:7:::", ""]), encoding="ascii")
    secret = folder / "secret"
    secret.write_text(f'{_SECRET}\n" TOTP_AUTH\n" DISALLOW_REUSE\n', encoding="ascii")
    (folder / "pam").write_text(
        f"auth sufficient pam_google_authenticator.so secret={secret} user=root no_increment_hotp allowed_perm=0400\n"
        "auth required pam_unix.so try_first_pass\naccount required pam_permit.so\nsession required pam_permit.so\n",
        encoding="ascii",
    )
    for name, mode in (("shadow", 0o600), ("secret", 0o400), ("pam", 0o644)):
        shutil.chown(folder / name, "root", "root")
        (folder / name).chmod(mode)
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", _IN_PLACE.format(folder), "sh"]


def one_time_code() -> str:
    """The code of this half minute. Source: RFC 6238."""
    counter = int(time.time()) // 30
    digest = hmac.digest(base64.b32decode(_SECRET), counter.to_bytes(8, "big"), "sha1")
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"
