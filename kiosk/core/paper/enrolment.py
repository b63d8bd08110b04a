"""Enrolment: the sheet that goes to a venue with its box: one code to scan or to type, once."""

from typing import Final, NamedTuple

from kiosk.core import look
from kiosk.core.paper.flow import Block, Style, paragraph, shrunk, stacked
from kiosk.core.paper.setter import Setter, code_in, ripples
from kiosk.core.paper.sheet import MARGIN_MM, QUIET, Icon, Item, Sheet, laid
from kiosk.core.wording import Words

WIDTH: Final = 148.0
HEIGHT: Final = 210.0
CODE_MM: Final = 84.0
MARGIN: Final = MARGIN_MM + 6

TITLE: Final = Words("Mã ghi danh trạm Bluezone", "Enrolment code of a Bluezone kiosk")
HOW: Final = Words(
    "Trên trạm, gõ lệnh dưới đây bằng quyền quản trị, hoặc quét mã rồi chép dòng quét được vào sau “kiosk enroll”.",
    "On the kiosk, run the command below as root, or scan the code and put what it says after “kiosk enroll”.",
)
ONCE: Final = Words(
    "Mã chỉ dùng được một lần, cho đúng nơi này, đến {until}. Dùng xong hãy hủy tờ giấy này.",
    "The code works once, for this venue alone, until {until}. Destroy this sheet afterwards.",
)


class Invitation(NamedTuple):
    """What the sheet tells. `url` "" where nobody set collector.url: then there is no code to scan."""

    venue: str
    code: str
    url: str
    until: Words

    @property
    def scanned(self) -> str:
        """What the QR code says."""
        return f"{self.url}#{self.code}"


def invitation(told: Invitation, setter: Setter) -> Sheet:
    """An A5 sheet."""
    room = WIDTH - 2 * MARGIN

    def head(k: float) -> Block:
        return stacked(
            [
                paragraph(setter.first(TITLE), Style(600, 5 * k, look.TROI, 1.36), room - 9, setter.measure),
                paragraph(setter.second(TITLE), Style(400, 4 * k, look.TROI, 1.36), room - 9, setter.measure),
                paragraph(told.venue, Style(700, 10 * k, look.GIAY, 1.2), room, setter.measure).below(4),
            ]
        )

    words, _ = shrunk(head, 52, "the name of the venue")
    band = words.height + 2 * MARGIN - 4
    items: list[Item] = [
        ripples(WIDTH, band, (0.72 * WIDTH, 1.9 * band)),
        Icon(WIDTH - MARGIN - 8, MARGIN - 1, "mark", 8, look.NANG),
        *words.moved(MARGIN, MARGIN - 2),
        *_body(told, setter, room, HEIGHT - band).moved(MARGIN, band),
    ]
    return laid(WIDTH, HEIGHT, items)


def _body(told: Invitation, setter: Setter, room: float, height: float) -> Block:
    def body(k: float) -> Block:
        first, second = Style(400, 4.2 * k, look.LAM_DEM, 1.36), Style(400, 3.7 * k, look.MUC_NHAT, 1.36)
        once = Words(*(text.format(until=until) for text, until in zip(ONCE, told.until, strict=True)))
        command = f"kiosk enroll {told.url or 'ADDRESS'} {told.code}"
        return stacked(
            [
                *([_scanned(told, setter, room, CODE_MM * k)] if told.url else []),
                paragraph(told.code, Style(700, 11 * k, look.LAM_DEM, 1.3), room, setter.measure).below(3 * k),
                setter.both(HOW, first, second, room, 0.8).below(3 * k),
                paragraph(command, Style(600, 4.2 * k, look.LAM_DEM, 1.36), room, setter.measure).below(2 * k),
                setter.both(once, first, second, room, 0.8).below(3.5 * k),
                Block(0.01, (), MARGIN_MM),
            ]
        )

    return shrunk(body, height, "an enrolment sheet")[0]


def _scanned(told: Invitation, setter: Setter, room: float, side: float) -> Block:
    code = code_in(setter, told.scanned, side, side, QUIET)
    left = (room - code.side) / 2
    return Block(side, (code._replace(x=left, y=(side - code.side) / 2),))
