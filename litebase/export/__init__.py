"""Rows as the bytes of CSV, JSON, SQL and other formats."""
