"""What stands in a statement: its queries, the tables that they name, and what is at a place in it."""
