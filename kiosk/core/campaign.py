"""Campaign: every word on the wall is decided here, Vietnamese first, English beside it.

One neutral profile so far: the headline of the outdoor board, the reason of the bus station, which fit any door.
A no-break space holds together words that must not part at a line's end.
"""

from dataclasses import dataclass
from typing import Final

from kiosk.core.wording import Words


@dataclass(frozen=True, slots=True)
class Profile:
    """What the wall says at one kind of venue. `headline` has two lines, three at most, of at most 17 letters."""

    headline: tuple[str, ...]
    headline_en: str
    reason: Words
    steps: tuple[Words, Words, Words]
    """Scan, install, Bluetooth: the same three moves everywhere, so that people learn them once."""
    call: Words
    privacy: str


NOTHING: Final = Words("", "")
STEPS: Final = (Words("Quét mã", "Scan"), Words("Cài đặt", "Install"), Words("Bật Bluetooth", "Bluetooth on"))
CALL: Final = Words("Quét để cài", "Scan to install")
PRIVACY: Final = "Trạm không hỏi tên, số điện\u00a0thoại hay vị\u00a0trí."

ANY_VENUE: Final = Profile(
    headline=("Quét mã", "cài Bluezone."),
    headline_en="Scan. Get Bluezone.",
    reason=Words(
        "Bluezone giúp bạn biết sớm, kín\u00a0đáo, nếu từng ở gần người mắc COVID-19.",
        "Know early, in private, if you have been near someone with COVID-19.",
    ),
    steps=STEPS,
    call=CALL,
    privacy=PRIVACY,
)


def staff_note(code: str) -> str:
    """The one line about trouble on the wall: a code for someone who walks up, nothing for visitors."""
    return f"Nhân viên: xem trang trạm · mã\u00a0{code}"
