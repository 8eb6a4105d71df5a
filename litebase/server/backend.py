"""What all clients of the process share: settings, counts, and whether the end has begun."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import anyio

from litebase.results.use import StoreUse
from litebase.server.client_session import ClientSession
from litebase.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from litebase.history.history import History
    from litebase.transport import Listener


_ROW_WORK = 2  # views, searches and summaries at once, of all clients: each takes some ten megabytes


class LogHealth(Protocol):
    """Tells how many log lines were lost, and when the last one was."""

    @property
    def dropped(self) -> int: ...

    @property
    def last_drop_s(self) -> float | None: ...


class LoopHealth(Protocol):
    """The last time that the event loop was blocked, in seconds; `ended_s` is on the monotonic clock."""

    @property
    def blocked_s(self) -> float: ...

    @property
    def ended_s(self) -> float | None: ...


class Memory(Protocol):
    """The memory of this process."""

    def rss_bytes(self) -> int:
        """How much is in RAM; 0 where the system does not say."""

    def give_back(self) -> bool:
        """In a thread, while nothing else is done: return what was freed, if that may be much; whether it was."""


@dataclass(slots=True)
class Backend:
    """The process as its clients see it."""

    settings: Settings
    log_health: LogHealth
    loop_health: LoopHealth
    memory: Memory
    listener: "Listener | None" = None
    history_file: "Path | None" = None  # where what is run is kept
    clients: set[ClientSession] = field(default_factory=set)
    started: float = field(default_factory=time.monotonic)
    closing: bool = False
    clients_seen: int = 0
    wrong_tokens: int = 0
    store_use: StoreUse = field(init=False)
    row_work: anyio.Semaphore = field(default_factory=lambda: anyio.Semaphore(_ROW_WORK))
    copies_begin: anyio.Lock = field(default_factory=anyio.Lock)  # two that wait for one another's session would stay
    _history: "History | None" = None
    _alone_since: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        settings = self.settings
        self.store_use = StoreUse(
            settings.results_memory_bytes,
            settings.max_results_disk_bytes,
            keep_free_bytes=settings.min_free_disk_bytes,
        )

    @property
    def history(self) -> "History | None":
        """What was run; None where that is not kept."""
        if self._history is None and self.history_file is not None:
            from litebase.history.history import History  # noqa: PLC0415  # loaded with the first use

            self._history = History(
                self.history_file, self.settings.max_history_entries, self.settings.max_history_bytes
            )
        return self._history

    def close_history(self) -> None:
        """In a thread, at the end: store what was not stored yet, in a bounded time."""
        if self._history is not None:
            self._history.close()

    def new_client(self, token: str | None = None) -> ClientSession:
        """A client that has come. `token` is what it must show, or None where the transport is private already."""
        self.clients_seen += 1
        client = ClientSession(self.settings, self.clients_seen, token)
        self.clients.add(client)
        return client

    def forget(self, client: ClientSession) -> None:
        """A client has gone."""
        self.clients.discard(client)
        self._alone_since = time.monotonic()

    def idle_left_s(self, idle_s: float) -> float:
        """How long it takes at least until no client has been here for `idle_s`."""
        return idle_s if self.clients else self._alone_since + idle_s - time.monotonic()
