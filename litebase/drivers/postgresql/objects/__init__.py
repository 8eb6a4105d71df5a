"""Objects of PostgreSQL, described in full."""
