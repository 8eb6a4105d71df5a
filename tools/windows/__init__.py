"""Windows on a Debian machine: a Wine environment with Windows' own Python, and what is tested and built in it."""
