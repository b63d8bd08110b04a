"""Press: articles of 150 and 400 words and a radio spot, in both languages, made of the campaign's own words."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal, TypeAlias

from kiosk.core.campaign import phrases
from kiosk.core.campaign.model import Campaign
from kiosk.core.campaign.spoken import LANGUAGES, Language, Script
from kiosk.core.campaign.story import (
    ADDRESS,
    AT,
    DECLARATION,
    EASY,
    HOW,
    KIOSK,
    KIOSK_ELSEWHERE,
    LEAD,
    LEAD_OF_UNIT,
    PLACES,
    RADIO,
    THREE_STEPS,
    TOGETHER,
)
from kiosk.core.campaign.texts import plain, tied
from kiosk.core.wording import Words

Length: TypeAlias = Literal[150, 400]
LENGTHS: Final[tuple[Length, ...]] = (150, 400)
SLACK: Final = 0.04
"""An article may be longer by so much."""

_NO_KIOSK_THERE: Final = frozenset({"outdoor", "household"})
_NAMES: Final = ("Bluetooth", "Bluezone", "Zalo")


@dataclass(frozen=True, slots=True)
class Article:
    """A text for a newspaper or portal; `length` is what was asked for, `words` what it has."""

    language: Language
    length: Length
    title: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """Title and paragraphs."""
        return "\n\n".join((self.title, *self.paragraphs))

    @property
    def words(self) -> int:
        """Words of the paragraphs; in Vietnamese, syllables."""
        return sum(len(paragraph.split()) for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and its paragraph. Rank 0 is always said; then come 1, 2, ... while there is room."""

    paragraph: int
    rank: int
    words: Words


def articles(campaign: Campaign) -> tuple[Article, ...]:
    """150 and 400 words, Vietnamese and English."""
    return tuple(_article(campaign, length, language) for length in LENGTHS for language in LANGUAGES)


def radio_spot(campaign: Campaign) -> tuple[Script, ...]:
    """Half a minute for a newsreader, in both languages. Nobody can scan a radio, so it names the address."""
    return tuple(Script(language, tuple(_said(each, campaign, language) for each in RADIO)) for language in LANGUAGES)


def _article(campaign: Campaign, length: Length, language: Language) -> Article:
    """What must be said, then what still fits, in the order of the story."""
    told = [(each, _said(each.words, campaign, language)) for each in _story(campaign, length)]
    room = length - sum(len(text.split()) for each, text in told if each.rank == 0)
    chosen = {text for each, text in told if each.rank == 0}
    for _, text in sorted(((each.rank, text) for each, text in told if each.rank), key=lambda ranked: ranked[0]):
        size = len(text.split())
        if size <= room + length * SLACK:
            chosen.add(text)
            room -= size
    said = [(each.paragraph, text) for each, text in told if text in chosen]
    paragraphs = [" ".join(text for _, text in group) for _, group in groupby(said, key=lambda pair: pair[0])]
    title = _said(Words(" ".join(campaign.headline), campaign.headline_en), campaign, language)
    return Article(language, length, title.removesuffix("."), tuple(paragraphs))


def _story(campaign: Campaign, length: Length) -> Iterator[Sentence]:
    """Everything there is to say, in order."""
    yield Sentence(0, 0, LEAD_OF_UNIT if campaign.unit else LEAD)
    yield Sentence(0, 0, campaign.reason)
    yield Sentence(0, 1, campaign.call)
    yield from (Sentence(1, rank, words) for rank, words in HOW)
    yield Sentence(2, 0, _steps(campaign))
    yield from (Sentence(2, rank, words) for rank, words in EASY)
    if any(card.title == phrases.DECLARATION_CARD for card in campaign.cards):
        yield Sentence(2, 1, DECLARATION)
    kiosk = KIOSK_ELSEWHERE if campaign.profile in _NO_KIOSK_THERE else KIOSK
    yield from (Sentence(3, rank, words) for rank, words in kiosk)
    yield Sentence(3, 0, _privacy(campaign, length))
    yield Sentence(4, 1, campaign.family)
    yield from (Sentence(4, rank, words) for rank, words in TOGETHER)
    yield Sentence(5, 0, ADDRESS)
    if campaign.help_line.vi:
        yield Sentence(5, 0, campaign.help_line)


def _privacy(campaign: Campaign, length: Length) -> Words:
    """Short in the short article. An article never says 'this board': its reader stands before none."""
    picture = campaign.privacy_short == tied(phrases.PICTURE_ONLY)
    if length == LENGTHS[0]:
        return phrases.PRIVACY_SHORT if picture else campaign.privacy_short
    return phrases.kept_for(phrases.PRIVACY_COMMON, campaign.kept_days) if picture else campaign.privacy


def _steps(campaign: Campaign) -> Words:
    """The three steps as one sentence."""
    (first_vi, first_en), (second_vi, second_en), (third_vi, third_en) = campaign.steps
    vi = THREE_STEPS.vi.format(_within(first_vi), _within(second_vi), _within(third_vi))
    return Words(vi, THREE_STEPS.en.format(_within(first_en), _within(second_en), _within(third_en)))


def _within(text: str) -> str:
    """A step as a part of a sentence; names keep their capital."""
    return (text if text.startswith(_NAMES) else text[0].lower() + text[1:]).rstrip(".")


def _said(words: Words, campaign: Campaign, language: Language) -> str:
    where = AT if campaign.venue else PLACES[campaign.profile]
    text, place = (words.vi, where.vi) if language == "vi" else (words.en, where.en)
    place = place.replace("{venue}", campaign.venue)
    for mark, value in (
        ("{place}", place),
        ("{Place}", place[0].upper() + place[1:]),
        ("{url}", campaign.short_url),
        ("{unit}", campaign.unit),
    ):
        text = text.replace(mark, value)
    return plain(text)
