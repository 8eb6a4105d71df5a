"""The life of the process, from its first system call to its exit code."""
