"""MySQL and MariaDB, through asyncmy's receive buffer and row parser; the protocol around them is in `link`."""
