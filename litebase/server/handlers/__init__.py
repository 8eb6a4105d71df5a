"""One function per message type, one file per schema file: `async def name(session, request) -> response`."""
