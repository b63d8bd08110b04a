"""Routes: the whole map of a collector. Each room hands in a table; who may come in stands beside the address."""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import NamedTuple

from aiohttp import hdrs, web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Access(Enum):
    """Who gets an answer."""

    OPEN = "open"
    """Everybody."""
    BOX = "box"
    """The box that the address names, by its token."""
    PAGE = "page"
    """A page for people: its room guards it itself, and words its refusals."""


class Route(NamedTuple):
    """One address: `path` as aiohttp writes it, its rule, what answers, and whether it reads or acts."""

    path: str
    access: Access
    handler: Handler
    method: str = hdrs.METH_GET
