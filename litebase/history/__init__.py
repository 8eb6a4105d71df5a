"""What was run, in an SQLite file with full-text search."""
