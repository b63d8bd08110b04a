"""Words of the fleet page: what stands around the facts. The facts' own words are in core/fleet."""

from typing import Final

from kiosk.core.wording import Words
from kiosk.html.words import Language

WORDS: Final = {
    "fleet": Words("Toàn tỉnh", "The whole province"),
    "switch": Words("English", "Tiếng Việt"),
    "venues": Words("Các trạm", "Kiosks"),
    "scans": Words("Lượt quét", "Scans"),
    "main_menu": Words("Các trang", "Pages"),
    "heading": Words("{n} trạm, trạm cần giúp đứng trước", "{n} kiosks, those needing help first"),
    "one": Words("1 trạm", "1 kiosk"),
    "venue": Words("Nơi đặt", "Venue"),
    "state": Words("Tình trạng", "State"),
    "todo": Words("Việc nên làm", "What to do"),
    "visits": Words("Lượt", "Visits"),
    "visits_today": Words("Lượt hôm nay", "Visits today"),
    "waiting": Words("Chờ gửi", "Waiting"),
    "version": Words("Bản", "Version"),
    "last": Words("Tin cuối", "Last news"),
    "nothing": Words("không cần làm gì", "nothing to do"),
    "few": Words("dưới 20", "under 20"),
    "parcels": Words("gói", "parcels"),
    "code": Words("mã", "code"),
    "updated": Words("Cập nhật", "Updated"),
    "again": Words("Tải lại", "Reload"),
    "filter": Words("Lọc danh sách", "Narrow the list"),
    "search": Words("Tìm tên, đơn vị, mã trạm", "Search name, unit, kiosk"),
    "unit": Words("Đơn vị", "Unit"),
    "all_units": Words("Mọi đơn vị", "All units"),
    "kind": Words("Loại nơi", "Kind"),
    "all_kinds": Words("Mọi loại", "All kinds"),
    "apply": Words("Lọc", "Apply"),
    "unfilter": Words("Bỏ lọc", "Clear"),
    "all": Words("Tất cả", "All"),
    "csv": Words("Tải CSV", "Download CSV"),
    "retired": Words("Nơi đã ngừng", "Retired venues"),
    "none": Words("Không có trạm nào như vậy.", "There is no such kiosk."),
    "no_venues": Words(
        "Chưa có nơi đặt nào. Thêm nơi đặt bằng lệnh: kiosk collector venue add",
        "No venue yet. Add the first one with: kiosk collector venue add",
    ),
    "import_title": Words("Nhập danh sách nơi đặt", "Import venues"),
    "import_how": Words(
        "Mở bảng tính, chọn cả bảng (Ctrl+A), chép (Ctrl+C), rồi dán (Ctrl+V) vào ô dưới đây. Dòng đầu là tên cột: "
        "venue (tên nơi), profile (loại nơi), unit (đơn vị, ví dụ: Tỉnh Bắc Sơn / Phường Ven Sông).",
        "Open the spreadsheet, select all (Ctrl+A), copy (Ctrl+C) and paste it (Ctrl+V) into the box below. Its first "
        "line names the columns: venue (the name), profile (the kind), unit (Tỉnh Bắc Sơn / Phường Ven Sông).",
    ),
    "import_kinds": Words("Các loại nơi", "Kinds"),
    "import_table": Words("Bảng", "Table"),
    "import_do": Words("Nhập", "Import"),
    "importing": Words("Nhập {n} dòng", "Import of {n} rows"),
    "import_done": Words("Đã nhập {good} trong {whole} dòng.", "{good} of {whole} rows are in."),
    "import_broke": Words(
        "Sổ dữ liệu bận nên phải dừng giữa chừng. Dòng đã nhập vẫn còn; lát nữa bạn nhập lại cả bảng, dòng đã có sẽ "
        "được bỏ qua.",
        "The database went away, so the import stopped. Rows that are in stay in; import the whole table again in a "
        "while: what is there already is passed over.",
    ),
    "import_more": Words("và {n} dòng nữa", "and {n} more rows"),
    "import_again": Words("Nhập bảng khác", "Import another table"),
    "import_wrong": Words("Những dòng chưa nhập được", "Rows that are not in"),
    "page": Words("Trang {n}/{of}", "Page {n} of {of}"),
    "before": Words("Trang trước", "Previous"),
    "after": Words("Trang sau", "Next"),
    "by_unit": Words("Theo đơn vị", "By unit"),
    "total": Words("Tổng", "Total"),
    "sign_in": Words("Đăng nhập", "Sign in"),
    "sign_out": Words("Đăng xuất", "Sign out"),
    "name": Words("Tên đăng nhập", "Name"),
    "password": Words("Mật khẩu", "Password"),
    "sign_in_how": Words(
        "Trang dành cho cán bộ phụ trách các trạm. Quên mật khẩu thì nhờ quản trị đặt lại.",
        "For those in charge of the kiosks. Forgotten your password? Ask the administrator for a new one.",
    ),
    "wrong": Words(
        "Tên hoặc mật khẩu chưa đúng. Bạn còn {n} lần thử.", "Name or password is not right. {n} tries left."
    ),
    "crowd": Words("Đông người thử quá. Mời bạn chờ một phút.", "Too many are trying. Wait a minute."),
    "locked": Words("Tạm khóa đến {at}.", "Locked until {at}."),
    "back": Words("Về danh sách", "Back to the list"),
    "to_venue": Words("Về trang nơi đặt", "Back to the venue"),
    "phone": Words("Gọi nơi đặt và đọc câu này", "Call the venue and read this out"),
    "more": Words("Còn việc nữa", "And also"),
    "facts": Words("Trạm ở đây", "The kiosk here"),
    "clock": Words("Đồng hồ", "Clock"),
    "on_time": Words("Đúng giờ", "On time"),
    "unsure": Words("Chưa chắc giờ", "Not sure of the time"),
    "share": Words("Chia sẻ", "Shares"),
    "uptime": Words("Chạy được", "Up for"),
    "kiosk": Words("Mã trạm", "Kiosk"),
    "set_aside": Words("Gói bị từ chối", "Parcels refused"),
    "all_sent": Words("Đã gửi hết", "All sent"),
    "oldest": Words("gói cũ nhất từ", "oldest from"),
    "days": Words("Lượt mỗi ngày", "Visits each day"),
    "days_note": Words(
        "Như trang của trạm kể, nhiều nhất 30 ngày. Cột xám: dưới 20 máy, không hiện số để giữ riêng tư.",
        "As the kiosk's page tells them, 30 days at most. Grey bars: fewer than 20, number hidden for privacy.",
    ),
    "visits_unit": Words("lượt", "visits"),
    "kiosks_here": Words("Các trạm từng ở đây", "Kiosks that stood here"),
    "no_kiosk": Words("Chưa có trạm nào.", "No kiosk yet."),
    "since": Words("từ", "since"),
    "until": Words("đến", "until"),
    "now": Words("nay", "now"),
    "stolen": Words("báo mất, đã khóa", "stolen, locked out"),
    "revoked": Words("đã khóa", "locked out"),
    "replaced": Words("đã thay hoặc dời đi", "replaced or moved"),
    "changes": Words("Diễn biến gần đây", "Recent changes"),
    "no_changes": Words("Chưa có gì.", "Nothing yet."),
    "enrolment": Words("Ghi danh", "Enrolment"),
    "open_code": Words("Có mã ghi danh chưa dùng, hết hạn {at}.", "An enrolment code is unused; it ends {at}."),
    "no_code": Words("Không có mã ghi danh nào đang chờ.", "No enrolment code is waiting."),
    "enrolled": Words("Trạm {kiosk} đã ghi danh.", "Kiosk {kiosk} is enrolled."),
    "do_it": Words("Làm đi", "Do it"),
    "not_now": Words("Thôi", "Not now"),
    "done": Words("Đã xong.", "Done."),
    "smart": Words("Mã quét ở đây", "Scans here"),
    "smart_note": Words("{n} lượt quét trong 30 ngày qua.", "{n} scans in the last 30 days."),
    "scans_heading": Words("Lượt quét đường dẫn thông minh, 30 ngày qua", "Scans of the smart link, last 30 days"),
    "scans_note": Words(
        "Đếm theo nơi đặt, nhóm và ngày. Không lưu địa chỉ hay loại máy của ai. "
        "Không tính máy tự động và bản xem trước liên kết.",
        "Counted by venue, team and day. Nobody's address or browser is kept. Robots and link previews do not count.",
    ),
    "scans_none": Words("Chưa có lượt quét nào.", "No scan yet."),
    "source": Words("Nơi đặt hoặc nhóm", "Venue or team"),
    "sum": Words("Tổng", "Total"),
    "others": Words("Máy khác", "Others"),
    "scans_unit": Words("lượt quét", "scans"),
    "targets": Words("Mã QR dẫn đến đâu", "Where the codes lead"),
    "targets_note": Words("Xem lại mỗi ngày một lần.", "Looked at once a day."),
    "targets_none": Words("Chưa xem lần nào.", "Not looked at yet."),
    "looked": Words("xem lúc", "seen"),
    "accept": Words("Đúng ý, giữ như nay", "It is right, keep it"),
    "alarm": Words("Trang sau mã QR đã đổi. Xem ngay.", "The page behind the QR code has changed. Look now."),
    "role": Words("vai", "role"),
}

ROLES: Final = {
    "viewer": Words("xem", "viewer"),
    "officer": Words("cán bộ", "officer"),
    "admin": Words("quản trị", "administrator"),
}
OWNERS: Final = {
    "staff": Words("Nhờ nhân viên nơi đặt", "For staff at the venue"),
    "helper": Words("Việc của tỉnh", "For the province"),
    "nobody": Words("Trạm tự lo", "The kiosk helps itself"),
}
"""Who is to act, seen from the province."""
VERDICTS: Final = {
    "fine": Words("Vẫn như trước: “{title}”, tại {host}.", "As before: “{title}”, at {host}."),
    "new": Words("Mở được: “{title}”, tại {host}.", "It opens: “{title}”, at {host}."),
    "changed": Words(
        "Đã khác trước: nay là “{title}”, tại {host}. Đúng ý thì quản trị bấm nút dưới đây, không thì đổi [links].",
        "It has changed: now “{title}”, at {host}. If that is right, an administrator presses the button below, "
        "else change [links].",
    ),
    "gone": Words("Trang không còn. Đặt đường dẫn mới trong [links].", "The page is gone. Set a new link in [links]."),
    "refused": Words(
        "Trang không mở cho máy chủ này. Quét thử bằng điện thoại.",
        "The page does not open for this server. Try the code with a phone.",
    ),
    "unreachable": Words("Không tới được trang. Mai xem lại.", "It cannot be reached. It is looked at again tomorrow."),
}
"""What a look at a link found, on the page of the province."""
SHARES: Final = {
    "nothing": Words("không gì ngoài tình trạng trạm", "nothing but how the kiosk is"),
    "matches": Words("chỉ kết quả đối chiếu", "matches only"),
    "encounters": Words("mọi lượt gặp", "every encounter"),
}


def said(lang: Language) -> dict[str, str]:
    """All of them in one language."""
    return {name: text[PLACE[lang]] for name, text in WORDS.items()}


PLACE: Final[dict[Language, int]] = {"vi": 0, "en": 1}
"""Where a language stands in Words."""
