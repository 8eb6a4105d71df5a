"""Self-contained builds of the backend, for the platform that they are made on."""
