"""What may be written at a place of a statement: names of the database, of the statement itself, and words of SQL."""
