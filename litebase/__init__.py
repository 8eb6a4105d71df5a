"""The database engine room of a desktop database client."""

__version__ = "0.1.0"
