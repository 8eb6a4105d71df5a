"""Reads a contract: its definitions and messages, and what each schema allows."""
