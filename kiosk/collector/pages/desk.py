"""Desk: what may be done from a venue's page: a question before each deed, one closing sentence after it."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from aiohttp import hdrs, web

from kiosk.collector.api.boxes import code_hash
from kiosk.collector.books import Books
from kiosk.collector.pages.door import VISITOR, Door, is_encrypted
from kiosk.collector.pages.listing import frame
from kiosk.collector.pages.routes import Access, Route
from kiosk.collector.pages.words import PLACE
from kiosk.collector.redirect import drawn
from kiosk.core.fleet.venues import Standing, Venue
from kiosk.core.windows import UnixMs
from kiosk.core.wording import DAY_MS, Words
from kiosk.html.templates import Templates
from kiosk.html.words import language
from kiosk.shapes import codes

LASTS_MS: Final = 7 * DAY_MS
"""A code waits so long for its kiosk."""


class Deed(NamedTuple):
    """One thing that can be done, who may, and where it makes sense."""

    label: Words
    question: Words
    done: Words
    access: Access
    standings: frozenset[Standing]
    of_kiosk: bool = False
    """Done to one kiosk, not to the venue."""

    def fits(self, venue: Venue) -> bool:
        return venue.standing in self.standings


_STANDING: Final = frozenset(Standing) - {Standing.RETIRED}
DEEDS: Final = {
    "code": Deed(
        Words("Tạo mã ghi danh", "Make an enrolment code"),
        Words(
            "Tạo mã ghi danh cho nơi này? Mã dùng một lần, trong 7 ngày. Trạm dùng mã sẽ thuộc về nơi này.",
            "Make an enrolment code for this venue? It works once, within 7 days. The kiosk that uses it belongs here.",
        ),
        Words(
            "Mã chỉ hiện lần này. Đọc qua điện thoại, hoặc cho trạm quét.",
            "The code shows only now. Read it out on the telephone, or have it scanned.",
        ),
        Access.OFFICER,
        _STANDING,
    ),
    "stolen": Deed(
        Words("Báo mất trạm", "Report the kiosk stolen"),
        Words(
            "Khóa trạm này ngay? Trạm sẽ không gửi hay nhận gì được nữa. Tìm lại được thì phải ghi danh lại.",
            "Lock this kiosk out now? It can send and receive nothing any more. If found, it must be enrolled anew.",
        ),
        Words("Đã khóa trạm.", "The kiosk is locked out."),
        Access.OFFICER,
        frozenset({Standing.ACTIVE}),
        of_kiosk=True,
    ),
    "retire": Deed(
        Words("Ngừng nơi này", "Retire this venue"),
        Words(
            "Ngừng nơi này? Trạm ở đây bị khóa, lịch sử vẫn còn.",
            "Retire this venue? Its kiosk is locked out; the history stays.",
        ),
        Words("Đã ngừng nơi này.", "The venue is retired."),
        Access.ADMIN,
        _STANDING,
    ),
}
"""In the order of the page."""


def new_code() -> str:
    """Twelve letters and digits that nobody confuses on the telephone: 58 bits."""
    letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))


class Desk:
    """Questions and deeds; each is in the audit log before it is done."""

    def __init__(self, books: Books, door: Door, templates: Templates, url: str) -> None:
        self._books, self._door, self._templates, self._url = books, door, templates, url
        self._hands: dict[str, Callable[[Venue, UnixMs], Awaitable[str]]] = {
            "code": self._code,
            "stolen": self._stolen,
            "retire": self._retire,
        }

    def routes(self) -> tuple[Route, ...]:
        """A row a deed, so that its rule stands beside it."""
        return tuple(
            Route(f"/venues/{{venue}}/do/{name}", deed.access, handler, method)
            for name, deed in DEEDS.items()
            for method, handler in ((hdrs.METH_GET, self._question), (hdrs.METH_POST, self._do))
        )

    async def _question(self, request: web.Request) -> web.Response:
        deed, venue = await self._asked(request)
        return self._page(request, deed, venue)

    async def _do(self, request: web.Request) -> web.Response:
        deed, venue = await self._asked(request)
        name = request.path.rpartition("/")[2]
        await self._door.note(request[VISITOR].name, name, venue.id)
        code = await self._hands[name](venue, self._door.clock.now())
        return self._page(request, deed, venue, code, deed.done[PLACE[language(request)]])

    async def _asked(self, request: web.Request) -> tuple[Deed, Venue]:
        deed = DEEDS[request.path.rpartition("/")[2]]
        found = await self._books.fleet.venue(request.match_info["venue"])
        kiosk = request.query.get("kiosk", "")
        fitting = [venue for venue in found if deed.fits(venue) and kiosk in ("", venue.kiosk)]
        if not fitting:
            raise web.HTTPNotFound
        if deed.of_kiosk and len(fitting) > 1:
            raise web.HTTPBadRequest(text="Nơi này có vài trạm: chọn một trạm.\nSeveral kiosks stand here: choose one.")
        return deed, fitting[0]

    async def _code(self, venue: Venue, now: UnixMs) -> str:
        code = new_code()
        await self._books.boxes.add_code(code_hash(code), venue.id, now, now + LASTS_MS)
        return code

    async def _stolen(self, venue: Venue, now: UnixMs) -> str:
        await self._books.boxes.revoke(venue.kiosk, now, stolen=True)
        return ""

    async def _retire(self, venue: Venue, now: UnixMs) -> str:
        await self._books.venues.retire(venue.id, now)
        return ""

    def _page(self, request: web.Request, deed: Deed, venue: Venue, code: str = "", sentence: str = "") -> web.Response:
        place = PLACE[language(request)]
        url = self._url or f"{'https' if is_encrypted(request) else 'http'}://{request.host}"
        return self._templates.html(
            "question.html",
            **frame(request, "venue"),
            title=deed.label[place],
            question=deed.question[place],
            sentence=sentence,
            venue=venue,
            code=code,
            qr=drawn(codes.encode(f"{url}#{code}")) if code else "",
        )
