"""What is read from ssh's stderr, whatever pieces it comes in; and that no output of any length does harm."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litebase.drivers.tunnel.output import Output

END = "127.0.0.1 port 40001"
OPEN = (
    b"OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19 27 Jan 2026\n"
    b"debug1: Connecting to near [192.0.2.1] port 22.\n"
    b"debug1: Entering interactive session.\n"  # that of a jump host
    b"debug1: Authenticating to far:2022 as 'me'\n"
    b"debug1: Server host key: ssh-ed25519 SHA256:abc\n"
    b"debug1: Local forwarding listening on 127.0.0.1 port 40001.\n"
)
SESSION = b"debug1: Entering interactive session.\n"


def nobody(_host: str) -> None:
    """Nobody is told of a host. One function for all, so that outputs can be compared."""


def fed(*parts: bytes) -> Output:
    output = Output(END, "cannot listen to port: 40001", nobody)
    for part in parts:
        output.feed(part)
    return output


def test_a_tunnel_is_open_when_the_session_of_the_last_host_begins() -> None:
    assert not fed(OPEN).is_open
    opened = fed(OPEN, SESSION)
    assert opened.is_open
    assert (opened.version, opened.at, opened.fingerprint) == ((9, 2), "far:2022", "ssh-ed25519 SHA256:abc")


def test_a_port_that_another_program_took() -> None:
    taken = fed(
        OPEN,
        b"bind [127.0.0.1]:40001: Address already in use\n"
        b"channel_setup_fwd_listener_tcpip: cannot listen to port: 40001\n"
        b"Could not request local forwarding.\n",
        SESSION,
    )
    assert (taken.is_taken, taken.is_open) == (True, False)


@pytest.mark.parametrize(
    ("line", "reason", "by_ssh_host"),
    [
        ("channel 2: open failed: connect failed: Connection refused", "Connection refused", False),
        ("channel 12: open failed: administratively prohibited: open failed", "open failed", True),
        ("channel 3: open failed: unknown channel type: ", "", True),
    ],
)
def test_who_refused_a_connection(line: str, reason: str, by_ssh_host: bool) -> None:
    refused = fed(OPEN, SESSION, f"{line}\r\n".encode())
    assert refused.refusals == 1
    assert refused.refusal is not None
    assert (refused.refusal.reason, refused.refusal.by_ssh_host) == (reason, by_ssh_host)


def test_last_words_are_those_after_the_opening() -> None:
    fallen = fed(b"Warning: something\n", OPEN, SESSION, b"Timeout, server far not responding.\n")
    assert fallen.last_words() == "Timeout, server far not responding."


@given(st.lists(st.integers(1, len(OPEN + SESSION)), max_size=20))
def test_pieces_do_not_matter(cuts: list[int]) -> None:
    text = OPEN + SESSION
    places = sorted({0, *cuts, len(text)})
    assert fed(*(text[a:b] for a, b in pairwise(places))) == fed(text)


@given(st.binary(max_size=300), st.integers(1, 2000))
def test_any_output_is_kept_short(piece: bytes, times: int) -> None:
    output = fed(*[piece] * min(times, 200), b"\n")
    assert len(output.failure()) < 8000
    assert "\n" not in output.last_words()
