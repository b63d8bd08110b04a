"""Phrases that are the same at every venue."""

from typing import Final

from kiosk.core.campaign.model import Declaration
from kiosk.core.wording import Words

NOTHING: Final = Words("", "")
CALL: Final = Words("Quét để cài", "Scan to install")
"""On the yellow strip."""
CALL_ON_PAPER: Final = Words("Quét mã này để cài", "Scan this code to install")

STEPS: Final = (Words("Quét mã", "Scan"), Words("Cài đặt", "Install"), Words("Bật Bluetooth", "Bluetooth on"))
"""The three moves in as few words as there are, for small walls."""
SCAN: Final = Words("Mở Zalo hoặc máy ảnh, quét mã", "Scan with your camera")
INSTALL: Final = Words("Bấm Cài đặt", "Tap Install")
FAMILY: Final = Words(
    "Về nhà, nhờ bạn cài giúp bố mẹ, ông bà một lần.",
    "At home, please install it once for your parents and grandparents.",
)

PRIVACY_COMMON: Final = Words(
    "Trạm chỉ nghe mã ngẫu nhiên, cứ 15 phút lại đổi, và tự xóa sau {N} ngày. "
    "Trạm không hỏi tên, số điện thoại hay vị trí.",
    "The kiosk hears only random codes that change every 15 minutes, and deletes them after {N} days. "
    "It asks for no name, phone number or location.",
)
NOT_HEARD: Final = Words(
    "Không muốn trạm nghe, bạn cứ tắt Bluetooth.",
    "Rather not be heard? Turn Bluetooth off.",
)
PRIVACY_SHORT: Final = Words(
    "Trạm không hỏi tên, số điện thoại hay vị trí.",
    "No name, phone number or location asked.",
)
PRIVACY: Final = "Trạm không hỏi tên, số điện\u00a0thoại hay vị\u00a0trí."
PICTURE_ONLY: Final = Words(
    "Bảng này chỉ chiếu hình, không nghe điện thoại.",
    "This board only shows pictures; it hears no phone.",
)
"""Said alone on a board that has no radio."""

INSTALL_CARD: Final = Words("Cài Bluezone", "Install Bluezone")
INSTALL_HINT: Final = Words("Miễn phí, cài chỉ mất ít phút.", "Free, in a few minutes.")
ANDROID_CARD: Final = Words("Máy Android", "Android phone")
ANDROID_HINT: Final = Words("Mở CH Play, bấm Cài đặt.", "Opens Google Play; tap Install.")
IOS_CARD: Final = Words("iPhone", "iPhone")
IOS_HINT: Final = Words("Mở App Store, bấm Nhận.", "Opens the App Store; tap Get.")
DECLARATION_CARD: Final = Words("Khai báo y tế", "Health declaration")
DECLARATION_HINT: Final = Words("Điền ngay trên điện thoại.", "Fill it in on your phone.")

DECLARATION: Final = Declaration(
    call=Words(
        "Quét mã số 1 để cài Bluezone, mã số 2 để khai báo y tế.",
        "Code 1 installs Bluezone, code 2 opens the health declaration.",
    ),
    steps=(
        Words("Quét mã số 1, bấm Cài đặt", "Scan code 1, tap Install"),
        Words("Bật Bluetooth và Bluezone", "Turn Bluetooth and Bluezone on"),
        Words("Quét mã số 2, khai báo y tế", "Scan code 2, fill in the declaration"),
    ),
)
"""For a venue that asks for the declaration though its profile does not."""


def kept_for(words: Words, days: int) -> Words:
    """With the days that a kiosk keeps its codes, for {N}."""
    return Words(*(text.replace("{N}", str(days)) for text in words))


def staff_note(code: str) -> str:
    """The one line about trouble on the wall: a code for someone who walks up, nothing for visitors."""
    return f"Nhân viên: xem trang trạm · mã\u00a0{code}"
