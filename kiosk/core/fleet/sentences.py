"""Sentences of the fleet page that no box says of itself: short enough for a line, with what to do on the telephone."""

from typing import Final

from kiosk.core.wording import Words

CALL: Final = Words("kỹ thuật của tỉnh", "the province's technician")
"""Who `{call}` of the catalogue is, seen from the province."""

FIRST: Final = Words("Đã ghi danh, chưa có tin", "Enrolled, no news yet")
FIRST_TODO: Final = Words("Chờ tin đầu tiên, chừng 5 phút.", "Wait for its first news, about 5 minutes.")
NOT_ENROLLED: Final = Words("Chưa ghi danh", "Not enrolled yet")
NOT_ENROLLED_TODO: Final = Words("Tạo mã ghi danh, gửi cho nơi đặt.", "Make an enrolment code and send it there.")
REVOKED: Final = Words("Đã khóa", "Locked out")
STOLEN: Final = Words("Báo mất, đã khóa", "Stolen, locked out")
REVOKED_TODO: Final = Words("Gửi trạm thay, tạo mã ghi danh mới.", "Send another kiosk and a new enrolment code.")
RETIRED: Final = Words("Đã ngừng", "Retired")

SILENT: Final = Words("Im lặng", "Silent")
SILENT_TODO: Final = Words(
    "Gọi nơi đặt, nhờ xem trạm có điện không, dây mạng còn cắm không.",
    "Call: is the kiosk's power on, is its network cable in?",
)
STALE_TODO: Final = Words(
    "Chờ thêm, mạng có thể chập chờn. Quá nửa giờ thì gọi.", "Wait, networks flicker. After half an hour, call."
)
CLOCK_TODO: Final = Words(
    "Nhờ cắm dây mạng, giờ sẽ tự đúng.", "Have its network cable plugged in; the clock sets itself."
)
SIMULATED: Final = Words("Trạm mô phỏng", "A simulated kiosk")
SIMULATED_TODO: Final = Words("Số liệu là giả, giờ chạy nhanh.", "Its figures are invented, its time runs fast.")
LATE: Final = Words("Gói chờ gửi", "Data waiting")
LATE_TODO: Final = Words(
    "Báo kỹ thuật của tỉnh. Dữ liệu vẫn còn nguyên trên trạm.",
    "Tell the province's technician. Nothing is lost; it waits on the kiosk.",
)
FORGED: Final = Words("Trạm từ chối thông báo không đúng chữ ký", "Refused a notice with a wrong signature")
FORGED_TODO: Final = Words(
    "Báo kỹ thuật của tỉnh ngay: có người giả thông báo, hoặc khóa ký đã đổi.",
    "Tell the province's technician at once: notices are forged, or the signing key has changed.",
)
UNKNOWN_TODO: Final = Words(
    "Gọi nơi đặt, nhờ đọc câu trên trang trạm.", "Call and have the sentence on the kiosk's page read out."
)

LIGHTS: Final = {
    "amber": (Words("Cần để ý", "Needs a look"), UNKNOWN_TODO),
    "red": (Words("Cần làm ngay", "Act now"), UNKNOWN_TODO),
    "starting": (Words("Trạm đang thức dậy", "The kiosk is waking up"), Words("Chờ một phút.", "Wait a minute.")),
}
"""A light without a fault."""

TITLES: Final = {
    "M1": Words("Mất mạng một lúc", "Was offline for a while"),
    "M3": Words("Giấy thông hành sắp hoặc đã hết hạn", "Its certificate ends or has ended"),
    "N2": Words("Hộp máy nóng", "The box is hot"),
}
"""Where the catalogue's title tells a time or a number that no heartbeat carries."""
TODOS: Final = {
    "M2": Words("Tạo mã ghi danh mới, đọc cho nơi đặt.", "Make a new enrolment code and read it out to the venue."),
}
"""Where the person at the page is the one whom the catalogue says to call."""
