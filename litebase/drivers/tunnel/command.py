"""How ssh is called: its arguments, and a configuration file that stands before the user's own.

The first value that ssh reads of an option is the one that counts. It passes the file on to itself for each jump host,
so what the file says holds on every hop; what is said by arguments holds for the tunnel alone. No value of a request
can become an option: the contract's patterns keep a leading dash out, and `--` stands before the host.
"""

import os
import re
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from litebase_schema.connection import SshHop, SshTunnel

from litebase.drivers import guarded
from litebase.errors import ConnectFailed, InvalidMessage

STAGE = "tunnel"

_ALIVE_S, _ALIVE_COUNT = 15, 3  # a silent SSH server is given up after their product
_DESTINATION = re.compile(r"[A-Za-z0-9_.:%+-]+")
_HARD_TO_QUOTE = re.compile(r'["\\$%*?\[\]{}\x00-\x1f\x7f]')  # ssh expands it, or no quoting of ssh's holds it
# Of the user's configuration for the host: what would share the tunnel with others, leave us, or do more than forward.
_OURS = (
    "ControlMaster=no", "ControlPath=none", "ForkAfterAuthentication=no", "ClearAllForwardings=no",
    "ExitOnForwardFailure=no",  # forwardings of the user's own may fail: they are often open already
    "GatewayPorts=no", "StreamLocalBindMask=0177", "StreamLocalBindUnlink=no", "RemoteCommand=none",
    "PermitLocalCommand=no", "ForwardAgent=no", "ForwardX11=no", "Tunnel=no",
)  # fmt: skip


def program() -> str:
    """The path of the system's ssh. Raises `ConnectFailed`."""
    found = shutil.which("ssh")
    if found is None:
        raise ConnectFailed(STAGE, "The program ssh was not found in PATH. Install the OpenSSH client.")
    return found


def where(tunnel: SshTunnel | SshHop) -> str:
    """An SSH host as people write it."""
    user = "" if tunnel.user is None else f"{tunnel.user}@"
    host = f"[{tunnel.host}]" if ":" in tunnel.host and tunnel.port is not None else tunnel.host
    return f"{user}{host}" + ("" if tunnel.port is None else f":{tunnel.port}")


def destination(host: str, port: int) -> str:
    """The database's place as ssh takes it. Raises `ConnectFailed` for what is not a host name."""
    if not _DESTINATION.fullmatch(host):
        raise ConnectFailed("name", f"The name {host!r} is not a host name that ssh can be given.")
    return f"[{host}]:{port}"


def configuration(tunnel: SshTunnel, ssh: str) -> str:
    """The text of the file. Reads the modes of the user's files. Raises `InvalidMessage` and `ConnectFailed`."""
    lines = [f"ServerAliveInterval {_ALIVE_S}", f"ServerAliveCountMax {_ALIVE_COUNT}"]
    if tunnel.identity_file is not None:
        identity = _file(tunnel.identity_file, "identity_file")
        lines += [f'IdentityFile "{identity}"', "IdentitiesOnly yes"]  # servers count the other keys of an agent
    if tunnel.known_hosts_file is not None:
        lines.append(f'UserKnownHostsFile "{_path(tunnel.known_hosts_file, "known_hosts_file")}"')
    if tunnel.config_file is not None:
        included = [str(_private(_file(tunnel.config_file, "config_file")))]
    else:
        built_for = Path(ssh).resolve().parent.parent  # its files of the system are below it, where not in /etc
        included = ["~/.ssh/config", "/etc/ssh/ssh_config"]
        if not _HARD_TO_QUOTE.search(str(built_for)):
            included.append(f"{built_for}/etc/ssh/ssh_config")
    return "\n".join([*lines, *(f'Include "{file}"' for file in included), ""])


def arguments(tunnel: SshTunnel, ssh: str, configuration_file: Path, forwarding: str) -> Sequence[str]:
    """The command line. What ssh reports of itself is read, so it is told to report much (`-v`)."""
    made = [ssh, "-v", "-N", "-T", "-F", str(configuration_file), "-L", forwarding]
    made += [part for option in _OURS for part in ("-o", option)]
    if tunnel.user is not None:
        made += ["-l", tunnel.user]
    if tunnel.port is not None:
        made += ["-p", str(tunnel.port)]
    if tunnel.jump:
        made += ["-J", ",".join(map(where, tunnel.jump))]
    elif tunnel.jump is not None:
        made += ["-o", "ProxyJump=none"]
    return [*made, "--", tunnel.host]


def environment() -> dict[str, str]:
    """Ours, but for what would ask at a terminal or a desktop."""
    return guarded.environment(("SSH_ASKPASS",))


def _path(text: str, field: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise InvalidMessage(f"/data/tunnel/{field}", "the path must be absolute, or begin with ~")
    if (found := _HARD_TO_QUOTE.search(str(path))) is not None:
        raise InvalidMessage(f"/data/tunnel/{field}", f"ssh cannot be given a path with {found[0]!r} in it")
    return path


def _file(text: str, field: str) -> Path:
    path = _path(text, field)
    if not path.is_file():
        raise ConnectFailed(STAGE, f"The {field} {path} does not exist or is not a file.")
    return path


def _private(path: Path) -> Path:
    """A configuration that nobody else can write: it can name programs to run. ssh has the same rule for its own."""
    found = path.stat()
    own = os.getuid()  # type: ignore[attr-defined, unused-ignore]  # Windows has none, and no tunnels
    if found.st_uid not in (0, own) or stat.S_IMODE(found.st_mode) & 0o022:
        raise ConnectFailed(
            STAGE,
            f"The config_file {path} can be changed by other users, and it can name programs to run. "
            f"Make it yours alone: chmod go-w {path}",
        )
    return path
