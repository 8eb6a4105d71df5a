"""Clients that do a bit of everything at random, each in a thread of its own, and what they saw."""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.end_to_end.dialects import DIALECTS, Dialect
from tests.end_to_end.frames import Line, dial


@dataclass
class Tally:
    """What all clients did together."""

    done: Counter[str] = field(default_factory=Counter)
    faults: list[BaseException] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, other: "Tally") -> None:
        with self.lock:
            self.done += other.done
            self.faults += other.faults


@dataclass
class Worker:
    """One client with a connection to one database."""

    line: Line
    connection_id: str
    dialect: Dialect
    chance: random.Random

    def query(self, sql: str, **options: Any) -> dict[str, Any]:
        return self.line.ask_ok("query", {"connection_id": self.connection_id, "sql": sql, **options})

    def read(self) -> None:
        """A result, some windows of it, and its end or not."""
        rows = self.chance.choice((10, 5000, 60_000))
        answer = self.query(self.dialect.numbers.format(count=rows), window_rows=100)
        # on a slow machine the first window has what had come by then
        assert answer["rows"] == [[n] for n in range(1, len(answer["rows"]) + 1)]
        assert len(answer["rows"]) == min(rows, 100) or not answer["complete"]
        if (result_id := answer["result_id"]) is None:
            return
        for _ in range(self.chance.randrange(4)):
            offset = self.chance.randrange(rows)
            window = self.line.ask_ok("fetch", {"result_id": result_id, "offset": offset, "limit": 50})
            assert window["rows"][0] == [offset + 1]
        self.line.ask_ok("close_result", {"result_id": result_id})

    def cancel(self) -> None:
        """An endless statement that is stopped at some moment, and at once another one."""
        endless = {"connection_id": self.connection_id, "sql": self.dialect.endless}
        request = self.line.send("query", endless)
        time.sleep(self.chance.random() * 0.03)
        cancel = self.line.send("cancel", {"request_id": request})
        number = self.chance.randrange(10**9)
        behind = self.line.send("query", {"connection_id": self.connection_id, "sql": f"SELECT {number}"})
        assert self.line.answer(request)["data"]["code"] == "cancelled"
        assert self.line.answer(cancel)["data"]["outcome"] == "stopped"
        assert self.line.answer(behind)["data"]["rows"] == [[number]]

    def race(self) -> None:
        """A cancel around the moment at which the statement ends by itself: one answer, and it says what happened."""
        request = self.line.send("query", {"connection_id": self.connection_id, "sql": "SELECT 7"})
        time.sleep(self.chance.random() * 0.003)
        outcome = self.line.ask_ok("cancel", {"request_id": request})["outcome"]
        answer = self.line.answer(request)
        if answer["type"] == "error":
            assert (outcome, answer["data"]["code"]) == ("stopped", "cancelled")
        else:
            assert outcome in {"finished_first", "not_in_flight"}
            assert answer["data"]["rows"] == [[7]]
        assert self.query("SELECT 8")["rows"] == [[8]]

    def fail(self) -> None:
        asked = {"connection_id": self.connection_id, "sql": "SELECT nonsense FROM nowhere"}
        assert self.line.ask_error("query", asked)["code"] == "query_failed"

    def transact(self) -> None:
        """A transaction that is taken back or forgotten."""
        opened = self.line.ask_ok("open_db_session", {"connection_id": self.connection_id})
        own = {"db_session_id": opened["db_session_id"]}
        self.line.ask_ok("begin", own)
        assert self.query("SELECT 1", **own)["transaction_status"] == "in_transaction"
        if self.chance.random() < 0.5:
            self.line.ask_ok("rollback", own)
        self.line.ask_ok("close_db_session", own)


ALL_WORK = ("read", "cancel", "race", "fail", "transact")


def work_until(
    end: float,
    endpoint: dict[str, Any],
    target: dict[str, Any],
    seed: int,
    tally: Tally,
    kinds: Sequence[str] = ALL_WORK,
) -> None:
    """One client's life, again and again with a new channel, until the moment `end`."""
    chance, done = random.Random(seed), Counter[str]()
    fault: BaseException | None = None
    try:
        while time.monotonic() < end:
            with dial(endpoint) as line:
                connection_id = line.ask_ok("db_connect", target)["connection_id"]
                worker = Worker(line, connection_id, DIALECTS[target["engine"]], chance)
                for _ in range(chance.randrange(5, 60)):
                    kind = chance.choice(kinds)
                    getattr(worker, kind)()
                    done[kind] += 1
                    if time.monotonic() >= end:
                        break
    except (AssertionError, OSError, KeyError, IndexError, EOFError) as error:
        fault = error
    tally.add(Tally(done, [] if fault is None else [fault]))


def work_together(
    seconds: float,
    endpoint: dict[str, Any],
    targets: Sequence[dict[str, Any]],
    clients: int,
    seed: int,
    kinds: Sequence[str] = ALL_WORK,
) -> Tally:
    """Many clients at once; the databases are dealt out in turn."""
    tally, end = Tally(), time.monotonic() + seconds
    threads = [
        threading.Thread(
            target=work_until, args=(end, endpoint, targets[n % len(targets)], seed * 1000 + n, tally, kinds)
        )
        for n in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally
