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
        "simulation": SIMULATION.vi,
        "lost": "Trang này mất liên lạc với trạm. Nội dung dưới đây là của lúc",
        "today": "Hôm nay",
        "updated": "Cập nhật",
        "code": "mã",
        "replugged": "Tôi đã cắm lại",
        "wall": "Bảng chào",
        "wall_alt": "Bảng chào đang hiện trên màn hình",
    },
    "en": {
        "kiosk": "Bluezone kiosk",
        "switch": "Tiếng Việt",
        "simulation": SIMULATION.en,
        "lost": "This page has lost the kiosk. What you see is from",
        "today": "Today",
        "updated": "Updated",
        "code": "code",
        "replugged": "I have plugged it in",
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
