"""Screens: what the wall shows, as values. `adapters/paint.py` turns one into pixels."""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from kiosk.core import campaign, faults, hours, pages
from kiosk.core.campaign import Campaign, Card
from kiosk.core.facts import Snapshot
from kiosk.core.firstboot import checks
from kiosk.core.hours import ALWAYS, Hours
from kiosk.core.pages import Page
from kiosk.core.wording import Words, clock, composed

BACK_AT: Final = Words("Hẹn gặp lại lúc {hour}.", "Back at {hour}.")
"""The one line of a closed wall."""
SETUP_TURN_MS: Final = 10_000
"""Where a panel holds one language of the set-up card, they take turns this often."""


class LogoFile(NamedTuple):
    """The venue's own picture; whoever paints looks at the file and tells its shape, width ÷ height. 0: it has none
    yet, or cannot be read, and is not shown."""

    path: str
    shape: float = 0.0


@dataclass(frozen=True, slots=True)
class Screen:
    """One picture of the wall, for any panel. Texts are NFC; empty ones are not shown.

    `install` is the page of a wall that does not turn (e-paper, LED); `page` is whose turn it is on one that does.
    `cards` are the codes, the install code first; one, or two. `claim` is a further code for staff (see
    facts.WallOrders): the layout puts it beside the install code, which keeps its place in front and its lead in size,
    and where a panel holds no three codes the claim takes the place of the second card.
    """

    install: Page
    cards: tuple[Card, ...]
    page: Page
    lone: Card | None = None
    """The code for a panel that holds only one; None: the first of `cards`."""
    venue: str = ""
    clock: str = ""
    staff_note: str = ""
    call: Words = campaign.CALL
    short_url: str = ""
    """What people may type; large where no code fits."""
    claim: Card | None = None
    logo: LogoFile | None = None
    closed: Words = campaign.NOTHING
    """The wall is black with this one line: the venue is closed, or staff blanked it."""
    dim: int = 0
    """0 by day to look.DIM_STEPS by night."""
    shift: tuple[int, int] = (0, 0)
    """The whole picture stands aside by so many pixels, against burn-in."""
    english: bool = False
    """Where a panel holds only one language, this is English's turn."""
    redraws: int = 0
    """Staff asked so often for a fresh picture; nothing else differs."""

    @property
    def install_url(self) -> str:
        """The install link in the first code."""
        return self.cards[0].url

    def with_one_code(self) -> "Screen":
        """The same for a panel that holds one code for visitors."""
        return self if self.lone is None or len(self.cards) == 1 else replace(self, cards=(self.lone,))


_NOT_FOR_THE_WALL: Final = frozenset({"H1", "K1"})
"""Whoever can read the wall sees that the screen works; a part that restarts itself asks nothing of anybody."""


def screen_of(snapshot: Snapshot, told: Campaign, opening: Hours = ALWAYS, *, in_ten: int | None = None) -> Screen:
    """The wall at this moment. Visitors see the same wall whatever is broken; staff see one small code.

    `in_ten`: how many of ten phones here have the app, once somebody counts them soundly.
    """
    at, orders = snapshot.at, snapshot.wall
    page, rounds = pages.page_at(pages.pages_of(told, in_ten), at)
    setting_up = snapshot.setup is not None and snapshot.setup.stands
    if snapshot.setup is not None and setting_up:
        page, rounds = checks.page_of(snapshot, snapshot.setup), at // SETUP_TURN_MS
    return Screen(
        install=pages.install_page(told),
        cards=told.cards,
        lone=told.lone,
        page=page,
        venue=_one_line(snapshot.venue or told.venue),
        clock=clock(at),
        staff_note="" if setting_up else _staff_note(snapshot),
        short_url=told.short_url,
        claim=orders.claim,
        logo=LogoFile(told.logo) if told.logo else None,
        closed=_closed(snapshot, opening),
        dim=hours.dimmed(opening, at),
        shift=hours.shift(at),
        english=(rounds % 2 == 1) != orders.english_first,
        redraws=orders.redraws,
    )


def still(screen: Screen) -> Screen:
    """The screen as a panel shows it that does not turn, dim or tell the time. Equal ones need no fresh picture."""
    return replace(screen, page=screen.install, clock="", dim=0, shift=(0, 0), english=False)


def _closed(snapshot: Snapshot, opening: Hours) -> Words:
    blanked = snapshot.wall.blank_until
    if blanked is not None and snapshot.at < blanked:
        hour = clock(blanked)
    elif hours.closed(opening, snapshot.at):
        hour = hours.opens_at(opening)
    else:
        return campaign.NOTHING
    return Words(*(text.replace("{hour}", hour) for text in BACK_AT))


def _staff_note(snapshot: Snapshot) -> str:
    if faults.waking(snapshot):
        return ""
    codes = [fault.code for fault in faults.faults(snapshot) if fault.code not in _NOT_FOR_THE_WALL]
    return composed(campaign.staff_note(codes[0])) if codes else ""


def _one_line(text: str) -> str:
    """A name typed into a file may hold line breaks, tabs or other invisible characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in composed(text)).split())
