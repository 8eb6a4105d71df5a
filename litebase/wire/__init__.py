"""Bytes to validated messages and back. No I/O, no clock, no log: `protocol.Protocol` is fed and asked."""
