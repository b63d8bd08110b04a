"""Links: what a page behind a code means, compared with what was there before.

Names lapse and apps are renamed, so a link that answers is not yet right: its title and app must be those known.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final
from urllib.parse import parse_qs, urlsplit

from kiosk.core.campaign import Links
from kiosk.core.wording import Words, composed

APP: Final = "bluezone"
"""The name that posters and wall promise; a store page must bear it until somebody accepts another."""
STORES: Final = ("android", "ios")


class Verdict(Enum):
    """What to think of a link."""

    FINE = "fine"
    NEW = "new"
    """It answers, and nothing is known to compare it with."""
    CHANGED = "changed"
    GONE = "gone"
    REFUSED = "refused"
    """The server answers but shows this machine no page; a phone may well see one."""
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Page:
    """What came back: where redirects ended, what it said, or why there was nothing."""

    url: str
    final: str = ""
    status: int = 0
    text: str = ""
    hops: tuple[str, ...] = ()
    """The addresses it was sent on to, `final` the last; none when it answered at once."""
    trouble: str = ""
    nameless: bool = False
    """Nobody knows the host's name: the network is down, or the name has lapsed."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a link was when a person last took it for right."""

    host: str
    title: str
    package: str = ""


@dataclass(frozen=True, slots=True)
class LinkReport:
    """One link: `name` is its key in [campaign]; `words` say what is wrong and what to do."""

    name: str
    url: str
    verdict: Verdict
    words: Words
    found: Known | None = None
    hops: tuple[str, ...] = ()

    @property
    def alarm(self) -> bool:
        """Visitors may be led astray. A server that does not answer is told, but proves nothing."""
        return self.verdict in (Verdict.CHANGED, Verdict.GONE)


def named(links: Links) -> dict[str, str]:
    """Every link there is, by its key in [campaign]."""
    every = {name: getattr(links, name) for name in ("site", *STORES, "smart", "declaration")}
    return {name: url for name, url in every.items() if url}


def judge_all(pages: Mapping[str, Page], known: Mapping[str, Known]) -> list[LinkReport]:
    """What to think of every link, by its key in [campaign]. Where one answers, the network is there."""
    online = any(page.status for page in pages.values())
    return [judge(name, page, known.get(page.url), online=online) for name, page in pages.items()]


def judge(name: str, page: Page, known: Known | None, *, online: bool = False) -> LinkReport:
    """What to think of the page behind one link; `online` when another one answered."""
    found = _found(page) if page.status and page.status < 400 else None
    verdict, words = _unseen(page, online) if found is None else _seen(name, page, found, known)
    return LinkReport(name, page.url, verdict, words, found, page.hops)


def accepted(known: Mapping[str, Known], reports: list[LinkReport], *, changes: bool) -> dict[str, Known]:
    """What is known from now on, by address: what was seen for the first time, with `changes` what changed as well."""
    taken = (Verdict.NEW, Verdict.CHANGED) if changes else (Verdict.NEW,)
    fresh = {report.url: report.found for report in reports if report.found and report.verdict in taken}
    return {**known, **fresh}


def title_of(text: str) -> str:
    """The title of an HTML page on one line, or ""."""
    found = re.search(r"<title[^>]*>(.*?)</title", text, re.IGNORECASE | re.DOTALL)
    return " ".join(composed(html.unescape(found[1])).split())[:200] if found else ""


def package_of(url: str) -> str:
    """The app that a store's address names: com.mic.bluezone, id1508062685; "" elsewhere."""
    parts = urlsplit(url)
    if parts.hostname == "play.google.com":
        return (parse_qs(parts.query).get("id") or [""])[0]
    found = re.search(r"/(id\d+)\b", parts.path) if parts.hostname == "apps.apple.com" else None
    return found[1] if found else ""


def _found(page: Page) -> Known:
    return Known(urlsplit(page.final).hostname or "", title_of(page.text), package_of(page.final))


def _unseen(page: Page, online: bool) -> tuple[Verdict, Words]:
    if page.status in (404, 410):
        return Verdict.GONE, Words(
            f"Trang không còn (mã {page.status}). Đặt đường dẫn mới trong [campaign], rồi in lại.",
            f"The page is gone ({page.status}). Set a new link in [campaign], then print anew.",
        )
    if page.status:
        return Verdict.REFUSED, Words(
            f"Trang không mở cho máy này (mã {page.status}). Quét thử bằng điện thoại.",
            f"The page does not open for this machine ({page.status}). Try the code with a phone.",
        )
    if page.nameless and online:
        host = urlsplit(page.url).hostname
        return Verdict.GONE, Words(
            f"Tên miền {host} không còn. Đặt đường dẫn mới trong [campaign], rồi in lại.",
            f"The name {host} has lapsed. Set a new link in [campaign], then print anew.",
        )
    return Verdict.UNREACHABLE, Words(
        f"Không tới được trang: {page.trouble}. Xem lại mạng, rồi thử lại.",
        f"The page cannot be reached: {page.trouble}. Look at the network, then try again.",
    )


def _seen(name: str, page: Page, found: Known, known: Known | None) -> tuple[Verdict, Words]:
    change = _change(name, page, found, known)
    if change is not None:
        return Verdict.CHANGED, Words(
            f"{change.vi} Nếu đúng ý, chạy: kiosk links --accept; nếu không, đổi campaign.{name}.",
            f"{change.en} If that is right, run: kiosk links --accept; if not, change campaign.{name}.",
        )
    if known is None:
        return Verdict.NEW, Words(
            f"Mở được, tại {found.host}: “{found.title}”.", f"It opens, at {found.host}: “{found.title}”."
        )
    return Verdict.FINE, Words(f"Vẫn như trước: “{found.title}”.", f"As before: “{found.title}”.")


def _change(name: str, page: Page, found: Known, known: Known | None) -> Words | None:
    """What differs from what is known or, the first time, from what the address itself promises."""
    if page.url.startswith("https:") and not page.final.startswith("https:"):
        return Words("Trang chuyển sang địa chỉ không mã hóa.", "The page leads on to an address without encryption.")
    asked = package_of(page.url)
    if known is None:
        if asked != found.package and asked:
            return _differs("mã ứng dụng", "app", asked, found.package)
        if name in STORES and APP not in found.title.lower():
            return _differs("tên ứng dụng", "app's name", "Bluezone", found.title)
        return None
    for vi, en, old, new in (
        ("tên miền", "host", known.host, found.host),
        ("mã ứng dụng", "app", known.package, found.package),
        ("tiêu đề", "title", known.title, found.title),
    ):
        if old != new:
            return _differs(vi, en, old, new)
    return None


def _differs(vi: str, en: str, old: str, new: str) -> Words:
    return Words(f"Đã khác: {vi} trước là “{old}”, nay là “{new}”.", f"The {en} was “{old}” and is now “{new}”.")
