"""Words of the page itself: what stands around the facts. The facts' own words are in `core/report.py`."""

import re
from typing import Final, Literal

from kiosk.core.report import SIMULATION

Language = Literal["vi", "en"]

OTHER: Final[dict[Language, Language]] = {"vi": "en", "en": "vi"}

WORDS: Final[dict[Language, dict[str, str]]] = {
    "vi": {
        "kiosk": "Trạm Bluezone",
        "switch": "English",
        "settings": "Quản trị",
        "simulation": f"{SIMULATION.vi} Trang mở cho máy tính này, không cần mã PIN.",
        "lost": "Trang này mất liên lạc với trạm. Nội dung dưới đây là của lúc",
        "today": "Hôm nay",
        "updated": "Cập nhật",
        "code": "mã",
        "replugged": "Tôi đã cắm lại",
        "call": "Gọi",
        "zalo": "Nhắn Zalo",
        "more": "Còn việc nữa",
        "near": "Đang ở gần",
        "near_unit": "máy",
        "so_far": "Hôm nay",
        "so_far_unit": "lượt",
        "few": "dưới 20",
        "as_of": "tính đến",
        "live": "số giả, đang đổi",
        "day_title": "Điện thoại Bluezone hôm nay",
        "day_note": "Số máy nghe được trong mỗi 15 phút. Khung đang chạy hiện ra sau {end}.",
        "week_title": "Bảy ngày qua",
        "week_note": "Số lượt trong mỗi giờ.",
        "grey": "Cột xám: dưới 20 máy, không hiện số để giữ riêng tư.",
        "rate_title": "Tỷ lệ cài đặt mỗi ngày",
        "rate_note": "Đường đậm là ước tính. Con số thật nhiều khả năng nằm trong vùng nhạt.",
        "wall": "Bảng chào",
        "wall_alt": "Bảng chào đang hiện trên màn hình",
    },
    "en": {
        "kiosk": "Bluezone kiosk",
        "switch": "Tiếng Việt",
        "settings": "Settings",
        "simulation": f"{SIMULATION.en} The page is open to this computer, no PIN needed.",
        "lost": "This page has lost the kiosk. What you see is from",
        "today": "Today",
        "updated": "Updated",
        "code": "code",
        "replugged": "I have plugged it in",
        "call": "Call",
        "zalo": "Zalo",
        "more": "And also",
        "near": "Near now",
        "near_unit": "phones",
        "so_far": "Today",
        "so_far_unit": "visits",
        "few": "under 20",
        "as_of": "as of",
        "live": "invented, live",
        "day_title": "Bluezone phones today",
        "day_note": "Phones heard in each 15 minutes. The window under way appears after {end}.",
        "week_title": "Last seven days",
        "week_note": "Visits in each hour.",
        "grey": "Grey bars: fewer than 20, number hidden for privacy.",
        "rate_title": "Install rate, day by day",
        "rate_note": "The line is our estimate. The true figure very likely lies in the pale band.",
        "wall": "Welcome wall",
        "wall_alt": "The welcome wall as it stands on the screen",
    },
}

LEVELS: Final[dict[Language, dict[str, str]]] = {
    "vi": {"green": "chạy tốt", "amber": "cần để ý", "red": "cần làm ngay", "starting": "đang chuẩn bị"},
    "en": {"green": "running well", "amber": "needs a look", "red": "act now", "starting": "getting ready"},
}

_PAIRS: Final = re.compile(
    r"(?<=\bphụ) (?=trách)|(?<=\bthẻ) (?=nhớ)|(?<=\bnhân) (?=viên)|(?<=\d) (?=\w)|(?<=\bmã) (?=[A-Z]\d)"
)


def bound(text: str) -> str:
    """Word pairs, numbers and their units stay on one line."""
    return _PAIRS.sub("\u00a0", text)
