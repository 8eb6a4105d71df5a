"""SQLite, through aiosqlite: one worker thread per database session."""
