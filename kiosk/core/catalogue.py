"""Catalogue: every fault as data. Codes and words are the copy deck's; L1, T4 to T7 and K1 are our own additions.

`{when}` is a time, `{number}` a number, `{call}` who is to be told: the contact of the settings.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from kiosk.core.buttons import BLUETOOTH, CLOCK, RADIO, REDRAW, SEND
from kiosk.core.wording import Words


class Level(Enum):
    """The traffic light. GREEN runs well, AMBER needs a look, RED must be acted on now."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Owner(Enum):
    """Who is to act."""

    STAFF = "staff"
    HELPER = "helper"
    """The person in charge outside the venue ({gọi} in the copy deck)."""
    NOBODY = "nobody"
    """The kiosk helps itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fault before it is found: code for the telephone, how bad, whose to mend, what it is and the one action."""

    code: str
    level: Level
    owner: Owner
    row: str
    """The line of the page that it belongs to; "" those of the services that reported it."""
    title: Words
    action: Words
    plain: Words | None = None
    """The title where there is no time or number to tell, or where the fault is milder."""
    button: str = ""
    """What the action asks staff to press."""
    instead: tuple[Owner, Words] | None = None
    """Who does what on a box that has no such button."""


_RED, _AMBER = Level.RED, Level.AMBER
_STAFF, _HELPER, _NOBODY = Owner.STAFF, Owner.HELPER, Owner.NOBODY

_UNPLUG: Final = Words("Rút điện trạm, đếm đến 10 rồi cắm lại.", "Unplug the kiosk, count to 10, plug it in again.")

CATALOGUE: Final = {
    entry.code: entry
    for entry in (
        Entry(
            code="S1",
            level=_RED,
            owner=_STAFF,
            row="",
            title=Words("Trạm không thấy bộ phát Bluetooth", "The kiosk cannot find its Bluetooth radio"),
            action=_UNPLUG,
        ),
        Entry(
            code="S2",
            level=_RED,
            owner=_STAFF,
            row="",
            title=Words("Bluetooth của trạm đang bị tắt", "The kiosk's Bluetooth is switched off"),
            action=Words("Bấm nút Bật lại Bluetooth.", "Press Turn Bluetooth back on."),
            button=BLUETOOTH,
            instead=(
                _HELPER,
                Words(
                    "Gọi {call}, đọc mã S2, nhờ bật lại Bluetooth.",
                    "Call {call}, read out code S2 and ask for Bluetooth to be turned back on.",
                ),
            ),
        ),
        Entry(
            code="G1",
            level=_RED,
            owner=_STAFF,
            row="clock",
            title=Words("Trạm chưa chắc giờ nên tạm nghỉ phát", "Not sure of the time, so off air for now"),
            plain=Words("Trạm chưa chắc giờ", "The kiosk is not sure of the time"),
            action=Words(
                "Cắm dây mạng vào trạm, giờ sẽ tự đúng. Không có mạng thì bấm Lấy giờ điện thoại này.",
                "Plug in the network cable; the clock will set itself. No network? Press Use this phone's time.",
            ),
            button=CLOCK,
            instead=(
                _STAFF,
                Words(
                    "Cắm dây mạng vào trạm, giờ sẽ tự đúng.", "Plug in the network cable; the clock will set itself."
                ),
            ),
        ),
        Entry(
            code="S4",
            level=_RED,
            owner=_STAFF,
            row="on-air",
            title=Words("Trạm đã ngừng phát sóng", "The kiosk is off air"),
            action=_UNPLUG,
        ),
        Entry(
            code="S3",
            level=_RED,
            owner=_STAFF,
            row="phones",
            title=Words("Trạm không nghe được gì từ {when}", "The kiosk has heard nothing since {when}"),
            plain=Words("Trạm không nghe được gì", "The kiosk hears nothing"),
            action=Words(
                "Bấm nút Khởi động lại sóng, rồi chờ 2 phút.",
                "Press Restart radio and wait 2 minutes.",
            ),
            button=RADIO,
            instead=(
                _STAFF,
                Words(
                    "Rút điện trạm, đếm đến 10 rồi cắm lại, chờ 2 phút.",
                    "Unplug the kiosk, count to 10, plug it in again and wait 2 minutes.",
                ),
            ),
        ),
        Entry(
            code="T2",
            level=_RED,
            owner=_HELPER,
            row="box",
            title=Words("Thẻ nhớ đã đầy, trạm ngừng ghi", "The memory card is full; nothing new is kept"),
            action=Words(
                "Gọi {call} để thay thẻ nhớ. Bảng chào vẫn chạy.", "Call {call} for a new card. The wall still works."
            ),
        ),
        Entry(
            code="T4",
            level=_RED,
            owner=_HELPER,
            row="box",
            title=Words("Trạm không ghi được vào thẻ nhớ", "The kiosk cannot write to its memory card"),
            action=Words(
                "Gọi {call}, đọc mã T4. Bảng chào vẫn chạy.", "Call {call} and read out code T4. The wall still works."
            ),
        ),
        Entry(
            code="T6",
            level=_RED,
            owner=_HELPER,
            row="on-air",
            title=Words(
                "Trạm không đọc được khóa trên thẻ nhớ nên ngừng phát",
                "Its key on the memory card is unreadable: off air",
            ),
            action=Words(
                "Gọi {call}, đọc mã T6. Bảng chào vẫn chạy.", "Call {call} and read out code T6. The wall still works."
            ),
        ),
        Entry(
            code="M2",
            level=_RED,
            owner=_HELPER,
            row="sync",
            title=Words("Trung tâm không nhận thẻ ra vào của trạm", "The centre does not accept this kiosk's key"),
            action=Words("Gọi {call} xin mã ghi danh mới.", "Call {call} for a new enrolment code."),
        ),
        Entry(
            code="H1",
            level=_RED,
            owner=_STAFF,
            row="screen",
            title=Words("Trạm không thấy màn hình", "The kiosk cannot find its screen"),
            action=Words("Bật công tắc màn hình, cắm chặt dây hình.", "Switch the screen on and push its cable in."),
        ),
        Entry(
            code="H2",
            level=_RED,
            owner=_STAFF,
            row="screen",
            title=Words("Khách không thấy mã QR", "Visitors cannot see the QR code"),
            action=Words("Bấm Vẽ lại bảng chào, rồi nhìn thử màn hình.", "Press Redraw wall, then look at the screen."),
            button=REDRAW,
            instead=(_STAFF, _UNPLUG),
        ),
        Entry(
            code="N2",
            level=_RED,
            owner=_STAFF,
            row="box",
            title=Words("Hộp máy nóng {number} °C", "The box is hot, {number} °C"),
            action=Words("Dời trạm ra chỗ mát, đừng che khe gió.", "Move it to the shade and keep its vents clear."),
        ),
        Entry(
            code="M1",
            level=_AMBER,
            owner=_STAFF,
            row="sync",
            title=Words("Mất mạng từ {when}", "No network since {when}"),
            action=Words(
                "Cắm lại dây mạng rồi bấm Gửi ngay. Dữ liệu vẫn còn nguyên.",
                "Replug the cable and press Send now. Nothing is lost.",
            ),
            button=SEND,
            instead=(
                _STAFF,
                Words("Cắm lại dây mạng. Dữ liệu vẫn còn nguyên.", "Replug the cable. Nothing is lost."),
            ),
        ),
        Entry(
            code="T1",
            level=_AMBER,
            owner=_STAFF,
            row="box",
            title=Words("Thẻ nhớ sắp đầy", "The memory card is nearly full"),
            action=Words(
                "Cắm dây mạng để trạm gửi bớt dữ liệu đi.",
                "Plug in the network cable so that the kiosk can send data off.",
            ),
            button=SEND,
            instead=(
                _HELPER,
                Words(
                    "Báo {call} để thay thẻ nhớ. Trạm vẫn chạy.", "Tell {call} it needs a new card. The kiosk goes on."
                ),
            ),
        ),
        Entry(
            code="T3",
            level=_AMBER,
            owner=_HELPER,
            row="box",
            title=Words("Sổ ghi cũ bị hỏng, trạm đã mở sổ mới", "The old log was damaged; a new one is open"),
            action=Words(
                "Báo {call} đến lấy sổ cũ, nhờ bạn đừng rút thẻ nhớ.",
                "Tell {call} to collect the old one. Leave the card in.",
            ),
        ),
        Entry(
            code="T5",
            level=_AMBER,
            owner=_HELPER,
            row="box",
            title=Words(
                "Sổ gửi dữ liệu bị hỏng, trạm đã mở sổ mới", "The log of what was sent was damaged; a new one is open"
            ),
            action=Words(
                "Báo {call}, đọc mã T5. Mã PIN và các lượt gặp vẫn còn.",
                "Tell {call} and read out code T5. The PIN and the visits are still here.",
            ),
        ),
        Entry(
            code="T7",
            level=_AMBER,
            owner=_HELPER,
            row="box",
            title=Words(
                "Thẻ nhớ chật, trạm đã xóa {number} ngày chưa gửi", "Short of room: {number} unsent days were deleted"
            ),
            plain=Words("Thẻ nhớ chật, trạm đã xóa sổ ghi cũ nhất", "Short of room: the oldest logs were deleted"),
            action=Words("Báo {call}, đọc mã T7. Trạm vẫn chạy.", "Tell {call}, code T7. The kiosk goes on."),
        ),
        Entry(
            code="N1",
            level=_AMBER,
            owner=_STAFF,
            row="box",
            title=Words("Điện vào trạm hơi yếu", "The kiosk's power is weak"),
            action=Words("Thay bằng cục nguồn đi kèm trạm.", "Use the power supply that came with the kiosk."),
        ),
        Entry(
            code="M3",
            level=_AMBER,
            owner=_HELPER,
            row="sync",
            title=Words(
                "Giấy thông hành của trung tâm còn {number} ngày", "The centre's certificate ends in {number} days"
            ),
            plain=Words("Giấy thông hành của trung tâm đã hết hạn", "The centre's certificate has ended"),
            action=Words(
                "Báo {call}, nhờ gia hạn giấy thông hành. Dữ liệu vẫn còn nguyên.",
                "Tell {call} that the certificate needs renewing. Nothing is lost.",
            ),
        ),
        Entry(
            code="S5",
            level=_AMBER,
            owner=_HELPER,
            row="phones",
            title=Words("Quanh đây có máy phát mã giả", "Something nearby is sending fake codes"),
            action=Words(
                "Báo {call}. Trạm vẫn chạy và tự lọc bớt.", "Tell {call}. The kiosk goes on and filters them."
            ),
        ),
        Entry(
            code="S6",
            level=_AMBER,
            owner=_STAFF,
            row="phones",
            title=Words("Hôm nay chưa nghe máy nào", "No phones heard today"),
            action=Words(
                "Dời trạm lại gần cửa vào, cách kim loại một gang tay.",
                "Move the kiosk nearer the entrance, a hand away from metal.",
            ),
        ),
        Entry(
            code="L1",
            level=_AMBER,
            owner=_STAFF,
            row="screen",
            title=Words("Loa phát thanh không nói được", "The loudspeaker is silent"),
            action=Words(
                "Xem dây và công tắc của loa. Nếu vẫn vậy, gọi {call}, đọc mã L1.",
                "Look at the speaker's cable and switch. If it stays so, call {call} and read out code L1.",
            ),
        ),
        Entry(
            code="C1",
            level=_AMBER,
            owner=_NOBODY,
            row="box",
            title=Words(
                "Bản mới chưa cài được, trạm dùng lại bản cũ", "The update did not take; the old version is back"
            ),
            action=Words("Không cần làm gì, đêm nay trạm tự thử lại.", "Nothing to do; it tries again tonight."),
        ),
        Entry(
            code="K1",
            level=_AMBER,
            owner=_NOBODY,
            row="",
            title=Words("Trạm đang tự khắc phục", "The kiosk is putting itself right"),
            action=Words(
                "Bạn chờ 2 phút. Nếu vẫn vậy, gọi {call}, đọc mã K1.",
                "Wait 2 minutes. If it stays so, call {call} and read out code K1.",
            ),
        ),
    )
}
"""Every fault, red before amber, the one to mend first on top."""
