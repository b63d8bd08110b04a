"""Pages: what the column of words shows in turn, as values. The codes beside it stand still and never leave."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from kiosk.core import campaign
from kiosk.core.campaign import Campaign, phrases
from kiosk.core.windows import UnixMs
from kiosk.core.wording import Words


class Mark(Enum):
    """How a line of the set-up card stands: a shape for each, named as its icon is."""

    TICK = "tick"
    WAIT = "wait"
    BANG = "bang"
    NONE = "none"
    """Not there, and not needed."""


class Check(NamedTuple):
    """A line of the set-up card."""

    mark: Mark
    name: Words
    value: Words


@dataclass(frozen=True, slots=True)
class Page:
    """One turn of the column: headline, paragraphs, steps, and the line under the shield. Both languages on each."""

    name: str
    seconds: int
    headline: tuple[str, ...]
    headline_en: str
    paragraphs: tuple[Words, ...] = ()
    """The first matters most; a crowded panel gives up the last one first."""
    steps: tuple[Words, ...] = ()
    listed: bool = False
    """Steps stand one below the other, in whole sentences with discs, instead of three short words abreast."""
    short: tuple[Words, ...] = campaign.STEPS
    """The same moves for a panel too small for the sentences."""
    privacy: Words = campaign.NOTHING
    counts_codes: bool = False
    """It speaks of code 1 and code 2: no page for a panel that holds only one."""
    typed: str = ""
    """An address for whoever would rather type it, where it finds no room below the codes."""
    phones_in_ten: int | None = None
    """Ten phones are drawn, so many of them yellow."""
    checks: tuple[Check, ...] = ()
    """How each part of a box stands that is being set up."""


INSTALL_S: Final = 20
STEPS_S: Final = 12
COUNT_S: Final = 12
HEALTH_S: Final = 12
FAMILY_S: Final = 8
PRIVACY_S: Final = 12
"""8 in the guide, for one short line; the whole sentence with how not to be heard takes 12 to read."""

_STEPS_HEAD: Final = (("Ba bước là xong.",), "Three steps, all done.")
_HEALTH_HEAD: Final = (("Mã số 2:", "khai báo y tế."), "Code 2: health declaration.")
_FAMILY_HEAD: Final = (("Cài giúp", "cả nhà."), "For the whole family.")
_PRIVACY_HEAD: Final = (("Trạm không hỏi", "bạn là ai."), "It never asks who you are.")


def pages_of(told: Campaign, in_ten: int | None = None) -> tuple[Page, ...]:
    """A campaign's pages in their order; the install page is the first. `in_ten` phones of ten here have the app: a
    fact that somebody counted, or None, and then no page speaks of it."""
    pages = [install_page(told), _steps_page(told)]
    if _declares(told):
        pages.append(_health_page(told))
    if in_ten is not None and 1 <= in_ten <= 10:
        pages.append(_count_page(told, in_ten))
    if told.family != campaign.NOTHING:
        head, english = _FAMILY_HEAD
        pages.append(Page("family", FAMILY_S, head, english, (told.family, told.help_line), privacy=told.privacy_short))
    head, english = _PRIVACY_HEAD
    pages.append(Page("privacy", PRIVACY_S, head, english, _sentences(told.privacy)))
    return tuple(pages)


def install_page(told: Campaign) -> Page:
    """The page a wall without turns shows for ever."""
    return Page(
        "install", INSTALL_S, told.headline, told.headline_en, (told.reason,), campaign.STEPS,
        privacy=told.privacy_short,
    )  # fmt: skip


def page_at(pages: Sequence[Page], at: UnixMs) -> tuple[Page, int]:
    """Whose turn it is, and how many whole rounds there were: on every other one a small panel speaks English."""
    rounds, second = divmod(at // 1000, sum(page.seconds for page in pages))
    for page in pages:
        if second < page.seconds:
            return page, rounds
        second -= page.seconds
    raise AssertionError("a second of the round belongs to no page")


def _sentences(words: Words) -> tuple[Words, ...]:
    """What the box hears, and how not to be heard, first: the headline has said the rest. A text whose languages have
    other numbers of sentences stays whole."""
    vi, en = (re.split(r"(?<=[.?])[ \u00a0](?=\w)", text) for text in words)
    vi, en = _joined(vi), _joined(en)
    if len(vi) != len(en) or len(vi) < 3:
        return (words,)
    pairs = [Words(*pair) for pair in zip(vi, en, strict=True)]
    return (pairs[0], pairs[-1], *pairs[1:-1])


def _joined(sentences: list[str]) -> list[str]:
    """A question and its answer are one sentence to the eye."""
    whole: list[str] = []
    for sentence in sentences:
        if whole and whole[-1].endswith("?"):
            whole[-1] += f" {sentence}"
        else:
            whole.append(sentence)
    return whole


def _declares(told: Campaign) -> bool:
    return any(card.title == phrases.DECLARATION_CARD for card in told.cards)


def _steps_page(told: Campaign) -> Page:
    head, english = _STEPS_HEAD
    return Page(
        "steps", STEPS_S, head, english, (told.call,), told.steps, listed=True, privacy=told.privacy_short,
        counts_codes=_declares(told),
    )  # fmt: skip


def _health_page(told: Campaign) -> Page:
    head, english = _HEALTH_HEAD
    return Page(
        "health",
        HEALTH_S,
        head,
        english,
        (phrases.DECLARATION_HINT, told.call),
        privacy=told.privacy_short,
        counts_codes=True,
    )


def _count_page(told: Campaign, in_ten: int) -> Page:
    return Page(
        "count",
        COUNT_S,
        ("Cứ 10 máy ở đây,", f"{in_ten} máy đã cài."),
        f"{in_ten} in 10 phones here already have it.",
        (
            Words(
                "Thêm bạn nữa là thêm một người được báo sớm, thêm một nhà yên tâm.",
                "With you, one more person hears early.",
            ),
        ),
        privacy=told.privacy_short,
        phones_in_ten=in_ten,
    )
