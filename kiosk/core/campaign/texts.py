"""Texts: a venue's own wording in place of the profile's, what is wrong with one, and words that must not part."""

import re
from collections.abc import Mapping
from typing import Final

from kiosk.core.wording import Words, composed

LONGEST_LINE: Final = 17
"""Letters in one line of a headline: more, and the wall shows it too small."""
MOST_LINES: Final = 3
LONGEST_TEXT: Final = 400

_FIELDS: Final = ("headline", "reason", "call", "step1", "step2", "step3", "family", "privacy", "privacy_short")
TEXT_KEYS: Final = tuple(key for field in _FIELDS for key in (field, f"{field}_en"))
"""What a venue may say in its own words; `_en` is the English beside it."""

_PAIRS: Final = (
    "anh chị", "an tâm", "bà con", "bảo vệ", "bố mẹ", "con cháu", "cô bác", "cơ quan", "điện thoại", "gia đình",
    "kín đáo", "máy ảnh", "mã số 1", "mã số 2", "ngẫu nhiên", "người bệnh", "ông bà", "quý khách", "thong thả",
    "vị trí", "y tế", "yên lòng", "yên tâm",
)  # fmt: skip
"""Two syllables, one word: parted at a line's end they are hard to read."""
_PAIR: Final = re.compile(rf"\b(?:{'|'.join(_PAIRS)})\b", re.IGNORECASE)


def text_fault(key: str, text: str) -> str:
    """What is wrong with a venue's own text and the remedy, as 'expected ...', or "" when it can be shown."""
    if not text.strip():
        return 'expected words, or "" for the profile\'s own; blanks are neither'
    if "!" in text:
        return "expected words without an exclamation mark, since the wall does not shout"
    if not _tidy(text).isprintable():
        return "expected words without invisible characters; type them anew"
    if key == "headline":
        return _headline_fault(text)
    if len(text) > LONGEST_TEXT:
        return f"expected at most {LONGEST_TEXT} letters, not {len(text)}"
    return ""


def _headline_fault(text: str) -> str:
    lines = headline_lines(text)
    rule = f'expected 1 to {MOST_LINES} lines of at most {LONGEST_LINE} letters, parted by " / "'
    if not 1 <= len(lines) <= MOST_LINES:
        return f"{rule}, not {len(lines)} lines"
    if long := next((line for line in lines if len(line) > LONGEST_LINE), ""):
        return f'{rule}, but "{long}" has {len(long)}'
    return ""


def headline_lines(text: str) -> tuple[str, ...]:
    """A headline as its lines: " / " or a line break parts them, as in the copy deck."""
    parts = (_tidy(part) for part in re.split(r" / |\n", text))
    return tuple(part for part in parts if part)


def chosen(texts: Mapping[str, str], key: str, own: Words) -> Words:
    """The venue's wording where it has one, language by language; else the profile's. Word pairs are tied."""
    return tied(Words(_tidy(texts.get(key) or own.vi), _tidy(texts.get(f"{key}_en") or own.en)))


def tied(words: Words) -> Words:
    """With no-break spaces inside Vietnamese word pairs."""
    return Words(_PAIR.sub(lambda pair: pair[0].replace(" ", "\u00a0"), words.vi), words.en)


def plain(text: str) -> str:
    """With ordinary spaces again: for speech, for articles, for comparing."""
    return text.replace("\u00a0", " ")


def _tidy(text: str) -> str:
    return " ".join(composed(text).split())
