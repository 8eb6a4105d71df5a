"""Every limit, size and timeout of the backend, in one place. Units are in the names."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """What the backend allows itself and its clients. `hello_response` reports those that a client can run into."""

    # one frame
    max_frame_bytes: int = 16 * MIB
    max_greeting_bytes: int = 4096  # before the token on TCP was right
    max_depth: int = 32
    max_items: int = 100_000  # values in one request: 100,000 take about 20 ms to look through
    frame_timeout_s: float = 10.0  # a frame that has begun must be complete by then
    hello_timeout_s: float = 10.0  # on TCP

    # clients
    max_clients: int = 64
    max_strangers: int = 16  # more of them, on TCP: whose token has not come; the oldest makes way for the next
    wrong_token_pause_s: float = 0.2  # before a wrong token is refused; it grows with their number, tenfold at most
    max_requests_in_flight: int = 64
    max_requests_bytes: int = 64 * MIB  # unanswered ones of a client, all together
    max_connections: int = 32
    max_results: int = 200
    max_unsent_windows: int = 8  # answers to fetches that a client has not taken; further ones are not read before
    send_stall_s: float = 60.0  # a client that takes nothing for so long is gone
    prompt_timeout_s: float = 120.0  # for a person to answer a question

    # databases
    max_db_sessions: int = 8  # database sessions per connection
    pool_idle_s: float = 60.0  # an unused one is closed after that
    check_after_s: float = (
        5.0  # an unused session that was silent for longer is asked whether it is there before it is used
    )
    check_s: float = 2.0  # how long its answer may take
    idle_transaction_grace_s: float = 30.0  # from the warning to the rollback, at most
    max_notices: int = 1000  # of one statement
    max_notices_bytes: int = 256 * 1024  # and their texts
    max_returning_bytes: int = 64 * MIB  # rows of a write that returns them; they are held until it is done
    max_metadata_bytes: int = 64 * MIB  # rows of one query that we ask by ourselves
    catalog_bytes: int = 64 * MIB  # names that are kept for searches, of one connection
    search_s: float = 10.0  # for the database to look through comments, and through definitions
    stop_patience_s: float = 2.0  # after an interrupt, until the database session is dropped
    fetch_grace_s: float = 0.02  # a cancelled read of rows lets the batch in hand end

    # results
    batch_rows: int = 10000
    first_rows_s: float = 0.05  # a window does not wait longer for more rows when it has some
    max_window_bytes: int = 1 * MIB
    max_row_bytes: int = 8 * MIB
    max_content_bytes: int = 4 * MIB  # of an export without a file
    max_workbook_bytes: int = 256 * MIB  # of an import, unpacked: it is read whole
    results_memory_bytes: int = 16 * MIB  # all results together; beyond that rows go to temporary files
    max_results_disk_bytes: int = 16 * 1024 * MIB
    min_free_disk_bytes: int = 128 * MIB  # results leave so much of the disk to everybody else

    # history
    max_history_entries: int = 200_000
    max_history_bytes: int = 256 * MIB  # the file; the oldest entries make way

    # health
    housekeeping_s: float = 10.0  # between two looks for idle database sessions and at the disk
    loop_blocked_s: float = 0.5  # an event loop that gives no sign of life for so long is blocked
    health_memory_s: float = 60.0  # how long health reports what is over: a blocked loop, lost log lines

    # the end
    shutdown_s: float = 5.0  # then the process ends hard

    def told(self, name: str) -> int:
        """A limit by the contract's name, which counts time in whole milliseconds where we count seconds."""
        if name.endswith("_ms"):
            return round(1000 * float(getattr(self, name.removesuffix("ms") + "s")))
        return int(getattr(self, name))
