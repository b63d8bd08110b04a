"""Audit: one line of the log of what people did on the page. No name, no address: a session's number."""

from dataclasses import dataclass

from kiosk.core.windows import UnixMs


@dataclass(frozen=True, slots=True)
class Entry:
    """Who (a session's number; 0: the terminal, or an open simulation) did what, when, and how it went."""

    at: UnixMs
    session: int
    what: str
    outcome: str
    """asked, done or failed."""
