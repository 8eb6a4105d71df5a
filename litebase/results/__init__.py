"""What statements returned, kept once as packed rows: in memory first, then in a private temporary file."""
