"""One link to a MySQL or MariaDB server: from dialing and logging in to the exchanges of a session."""
