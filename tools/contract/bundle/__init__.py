"""A contract, read: its definitions and messages, and what each schema allows."""
