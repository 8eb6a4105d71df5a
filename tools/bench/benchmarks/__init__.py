"""One module for each benchmark: `measure` returns its figures."""
