"""Objects of MySQL and MariaDB, described in full."""
