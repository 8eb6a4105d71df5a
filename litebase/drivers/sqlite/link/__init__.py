"""The link to SQLite: a file opened in it, what it may touch, and what Python's module does not pass on."""
