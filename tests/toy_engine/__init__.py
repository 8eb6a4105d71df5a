"""A whole engine of a few fixed tables: the example of docs/adding-an-engine.md, which a test adds to a copy."""
