"""Pure core: bytes and numbers in, values out. No I/O, clock, log or asyncio; imports only `errors`."""
