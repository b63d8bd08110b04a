"""Checks of the network: where the codes lead, and the name under which staff find the page. Offline is no failure."""

from typing import Final

from kiosk.core.checkup.evidence import Evidence
from kiosk.core.checkup.verdict import About, Check
from kiosk.core.links import Verdict
from kiosk.core.wording import Words

SERVICE: Final = "/etc/avahi/services/bluezone-kiosk.service"
AVAHI: Final = f"sudo install -D -m 644 systemd/avahi/bluezone-kiosk.service {SERVICE}"
SHIPPED_PORT: Final = 8080
"""In the file that comes with the kiosk."""


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
