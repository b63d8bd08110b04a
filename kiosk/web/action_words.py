"""Words of the actions: each button, its question, and what is said afterwards. The copy deck's where it has them."""

from typing import Final

from kiosk.core.buttons import BLUETOOTH, CLOCK, LABELS, POSTER, RADIO, REDRAW, SEND
from kiosk.core.wording import Words

BLANK: Final = "blank"
UNBLANK: Final = "unblank"
SILENCE: Final = "silence"
SPEAK: Final = "speak"
DIAGNOSTICS: Final = "diagnostics"
SIGN_OUT_ALL: Final = "sign-out-all"

ACTIONS: Final[dict[str, Words]] = {
    **{name: LABELS[name] for name in (RADIO, BLUETOOTH, REDRAW, SEND, POSTER)},
    BLANK: Words("Tắt hình đến sáng mai", "Blank until morning"),
    UNBLANK: Words("Bật hình lại", "Turn the picture back on"),
    SILENCE: Words("Tắt loa đến sáng mai", "Silence until morning"),
    SPEAK: Words("Bật loa lại", "Turn the loudspeaker back on"),
    DIAGNOSTICS: Words("Tải tệp chẩn đoán", "Download diagnostics"),
    SIGN_OUT_ALL: Words("Đăng xuất mọi máy", "Sign out everyone"),
}
QUESTIONS: Final[dict[str, Words]] = {
    RADIO: Words("Khởi động lại sóng? Trạm nghỉ chừng 10 giây.", "Restart the radio? About 10 seconds off air."),
    BLUETOOTH: Words("Bật lại Bluetooth của trạm?", "Turn the kiosk's Bluetooth back on?"),
    REDRAW: Words("Vẽ lại bảng chào? Làm xong nhờ bạn nhìn thử màn hình.", "Redraw the wall? Then look at the screen."),
    SEND: Words("Gửi dữ liệu về trung tâm ngay bây giờ?", "Send data to the centre now?"),
    POSTER: Words(
        "Lấy áp phích A4 của nơi này? In ra rồi dán ở cửa vào.", "Get this venue's A4 poster? Print it for the door."
    ),
    BLANK: Words(
        "Tắt hình đến 6 giờ sáng? Trạm vẫn nghe và phát sóng như thường.",
        "Blank the screen until 6 in the morning? The kiosk goes on hearing and sending.",
    ),
    UNBLANK: Words("Bật hình lại ngay bây giờ?", "Turn the picture back on now?"),
    SILENCE: Words("Tắt loa đến 6 giờ sáng?", "Silence the loudspeaker until 6 in the morning?"),
    SPEAK: Words("Bật loa lại ngay bây giờ?", "Turn the loudspeaker back on now?"),
    DIAGNOSTICS: Words(
        "Tải tệp chẩn đoán? Trong tệp không có mã nào, gửi cho người phụ trách được.",
        "Download diagnostics? There are no codes inside; you may send it to the person in charge.",
    ),
    SIGN_OUT_ALL: Words(
        "Đăng xuất mọi máy, kể cả máy này? Dùng khi giao ca.", "Sign everyone out, you too? For the end of a shift."
    ),
}
PHONE_TIME: Final = Words(
    "Điện thoại của bạn chỉ đúng giờ chứ? Nếu đúng, trạm lấy theo giờ này và phát sóng lại.",
    "Is your phone's time right? Then the kiosk takes it and goes on air again.",
)
TYPE_TIME: Final = Words("Bây giờ là", "It is now")
TAKE_TIME: Final = Words("Đúng, lấy giờ này", "Yes, take it")
NO_TIME: Final = Words(
    "Giờ này chưa đúng. Mời bạn xem lại ngày và giờ.", "That cannot be. Check the date and the time."
)
TOO_EARLY: Final = Words(
    "Giờ này sớm hơn lần ghi cuối của trạm. Mời bạn xem lại ngày trên điện thoại.",
    "That is earlier than the kiosk's last record. Check the date on your phone.",
)
TOO_LATE: Final = Words(
    "Giờ này sau lần ghi cuối của trạm hơn 400 ngày. Mời bạn xem lại ngày trên điện thoại. "
    "Nếu ngày đúng, cắm dây mạng vào trạm, giờ sẽ tự đúng.",
    "That is more than 400 days after the kiosk's last record. Check the date on your phone. "
    "If it is right, plug in the network cable; the clock will set itself.",
)
NOT_NEW: Final = Words(
    "Trạm mới chỉ nhận giờ từ năm 2026 đến năm 2035. Mời bạn xem lại ngày trên điện thoại.",
    "A new kiosk takes a time from 2026 to 2035 only. Check the date on your phone.",
)
TROUBLE: Final = Words("Khi trạm trục trặc", "When something is wrong")
PAPER: Final = Words("In ấn", "Print")
CEREMONY: Final = Words("Khi có buổi lễ", "For a ceremony")
SHIFT: Final = Words("Giao ca và mã PIN", "Shift and PIN")
GROUPS: Final[dict[Words, tuple[str, ...]]] = {
    TROUBLE: (BLUETOOTH, RADIO, REDRAW, SEND, DIAGNOSTICS),
    PAPER: (POSTER,),
    CEREMONY: (BLANK, UNBLANK, SILENCE, SPEAK),
    SHIFT: (SIGN_OUT_ALL,),
}
"""Where a button stands on the page of settings."""
DO_IT: Final = Words("Làm đi", "Do it")
NOT_NOW: Final = Words("Thôi", "Not now")
AT_WORK: Final = Words("Trạm đang làm, bạn chờ chừng 10 giây.", "The kiosk is at it; about 10 seconds.")
DONE: Final = Words("Đã xong, trạm chạy tốt lại rồi.", "Done, all is well again.")
NOT_YET: Final = Words(
    "Vẫn chưa được. Nhờ bạn gọi {call}, đọc mã {code}.", "Not yet. Call {call} and read out code {code}."
)
FETCH: Final = Words("Mở tệp", "Open the file")
SETTINGS: Final = Words("Quản trị", "Settings")
BACK: Final = Words("Về trang trạm", "To the kiosk page")
SIGN_OUT: Final = Words("Đăng xuất", "Sign out")
CHANGE_PIN: Final = Words("Đổi mã PIN", "Change PIN")
LOG: Final = Words("Nhật ký thao tác", "Audit log")
SESSION: Final = Words("phiên {n}", "session {n}")
HERE: Final = Words("tại trạm", "at the kiosk")
NOTED: Final[dict[str, Words]] = {
    "claim": Words("Tạo mã PIN", "PIN set"),
    "sign-in": Words("Đăng nhập", "Signed in"),
    "sign-out": Words("Đăng xuất", "Signed out"),
    CLOCK: LABELS[CLOCK],
    "change-pin": CHANGE_PIN,
    "answer": Words("Đã trả lời 1 yêu cầu", "Answered 1 request"),
    **ACTIONS,
}
OUTCOMES: Final[dict[str, Words]] = {
    "asked": Words("đã bấm", "asked"),
    "done": Words("xong", "done"),
    "failed": Words("chưa được", "not yet"),
}
