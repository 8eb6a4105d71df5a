"""A page to try the backend out in a browser: the built TypeScript client against the real process."""
