"""Targets: where the smart link leads, looked at once a day; what was found stands in the database."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from kiosk.collector.books import People
from kiosk.core.campaign import Links
from kiosk.core.links import Known, LinkReport, Verdict, accepted
from kiosk.core.windows import UnixMs
from kiosk.core.wording import DAY_MS, Words
from kiosk.ports import Clock

SETTING: Final = "links"
"""Its name among the settings of the database."""
EVERY_MS: Final = DAY_MS
NEVER: Final = UnixMs(0)

Check = Callable[[Links, Mapping[str, Known]], Awaitable[list[LinkReport]]]
"""Looks at every link and compares it with what is known; adapters/link_check.py."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Looked:
    """What the last look found, and what a person last took for right."""

    at: UnixMs = NEVER
    reports: tuple[LinkReport, ...] = ()
    known: Mapping[str, Known] | None = None

    @property
    def alarm(self) -> bool:
        """Whether visitors may be led astray."""
        return any(report.alarm for report in self.reports)


class Targets:
    """The links of the configuration, and what is behind them."""

    def __init__(self, links: Links, people: People, clock: Clock, check: Check) -> None:
        self.links = links
        self._people, self._clock, self._check = people, clock, check

    async def last(self) -> Looked:
        """The last look, of whichever replica."""
        return _read(await self._people.setting(SETTING))

    async def look_if_due(self) -> bool:
        """Look if nobody has within a day; whether we did. A link that is no longer configured is forgotten."""
        last, now = await self.last(), self._clock.now()
        if 0 <= now - last.at < EVERY_MS and self._same(last):
            return False
        reports = await self._check(self.links, last.known or {})
        for report in reports:
            if report.alarm:
                log.error("link %s: %s", report.name, report.words.en)
        known = accepted(last.known or {}, reports, changes=False)
        await self._people.set(SETTING, _written(Looked(now, tuple(reports), known)))
        return True

    async def accept(self) -> None:
        """A person says that what was found is right."""
        last = await self.last()
        known = accepted(last.known or {}, list(last.reports), changes=True)
        fine = tuple(
            LinkReport(report.name, report.url, Verdict.FINE, Words("Đã nhận.", "Accepted."), report.found, report.hops)
            if report.verdict is Verdict.CHANGED
            else report
            for report in last.reports
        )
        await self._people.set(SETTING, _written(Looked(last.at, fine, known)))

    def _same(self, last: Looked) -> bool:
        wanted = {self.links.android, self.links.ios, self.links.site}
        return wanted <= {report.url for report in last.reports}


def _written(looked: Looked) -> str:
    reports = [
        {
            "name": report.name,
            "url": report.url,
            "verdict": report.verdict.value,
            "words": list(report.words),
            "found": asdict(report.found) if report.found is not None else None,
        }
        for report in looked.reports
    ]
    known = {url: asdict(of) for url, of in (looked.known or {}).items()}
    return json.dumps({"at": looked.at, "reports": reports, "known": known}, ensure_ascii=False)


def _read(text: str) -> Looked:
    """Damaged is as if nobody had looked yet."""
    try:
        told = json.loads(text)
        reports = tuple(
            LinkReport(
                each["name"],
                each["url"],
                Verdict(each["verdict"]),
                Words(*each["words"]),
                Known(**each["found"]) if each["found"] else None,
            )
            for each in told["reports"]
        )
        return Looked(UnixMs(int(told["at"])), reports, {url: Known(**of) for url, of in told["known"].items()})
    except (ValueError, KeyError, TypeError, AttributeError):
        return Looked()
