"""Routes: the whole map of the site. Each room of it hands in a table; who may come in stands beside the address."""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import NamedTuple

from aiohttp import hdrs, web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Access(Enum):
    """Who gets an answer."""

    OPEN = "open"
    """Everybody on the venue's network."""
    CLAIMED = "claimed"
    """Everybody, once the box is claimed: the sign-in form."""
    BOX_ONLY = "box-only"
    """Programs on the box itself (a browser that shows the wall), and staff."""
    PROGRAM = "program"
    """Staff, and a program that knows the token of web.metrics_token_file."""
    STAFF = "staff"
    """Who is signed in, and the terminal of the box."""


class Route(NamedTuple):
    """One address: `path` as aiohttp writes it, its rule, what answers, and whether it reads or acts."""

    path: str
    access: Access
    handler: Handler
    method: str = hdrs.METH_GET
