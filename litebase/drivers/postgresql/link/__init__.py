"""What only PostgreSQL needs: libpq driven without blocking, and what a session remembers about its server."""
