"""Routes: who may come in stands beside each address."""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Final, NamedTuple

from aiohttp import hdrs, web

LARGEST_FORM: Final = 4096

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Role(Enum):
    """What somebody with a name here may do; each may what those before it may."""

    VIEWER = "viewer"
    """Look, and take lists away."""
    OFFICER = "officer"
    """Give a venue its enrolment code, and lock out a kiosk that was stolen."""
    ADMIN = "admin"
    """Retire a venue, and say that a link which changed is right."""


RANKS: Final = {role: rank for rank, role in enumerate(Role)}


class Access(Enum):
    """Who gets an answer."""

    OPEN = "open"
    """Everybody on the internet."""
    VIEWER = "viewer"
    OFFICER = "officer"
    ADMIN = "admin"

    def admits(self, role: Role | None) -> bool:
        """Whether this role (None: nobody known) comes in."""
        return self is Access.OPEN or (role is not None and RANKS[role] >= RANKS[Role(self.value)])


class Route(NamedTuple):
    """One address: `path` as aiohttp writes it, its rule, what answers, whether it reads or acts, and the most bytes
    that its form may have."""

    path: str
    access: Access
    handler: Handler
    method: str = hdrs.METH_GET
    longest: int = LARGEST_FORM
