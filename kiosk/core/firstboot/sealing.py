"""Sealing: secrets are taken out of the file on the card, and an answer is put at its end.

FAT has no journal. So a secret is overwritten in its own place by as many blanks, which moves and grows nothing, and
the answer is appended after that: whenever the power goes, what is left is a file that can be read and mended.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kiosk.core.firstboot.decoding import Decoded
from kiosk.core.firstboot.lines import statements
from kiosk.core.firstboot.slips import ENROLL, SECRET, WIFI, Slip, straightened

MARK: Final = "# --- Trạm trả lời · The kiosk's answer ---"
_END: Final = "# --- hết · end ---"
TAKEN: Final = {
    WIFI: (
        "# Mật khẩu Wi-Fi đã được cất vào trạm và xóa ở đây. Muốn đổi: viết mật khẩu mới vào password.",
        "# The Wi-Fi password was taken into the kiosk and removed here. To change it, write a new one at password.",
    ),
    ENROLL: (
        "# Mã ghi danh đã được cất vào trạm và xóa ở đây. Muốn đổi: viết mã mới vào code.",
        "# The enrolment code was taken into the kiosk and removed here. To change it, write a new one at code.",
    ),
}


class Patch(NamedTuple):
    """Bytes at a place of the file, in place of as many."""

    place: int
    data: bytes


def unsealed(decoded: Decoded, pieces: Sequence[str]) -> Iterator[Patch]:
    """How the secrets of these sections are overwritten; each keeps its line: `password = ""` and blanks."""
    text = decoded.text
    for each in statements(straightened(text)):
        if each.section in pieces and each.key in SECRET:
            stands = text[each.value : each.end]
            if stands.strip() in ('""', "''"):
                continue
            begins, ends = decoded.place(each.value), decoded.place(each.end)
            width = len(" ".encode(decoded.encoding))
            yield Patch(begins, _blank(stands, (ends - begins) // width).encode(decoded.encoding))


def _blank(stands: str, units: int) -> str:
    """Two marks and blanks, `units` in all; line breaks of a long value stay at its end."""
    breaks = "".join(letter for letter in stands if letter in "\r\n")
    return '""' + " " * (units - 2 - len(breaks)) + breaks


def body(text: str) -> str:
    """The file without an earlier answer."""
    return text.partition(MARK)[0]


def answer(decoded: Decoded, taken: Sequence[str], slips: Sequence[Slip]) -> Patch:
    """What stands at the file's end from now on, the earlier answer's place included."""
    text = body(decoded.text)
    lines = [MARK, *_told(taken, slips), _END, ""]
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text or text.endswith("\n") else newline
    return Patch(decoded.place(len(text)), (gap + newline.join(lines)).encode(decoded.encoding))


def _told(taken: Sequence[str], slips: Sequence[Slip]) -> Iterator[str]:
    for slip in slips:
        yield f"# {slip.title.vi}. {slip.fix.vi}"
        yield f"# {slip.title.en}. {slip.fix.en}"
    for piece in taken:
        yield from TAKEN[piece]
    if not slips:
        yield "# Trạm đã đọc tệp này, không có gì sai. / The kiosk has read this file; nothing is wrong in it."
