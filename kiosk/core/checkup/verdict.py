"""Verdict: how a check ended, in words and with the exact command that mends it."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from kiosk.core.wording import Words


class Verdict(Enum):
    """How a check ended. Only BAD makes the doctor's exit status 1."""

    OK = "ok"
    WARNING = "warning"
    """It works, but a person should look."""
    BAD = "bad"
    UNKNOWN = "cannot-tell"
    """This machine has no way to tell; `said` says what is missing."""
    NOT_HERE_YET = "not-here-yet"
    """A later version of the kiosk brings what would be checked."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor. `mend` is a command for a shell, "" where nothing is to be mended; `detail` is in the
    words of a program, one line, untranslated."""

    key: str
    title: Words
    verdict: Verdict
    said: Words
    mend: str = ""
    detail: str = ""


class About(NamedTuple):
    """What a check is about; its methods are the ways it can end."""

    key: str
    title: Words

    def ok(self, vi: str, en: str) -> Check:
        return Check(self.key, self.title, Verdict.OK, Words(vi, en))

    def warning(self, vi: str, en: str, mend: str, detail: str = "") -> Check:
        return Check(self.key, self.title, Verdict.WARNING, Words(vi, en), mend, detail)

    def bad(self, vi: str, en: str, mend: str, detail: str = "") -> Check:
        return Check(self.key, self.title, Verdict.BAD, Words(vi, en), mend, detail)

    def unknown(self, vi: str, en: str) -> Check:
        return Check(self.key, self.title, Verdict.UNKNOWN, Words(vi, en))

    def not_here_yet(self, vi: str, en: str) -> Check:
        return Check(self.key, self.title, Verdict.NOT_HERE_YET, Words(vi, en))
