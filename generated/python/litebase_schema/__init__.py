# Generated from schema/ by `make generate`. Do not edit.
"""The contract of LiteBase as Python types. See `registry` for the messages."""
