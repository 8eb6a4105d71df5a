"""PostgreSQL, through libpq as psycopg brings it: the extended protocol, never blocking, every result streamed."""
