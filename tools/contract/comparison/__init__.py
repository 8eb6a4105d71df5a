"""Finds what differs between two contracts."""
