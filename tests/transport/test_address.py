"""Addresses choose their transport, and every listener says where it is."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from litebase.transport import EndpointUnusable, PipeAddress, TcpAddress, UnixAddress, listen

pytestmark = pytest.mark.anyio


async def test_the_kind_of_address_chooses_the_transport(tmp_path: Path) -> None:
    for address, transport in ((UnixAddress(tmp_path / "s"), "unix"), (TcpAddress(0), "tcp")):
        listener = await listen(address)
        assert listener.endpoint["transport"] == transport
        await listener.aclose()


async def test_a_named_pipe_is_refused_where_there_is_none() -> None:
    with pytest.raises(EndpointUnusable, match="Named pipes exist on Windows only; use -socket here"):
        await listen(PipeAddress("name"))


def test_an_address_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        TcpAddress(0).port = 1  # type: ignore[misc]  # that is the point


def test_a_chosen_socket_is_not_taken_for_one_in_our_own_folder() -> None:
    assert not UnixAddress(Path("s")).private_folder
