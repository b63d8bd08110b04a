"""Checks of the network: where the codes lead, the centre, and the page's name for staff. Offline is no failure."""

from typing import Final

from kiosk.core.checkup.evidence import Centre, Evidence
from kiosk.core.checkup.verdict import About, Check
from kiosk.core.faults import EXPIRING_MS
from kiosk.core.links import Verdict
from kiosk.core.windows import DAY_MS
from kiosk.core.wording import Words, number

SERVICE: Final = "/etc/avahi/services/bluezone-kiosk.service"
AVAHI: Final = f"sudo install -D -m 644 systemd/avahi/bluezone-kiosk.service {SERVICE}"
SHIPPED_PORT: Final = 8080
"""In the file that comes with the kiosk."""
EXPIRING_DAYS: Final = EXPIRING_MS // DAY_MS


def links(evidence: Evidence) -> Check:
    """Whether the codes on the wall still lead where they should."""
    about = About("links", Words("Nơi mã QR dẫn tới", "Where the QR codes lead"))
    if evidence.links is None:
        return about.unknown("chưa đọc được cấu hình nên chưa biết", "the configuration must be read first")
    if gone := [link for link in evidence.links if link.verdict is Verdict.GONE]:
        first = gone[0]
        return about.bad(
            f"{first.name}: {first.words.vi}",
            f"{first.name}: {first.words.en}",
            f"sudoedit {evidence.config_file or '/etc/bluezone-kiosk/config.toml'}",
            first.url,
        )
    if changed := [link for link in evidence.links if link.alarm]:
        first = changed[0]
        told = Words(f"{first.name}: {first.words.vi}", f"{first.name}: {first.words.en}")
        return about.bad(*told, "sudo kiosk links --accept", first.url)
    if silent := [link for link in evidence.links if link.verdict in (Verdict.UNREACHABLE, Verdict.REFUSED)]:
        names = ", ".join(link.name for link in silent)
        return about.warning(
            f"chưa xem được {names}; trạm vẫn chạy khi không có mạng",
            f"could not look at {names}; the kiosk works without a network",
            "kiosk links",
        )
    return about.ok("đúng trang, đúng ứng dụng", "the right pages and app")


def sync(evidence: Evidence) -> Check:
    """Whether the box is enrolled, its collector answers and accepts it, and the certificate lasts."""
    about = About("sync", Words("Gửi dữ liệu", "Sending data"))
    found = evidence.centre
    if found.unreadable:
        told = Words("không đọc được tệp ghi danh", "the enrolment cannot be read")
        return about.bad(*told, "sudo kiosk doctor", found.unreadable)
    if not found.address:
        return about.ok("chưa ghi danh nên không gửi gì", "enrolled nowhere, so nothing is sent")
    if found.refusal:
        told = Words("trung tâm không nhận trạm", "the centre does not accept this kiosk")
        return about.bad(*told, "sudo kiosk enroll ADDRESS CODE", found.refusal)
    if found.obstacle:
        told = Words("không tới được trung tâm; dữ liệu vẫn còn nguyên", "the centre is not reached; nothing is lost")
        return about.warning(*told, f"curl -sS -o /dev/null -v {found.address}", found.obstacle)
    return _reached(about, found)


def _reached(about: About, found: Centre) -> Check:
    left = found.days_left
    if left is not None and left <= EXPIRING_DAYS:
        told = Words(
            f"giấy thông hành của trung tâm còn {left} ngày; báo người quản trung tâm",
            f"the centre's certificate ends in {left} days; tell whoever runs it",
        )
        return about.warning(*told, f"curl -sS -o /dev/null -v {found.address}")
    if found.waiting:
        many = number(found.waiting)
        return about.ok(f"tới được trung tâm, chờ gửi {many.vi} gói", f"the centre answers, {many.en} waiting")
    return about.ok("tới được trung tâm", "the centre answers")


def mdns(evidence: Evidence) -> Check:
    """Whether staff find the page by name, without knowing an address."""
    about = About("mdns", Words("Tên trạm trong mạng", "Name on the network"))
    name, port = evidence.name, evidence.port
    if port is None:
        return about.ok("không mở trang nên không cần", "the page is switched off, so it needs none")
    if port == 0:
        return about.warning(
            "web.port là 0: cổng mỗi lần mỗi khác, không đặt tên được",
            "web.port is 0: the port changes with each start and cannot be announced",
            f"sudoedit {evidence.config_file or '/etc/bluezone-kiosk/config.toml'}",
        )
    set_port = f"sudo sed -i 's|<port>.*</port>|<port>{port}</port>|' {SERVICE}"
    if name.avahi and name.announced == port:
        address = f"{evidence.scheme}://{name.host}.local:{port}"
        return about.ok(address, address)
    if name.avahi and name.announced is not None:
        return about.warning(
            f"avahi báo cổng {name.announced}, còn trang ở cổng {port}",
            f"avahi announces port {name.announced}, but the page is on port {port}",
            set_port,
        )
    mend = AVAHI if port == SHIPPED_PORT else f"{AVAHI} && {set_port}"
    told = Words("phải nhớ địa chỉ mới mở được trang", "the page is found by its address only")
    return about.warning(*told, mend if name.avahi else f"sudo apt-get install avahi-daemon && {mend}")
