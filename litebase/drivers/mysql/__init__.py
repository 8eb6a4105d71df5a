"""MySQL and MariaDB, through asyncmy's transport and row parser; logging in and reading replies is done here."""
