"""Objects of SQLite, described in full."""
