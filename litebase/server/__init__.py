"""Joins clients to databases: the only room that sees both."""
