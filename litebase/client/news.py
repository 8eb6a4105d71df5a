"""What an event of the backend says to a person at the prompt."""

from typing import TYPE_CHECKING

from litebase.client.table import printable

if TYPE_CHECKING:  # loaded with the first event
    from litebase_schema.events import EventEntry

KINDS = ("notification", "db_session_lost", "transaction_idle", "transaction_changed")


def line(event: "EventEntry") -> str | None:
    """One line; None where there is nothing to say."""
    sent = event.notification
    if sent is not None:
        payload = f" with payload {printable(sent.payload)!r}" if sent.payload else ""
        return f"Notification {printable(sent.channel)!r}{payload} from the server's process {sent.process_id}."
    return None if event.message is None else printable(event.message)
