"""Actions: what staff can do from the page. One line in the table is one action; whoever adds a subject adds a line.

An action asks services through the Board, which they read in their own time; it never calls one.
"""

import json
import platform
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from kiosk import __version__
from kiosk.config import Config, keys
from kiosk.core import buttons
from kiosk.core.diagnostics import diagnostics
from kiosk.core.facts import Snapshot, State
from kiosk.core.timekeeping import Lent
from kiosk.core.windows import DAY_MS, UnixMs, vietnam_day_start
from kiosk.core.wording import HOUR_MS
from kiosk.ports import Clock
from kiosk.supervisor import Board
from kiosk.web import action_words as names
from kiosk.web.sessions import Sessions
from kiosk.web.view import View

MORNING_MS: Final = 6 * HOUR_MS
RADIO_S: Final = 60.0
WALL_S: Final = 20.0
SEND_S: Final = 60.0
LOUDSPEAKER: Final = "announce"


ConfirmTime: TypeAlias = Callable[[UnixMs], Lent]
"""Sets the box's clock by a phone's, if that can be."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What actions reach outside the Board. `poster` makes the venue's poster as PDF."""

    board: Board
    config: Config
    unblock: Callable[[], None]
    poster: Callable[[], Awaitable[bytes]]
    confirm_time: ConfirmTime | None = None
    """None: this clock needs nobody."""


@dataclass(frozen=True, slots=True)
class File:
    """Something to fetch when the action is done."""

    name: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Action:
    """One button. `do` gives the order, with the file's content if there is one; it may raise KioskError.

    `over` tells from the facts whether what was ordered at a time has happened; after `within_s` it has failed.
    `here`: whether this box has the subject now.
    """

    name: str
    do: Callable[[], Awaitable[bytes]]
    over: Callable[[Snapshot, UnixMs], bool] = lambda _snapshot, _asked: True
    within_s: float = 0.0
    here: Callable[[Snapshot], bool] = lambda _snapshot: True
    code: str = "K1"
    """What staff read out when it failed and no fault says more."""
    file: File | None = None
    leaves: bool = False
    """Whoever presses is signed out too."""


class Deeds:
    """The table of actions over one Board."""

    def __init__(self, view: View, hands: Hands, sessions: Sessions, clock: Clock) -> None:
        self._view, self._hands, self._sessions, self._clock = view, hands, sessions, clock

    def table(self) -> tuple[Action, ...]:
        return (
            Action(buttons.BLUETOOTH, self._bluetooth, _on_air_anew, RADIO_S, code="S2"),
            Action(buttons.RADIO, self._radio, _on_air_anew, RADIO_S, code="S3"),
            Action(buttons.REDRAW, self._redraw, _drawn, WALL_S, code="H2"),
            Action(buttons.SEND, self._send, _sent, SEND_S, lambda now: now.sync is not None, code="M1"),
            Action(buttons.POSTER, self._hands.poster, file=File("bluezone-a4.pdf", "application/pdf")),
            Action(names.BLANK, self._blank, _drawn, WALL_S, lambda now: not _blanked(now), code="H2"),
            Action(names.UNBLANK, self._unblank, _drawn, WALL_S, _blanked, code="H2"),
            Action(names.SILENCE, self._silence, here=lambda now: _speaks(now) and not _silenced(now)),
            Action(names.SPEAK, self._speak, here=lambda now: _speaks(now) and _silenced(now)),
            Action(names.DIAGNOSTICS, self._diagnostics, file=File("bluezone-chan-doan.json", "application/json")),
            Action(names.SIGN_OUT_ALL, self._sign_out_all, leaves=True),
        )

    async def _bluetooth(self) -> bytes:
        self._hands.unblock()
        return await self._radio()

    async def _radio(self) -> bytes:
        orders = self._hands.board.snapshot().radio
        self._hands.board.order_radio(replace(orders, restarts=orders.restarts + 1))
        return b""

    async def _redraw(self) -> bytes:
        orders = self._hands.board.snapshot().wall
        self._hands.board.order_wall(replace(orders, redraws=orders.redraws + 1))
        return b""

    async def _send(self) -> bytes:
        orders = self._hands.board.snapshot().sending
        self._hands.board.order_sync(replace(orders, sends=orders.sends + 1))
        return b""

    async def _blank(self) -> bytes:
        self._order_blank(next_morning(self._clock.now()))
        return b""

    async def _unblank(self) -> bytes:
        self._order_blank(None)
        return b""

    def _order_blank(self, until: UnixMs | None) -> None:
        board = self._hands.board
        board.order_wall(replace(board.snapshot().wall, blank_until=until))

    async def _silence(self) -> bytes:
        board = self._hands.board
        board.order_sound(replace(board.snapshot().sound, silent_until=next_morning(self._clock.now())))
        return b""

    async def _speak(self) -> bytes:
        board = self._hands.board
        board.order_sound(replace(board.snapshot().sound, silent_until=None))
        return b""

    async def _diagnostics(self) -> bytes:
        versions = {"kiosk": __version__, "python": platform.python_version(), "machine": platform.machine()}
        told = diagnostics(self._view.status(), settings_of(self._hands.config), versions)
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()

    async def _sign_out_all(self) -> bytes:
        self._sessions.end_all()
        return b""


def settings_of(config: Config) -> dict[str, object]:
    """Every key of the configuration without what somebody typed: numbers and switches, else whether it was changed."""
    told: dict[str, object] = {}
    for section in keys():
        for key in getattr(config, section).__struct_fields__:
            value, usual = getattr(getattr(config, section), key), getattr(getattr(Config(), section), key)
            plain = isinstance(value, bool | int | float)
            told[f"{section}.{key}"] = value if plain else "as delivered" if value == usual else "changed"
    return told


def next_morning(now: UnixMs) -> UnixMs:
    """Six o'clock in Vietnam, the next time it comes."""
    today = vietnam_day_start(now) + MORNING_MS
    return UnixMs(today if now < today else today + DAY_MS)


def _on_air_anew(now: Snapshot, asked: UnixMs) -> bool:
    listening, on_air = now.collect.listening_since, now.advertise.on_air_since
    return listening is not None and listening >= asked and on_air is not None and on_air >= asked


def _drawn(now: Snapshot, asked: UnixMs) -> bool:
    show = now.service("show")
    drawn = now.show.drawn_at
    return show is not None and show.state is State.RUNNING and drawn is not None and drawn >= asked


def _sent(now: Snapshot, asked: UnixMs) -> bool:
    heard = now.sync.heard_at if now.sync else None
    return heard is not None and heard >= asked


def _blanked(now: Snapshot) -> bool:
    until = now.wall.blank_until
    return until is not None and now.at < until


def _silenced(now: Snapshot) -> bool:
    until = now.sound.silent_until
    return until is not None and now.at < until


def _speaks(now: Snapshot) -> bool:
    return now.service(LOUDSPEAKER) is not None
