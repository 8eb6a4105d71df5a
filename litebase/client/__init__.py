"""A Python client, typed by the contract: what the tests, the demo and the tools speak to the backend with."""

from litebase.client.channel import Client, connect
from litebase.client.failures import BackendGone, NotOurBackend, RequestFailed
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
