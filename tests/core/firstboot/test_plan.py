"""kiosk.toml as people write it: what is understood all the same, and what each slip is told as."""

import pytest

from kiosk.config import keys
from kiosk.core.firstboot.decoding import chosen
from kiosk.core.firstboot.plan import Enrol, Plan, Wifi, plan
from kiosk.core.firstboot.slips import ENROLL, FILE, SETTINGS, WIFI

pytestmark = pytest.mark.guest

KNOWN = {name: section.__struct_fields__ for name, section in keys().items()}
GOOD = """\
# Chợ Bến Đò
[venue]
name = "Chợ Bến Đò"

[wifi]
ssid = "Nhà Văn Hóa"
password = "matkhau123"
country = "VN"

[enroll]
url = "https://trungtam.example"
code = "ABCD-EFGH-JKLM"
"""


def read(text: str) -> Plan:
    return plan(text.encode(), KNOWN)


def slip_of(text: str) -> tuple[str, int, str, str]:
    """The only slip of a file."""
    found = read(text).slips
    assert len(found) == 1, found
    assert found[0].what.en != found[0].what.vi
    return found[0].piece, found[0].line, found[0].what.vi, found[0].fix.vi


def sound(made: Plan) -> bool:
    return (
        made.slips == ()
        and made.settings == {"venue": {"name": "Chợ Bến Đò"}}
        and made.wifi == Wifi("Nhà Văn Hóa", "matkhau123", "VN")
        and made.enrol == Enrol("https://trungtam.example", "ABCD-EFGH-JKLM")
    )


def test_a_file_asks_for_configuration_wifi_and_enrolment() -> None:
    assert sound(read(GOOD))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_whatever_editor_saved_it_it_is_read(encoding: str, newline: str) -> None:
    assert sound(plan(GOOD.replace("\n", newline).encode(encoding), KNOWN))


@pytest.mark.parametrize(
    "written",
    [
        GOOD.replace('"', "“", 1).replace('"', "”", 1),
        GOOD.replace('"Nhà Văn Hóa"', "„Nhà Văn Hóa“"),
        GOOD.replace('"matkhau123"', "‘matkhau123’"),
        GOOD.replace('ssid = "Nhà Văn Hóa"', '\tssid\u00a0=\u00a0"Nhà Văn Hóa”   # tên'),
        GOOD.replace("[wifi]", "[WiFi]").replace("ssid", "SSID").replace("[venue]", "[Venue]").replace("name", "Name"),
        GOOD.replace("VN", "vn"),
        GOOD.replace("    ", "\t"),
    ],
)
def test_what_can_be_meant_in_one_way_only_is_understood(written: str) -> None:
    assert written != GOOD or "\t" not in written
    assert sound(read(written))


@pytest.mark.parametrize(
    ("was", "now", "piece", "line", "what", "fix"),
    [
        ('"Nhà Văn Hóa"', "Nhà Văn Hóa", FILE, 6, "thiếu dấu ngoặc kép", 'Viết: ssid = "Nhà Văn Hóa"'),
        ('"Nhà Văn Hóa"', '"Nhà Văn Hóa', FILE, 6, "thiếu dấu ngoặc kép", 'Viết: ssid = "Nhà Văn Hóa"'),
        ('"matkhau123"', "matkhau123", FILE, 7, "thiếu dấu ngoặc kép", 'Viết: password = "..."'),
        ('"matkhau123"', "12345678", WIFI, 7, "thiếu dấu ngoặc kép", 'Viết: password = "..."'),
        ('password = "matkhau123"', "pasword = matkhau123", FILE, 7, "thiếu dấu ngoặc kép", 'Viết: pasword = "..."'),
        ('"matkhau123"', '"mat\\khau123"', FILE, 7, "dấu \\ trong ngoặc kép", "Dùng dấu nháy đơn: password = '...'"),
        ('"matkhau123"', '"mat"khau123"', FILE, 7, 'dấu " ở giữa', "Dùng dấu nháy đơn: password = '...'"),
        ("ssid =", "ssid:", FILE, 6, "thiếu dấu bằng", 'Viết: ssid = "..."'),
        ("[wifi]", "[wifi", FILE, 5, "thiếu dấu ngoặc vuông", "Viết: [wifi]"),
        ("[wifi]", "wifi", FILE, 5, "thiếu dấu ngoặc vuông", "Viết: [wifi]"),
        ("country", "ssid", FILE, 8, "dòng này có hai lần", "Xóa bớt một dòng."),
        ("password", "pass", WIFI, 7, 'không có tên "pass"', "Có phải là password?"),
        ("[venue]", "[venu]", SETTINGS, 2, 'không có tên "venu"', "Có phải là venue?"),
        ("name", "nam", SETTINGS, 3, 'không có tên "nam"', "Có phải là name?"),
        ("matkhau123", "mk", WIFI, 7, "mật khẩu Wi-Fi có 2 chữ, cần từ 8 đến 63", "Xem lại mật khẩu"),
        ("matkhau123", "mật khẩu 123", WIFI, 7, "mật khẩu Wi-Fi có chữ có dấu", "Gõ lại mật khẩu"),
        ("Nhà Văn Hóa", "", WIFI, 6, "thiếu tên Wi-Fi", 'Viết: ssid = "tên Wi-Fi"'),
        ("Nhà Văn Hóa", "ồ" * 11, WIFI, 6, "tên Wi-Fi quá dài", "Viết: ssid"),
        ('"VN"', '"Việt Nam"', WIFI, 8, "tên nước phải là hai chữ", 'Viết: country = "VN"'),
        ("https://", "", ENROLL, 11, "địa chỉ trung tâm chưa đúng", 'Viết: url = "https://..."'),
        ("https://", "http://", ENROLL, 11, "địa chỉ trung tâm chưa đúng", "Viết: url"),
        (".example", ".example#ABCD-EFGH", ENROLL, 11, "mã ghi danh nằm trong địa chỉ", "Viết phần sau dấu #"),
        ("-EFGH-JKLM", "", ENROLL, 12, "mã ghi danh chưa đủ", 'Viết: code = "..."'),
    ],
)
def test_each_slip_names_its_line_what_it_is_and_how_to_mend_it(
    was: str, now: str, piece: str, line: int, what: str, fix: str
) -> None:
    found = slip_of(GOOD.replace(was, now, 1) if was != "name" else GOOD.replace("name =", f"{now} ="))
    assert found[:3] == (piece, line, what)
    assert found[3].startswith(fix)


def test_wifi_in_braces_is_told_to_stand_on_a_line_of_its_own_since_a_secret_there_could_not_be_removed() -> None:
    assert slip_of('wifi = { ssid = "a", password = "12345678" }')[:3] == (WIFI, 1, "wifi phải đứng riêng một dòng")


def test_one_spoilt_piece_leaves_the_others() -> None:
    made = read(GOOD.replace("matkhau123", "mk"))
    assert made.wifi is None
    assert made.enrol is not None
    assert made.settings
    made = read(GOOD.replace("name =", "nam ="))
    assert (made.settings, bool(made.wifi), bool(made.enrol)) == ({}, True, True)


@pytest.mark.parametrize("data", [b"{\\rtf1 kiosk", b"PK\x03\x04word", b'x = 1\nname = "Ch\xf4"', b"#" * 70_000])
def test_what_is_no_plain_text_says_how_to_save_it(data: bytes) -> None:
    (slip,) = plan(data, KNOWN).slips
    assert "UTF-8" in slip.fix.vi
    assert slip.line == (2 if b"\xf4" in data else 0)


def test_an_open_wifi_has_no_password_and_an_empty_one_is_the_one_kept() -> None:
    assert read('[wifi]\nssid = "quan"').wifi == Wifi("quan", None)
    assert read('[wifi]\nssid = "quan"\npassword = ""').wifi == Wifi("quan", "")


def test_no_secret_is_in_what_a_log_would_print() -> None:
    assert "matkhau123" not in repr(read(GOOD))
    assert "ABCD" not in repr(read(GOOD))


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["kiosk.toml", "kiosk.toml.txt"], "kiosk.toml"),
        (["KIOSK.TOML"], "KIOSK.TOML"),
        (["config.txt", "Kiosk.toml.TXT"], "Kiosk.toml.TXT"),
        (["cmdline.txt", "kiosk.toml.bak"], None),
    ],
)
def test_the_file_is_found_whatever_windows_made_of_its_name(names: list[str], found: str | None) -> None:
    assert chosen(names) == found
