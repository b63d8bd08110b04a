"""Spoken: what the loudspeaker says in 15, 30 or 60 seconds, how long it takes, and how names sound in Vietnamese."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from kiosk.core.campaign import scripts
from kiosk.core.campaign.model import Campaign
from kiosk.core.campaign.texts import plain
from kiosk.core.wording import Words

Seconds: TypeAlias = Literal[15, 30, 60]
Topic: TypeAlias = Literal["install", "keep-on", "prevention"]
Language: TypeAlias = Literal["vi", "en"]
LENGTHS: Final[tuple[Seconds, ...]] = get_args(Seconds)
TOPICS: Final[tuple[Topic, ...]] = get_args(Topic)
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

PACE: Final[dict[Language, int]] = {"vi": 200, "en": 140}
"""Syllables a minute in Vietnamese (communal loudspeakers echo), words a minute in English."""
PAUSE_S: Final = 1.0
"""Silence between paragraphs."""
BREATH_S: Final[dict[Language, float]] = {"vi": 0.15, "en": 0.0}
"""At each mark; in English the pace has it already. Measured: lists of short messages take longer than prose."""
_MARKS: Final = re.compile(r"[.,:;?]( |$)")

_SOUNDS: Final = (
    ("COVID-19", "cô vít mười chín"),
    ("Bluezone", "blu dôn"),
    ("Bluetooth", "blu tút"),
    ("Zalo", "za lô"),
    ("QR", "quy a"),
)
_NO_KIOSK_THERE: Final = frozenset({"outdoor", "household"})
"""Profiles whose listeners stand beside no kiosk: a board, a home."""
_WHERE: Final = {"household": Words("trên tờ rơi", "on the leaflet")}
_ON_THE_SCREEN: Final = Words("trên màn hình", "on the screen")


@dataclass(frozen=True, slots=True)
class Script:
    """What is read out, paragraph by paragraph."""

    language: Language
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole, as a person reads it."""
        return "\n\n".join(self.paragraphs)

    @property
    def seconds(self) -> float:
        """How long it takes at the pace of a communal loudspeaker."""
        return PAUSE_S * (len(self.paragraphs) - 1) + sum(spoken_s(text, self.language) for text in self.paragraphs)

    @property
    def sounds(self) -> tuple[str, ...]:
        """The paragraphs as a speech engine must see them: foreign names spelt as they are said."""
        return tuple(map(as_said, self.paragraphs)) if self.language == "vi" else self.paragraphs


def script(
    campaign: Campaign, seconds: Seconds, language: Language, topic: Topic = "install", messages: Sequence[Words] = ()
) -> Script:
    """The announcement of this venue. `messages` are those of prevention; as many whole ones are said as fit."""
    if topic == "prevention":
        return _prevention(campaign, seconds, language, messages or scripts.PREVENTION)
    written = (scripts.INSTALL if topic == "install" else scripts.KEEP_ON)[seconds]
    return Script(language, _for_venue(_pick(written, language), campaign, language))


def spoken_s(text: str, language: Language) -> float:
    """Seconds that a text takes to say."""
    words = as_said(text).split() if language == "vi" else text.split()
    return 60 * sum(map(_beats, words)) / PACE[language] + BREATH_S[language] * len(_MARKS.findall(text))


def as_said(text: str) -> str:
    """Foreign names as Vietnamese say them."""
    for name, sound in _SOUNDS:
        text = re.sub(rf"\b{name}\b", sound, text)
    return text


def _prevention(campaign: Campaign, seconds: Seconds, language: Language, messages: Sequence[Words]) -> Script:
    """The greeting, the messages that fit, thanks. The first message is always said, however long."""
    kept: list[str] = []
    spoken = Script(language, ())
    for message in messages:
        text = f"{{greeting}} {' '.join([*kept, _pick(message, language)])} {_pick(scripts.THANKS, language)}"
        longer = Script(language, _for_venue(text, campaign, language))
        if kept and longer.seconds > seconds:
            break
        kept.append(_pick(message, language))
        spoken = longer
    return spoken


def _for_venue(text: str, campaign: Campaign, language: Language) -> tuple[str, ...]:
    kiosk = "" if campaign.profile in _NO_KIOSK_THERE else r"\1"
    text = re.sub(r" ?\[(.*?)\]", rf" {kiosk}", text)
    text = text.replace("{greeting}", plain(_pick(campaign.greeting, language)))
    text = text.replace("{where}", _pick(_WHERE.get(campaign.profile, _ON_THE_SCREEN), language))
    if language == "vi" and campaign.address != "bà con":
        text = _addressed(text, plain(campaign.address))
    return tuple(" ".join(part.split()) for part in text.split("\n\n"))


def _addressed(text: str, address: str) -> str:
    """Listeners called by the venue's own word, also where a sentence begins with it."""
    capital = address[0].upper() + address[1:]
    return text.replace("bà con", address).replace("Bà con", capital)


def _pick(words: Words, language: Language) -> str:
    return words.vi if language == "vi" else words.en


def _beats(word: str) -> int:
    """A number is said digit by digit, with a word for its place between."""
    digits = sum(map(str.isdigit, word))
    return 2 * digits if digits else int(any(map(str.isalpha, word)))
