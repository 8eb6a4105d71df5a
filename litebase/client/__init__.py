"""A Python client, typed by the contract: what the tests, the demo and the tools speak to the backend with."""

from litebase.client.channel import BackendGone, Client, NotOurBackend, RequestFailed, connect
from litebase.client.process import BackendProcess, StartFailed, start_backend

__all__ = [
    "BackendGone",
    "BackendProcess",
    "Client",
    "NotOurBackend",
    "RequestFailed",
    "StartFailed",
    "connect",
    "start_backend",
]
