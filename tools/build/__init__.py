"""Self-contained builds of the backend, each made on its own platform."""
