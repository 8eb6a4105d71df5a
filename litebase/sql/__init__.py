"""SQL as text. Nothing here knows a database or a client."""
