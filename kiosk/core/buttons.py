"""Buttons: what staff can press on the page, in the words of the copy deck. Faults name them, the page has them."""

from typing import Final

from kiosk.core.wording import Words

BLUETOOTH: Final = "bluetooth"
RADIO: Final = "radio"
REDRAW: Final = "redraw"
SEND: Final = "send"
POSTER: Final = "poster"
CLOCK: Final = "clock"

LABELS: Final = {
    BLUETOOTH: Words("Bật lại Bluetooth", "Turn Bluetooth back on"),
    RADIO: Words("Khởi động lại sóng", "Restart radio"),
    REDRAW: Words("Vẽ lại bảng chào", "Redraw wall"),
    SEND: Words("Gửi ngay", "Send now"),
    POSTER: Words("In áp phích A4", "Print A4 poster"),
    CLOCK: Words("Lấy giờ điện thoại này", "Use this phone's time"),
}
"""The buttons that a fault, or a green light, may send staff to. A box offers those whose subject it has."""
