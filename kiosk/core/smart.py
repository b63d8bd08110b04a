"""Smart link: which store a phone is sent to, and which requests are a person's scan. Pure.

Only the kind of telephone is read from the user agent, and nothing of it is kept. Where it leads never depends on
anything else in the request.
"""

import re
from collections import Counter
from collections.abc import Mapping
from enum import Enum
from typing import Final, NamedTuple

from kiosk.core.windows import UnixMs

MOST_KEYS: Final = 20_000
"""Counts that are held in memory while the database is away; further codes are then not counted, and told so."""
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")


class Target(Enum):
    """Where a visitor is sent; the value is in the database."""

    ANDROID = "android"
    IOS = "ios"
    PAGE = "page"
    """A small page with both: computers, and phones without either store."""


_OTHERS: Final = re.compile(r"Windows|Tizen|KAIOS|HMSCore|HarmonyOS|OpenHarmony|\bCrOS\b|Silk/", re.IGNORECASE)
"""Call themselves Android, or nearly, but have no Play store."""
_APPLE: Final = re.compile(r"\b(?:iPhone|iPad|iPod)\b")
_ANDROID: Final = re.compile(r"\bAndroid\b", re.IGNORECASE)
_MACHINE: Final = re.compile(
    r"(?<!cu)bot\b|(?<!cu)bot[/;_-]|robot|crawl|spider|preview|externalhit|^facebook|^whatsapp|^viber|vkshare|embedly|"
    r"mediapartners|google-|googleother|lighthouse|headless|phantom|curl|wget|python|aiohttp|httpx|okhttp|java/|libwww|"
    r"go-http|node|axios|ruby|perl|php|scrapy|monitor|uptime|pingdom|check|scanner|nmap|zgrab|censys|fetch|httpclient",
    re.IGNORECASE,
)
"""Programs that follow links by themselves: search engines, link previews of chats, monitors, scanners."""


def target(user_agent: str) -> Target:
    """Which of the three a browser gets. An iPad that poses as a Mac gets the page: nobody can tell them apart."""
    if _MACHINE.search(user_agent) or _OTHERS.search(user_agent):
        return Target.PAGE
    if _APPLE.search(user_agent):
        return Target.IOS
    return Target.ANDROID if _ANDROID.search(user_agent) else Target.PAGE


def is_scan(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a person probably stands behind a request. Link previews, robots and prefetching browsers do not count,
    nor does who sends no user agent or only asks for the headers. `headers` by name, in any case."""
    told = {name.lower(): value for name, value in headers.items()}
    if method != "GET" or _MACHINE.search(told.get("user-agent") or "bot/"):
        return False
    purposes = (told.get(name, "") for name in ("sec-purpose", "purpose", "x-purpose", "x-moz"))
    return not any("prefetch" in purpose.lower() or "preview" in purpose.lower() for purpose in purposes)


def is_code(text: str) -> bool:
    """Whether this can be a venue's or a team's code at all."""
    return _CODE.match(text) is not None


class Key(NamedTuple):
    """What scans are counted by: nothing about who scanned. `day_at` is midnight in Vietnam."""

    source: str
    """A venue or a team."""
    day_at: UnixMs
    target: Target


class Scans:
    """Counts since they were last taken to the database."""

    def __init__(self) -> None:
        self._counts: Counter[Key] = Counter()
        self.dropped = 0

    def add(self, key: Key) -> None:
        """One scan."""
        if key in self._counts or len(self._counts) < MOST_KEYS:
            self._counts[key] += 1
        else:
            self.dropped += 1

    def take(self) -> Counter[Key]:
        """All of them; the table is empty afterwards."""
        taken, self._counts = self._counts, Counter()
        return taken

    def give_back(self, taken: Mapping[Key, int]) -> None:
        """They did not reach the database."""
        self._counts.update(taken)
