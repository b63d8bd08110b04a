"""Checks: what the set-up card tells, line by line, and of all that is wrong the one thing to do next. Pure."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from kiosk.core import faults
from kiosk.core.facts import Snapshot
from kiosk.core.firstboot.facts import EnrolFacts, Enrolling, SetupFacts, Wifi
from kiosk.core.pages import Check, Mark, Page
from kiosk.core.wording import Words, composed

NAME: Final = "setup"
RADIO: Final = ("S1", "S2", "S3", "S4")
PATIENCE_MS: Final = 120_000
"""A time server answers within this, once there is a network."""
_CARD: Final = Words(
    "Sửa kiosk.toml trên thẻ nhớ, rồi cắm điện lại.", "Mend kiosk.toml on the memory card, then power on again."
)


class Trouble(NamedTuple):
    """What is wrong, as a headline in lines, and what to do."""

    headline: tuple[str, ...]
    headline_en: str
    action: Words


class Line(NamedTuple):
    """A line of the card, and the trouble behind it if there is one."""

    key: str
    check: Check
    trouble: Trouble | None = None


_WIFI: Final[dict[Wifi, tuple[Mark, Words, Trouble | None]]] = {
    Wifi.UNKNOWN: (Mark.WAIT, Words("đang tìm", "looking"), None),
    Wifi.JOINING: (Mark.WAIT, Words("đang vào", "joining"), None),
    Wifi.NO_DEVICE: (
        Mark.BANG,
        Words("trạm không có Wi-Fi", "no Wi-Fi in this box"),
        Trouble(("Không thấy", "bộ Wi-Fi."), "No Wi-Fi radio.", Words("Cắm dây mạng vào trạm.", "Use a cable.")),
    ),
    Wifi.OFF: (
        Mark.BANG,
        Words("đang bị tắt", "switched off"),
        Trouble(
            ("Wi-Fi", "đang bị tắt."),
            "Wi-Fi is switched off.",
            Words("Rút điện trạm, đếm đến 10 rồi cắm lại.", "Unplug the kiosk, count to 10, plug it in again."),
        ),
    ),
    Wifi.NOT_FOUND: (
        Mark.BANG,
        Words("không thấy mạng này", "not found here"),
        Trouble(
            ("Không thấy", "Wi-Fi này."),
            "Wi-Fi not found.",
            Words(
                "Sửa tên Wi-Fi trong kiosk.toml, hoặc dời trạm lại gần bộ phát.",
                "Mend its name in kiosk.toml, or move the kiosk nearer.",
            ),
        ),
    ),
    Wifi.WRONG_PASSWORD: (
        Mark.BANG,
        Words("sai mật khẩu", "wrong password"),
        Trouble(("Sai mật khẩu", "Wi-Fi."), "Wrong Wi-Fi password.", _CARD),
    ),
    Wifi.REFUSED: (
        Mark.BANG,
        Words("không vào được", "cannot join"),
        Trouble(
            ("Không vào được", "Wi-Fi."),
            "Cannot join the Wi-Fi.",
            Words(
                "Thường là sai mật khẩu: sửa kiosk.toml trên thẻ nhớ, rồi cắm điện lại.",
                "Most often a wrong password: mend kiosk.toml on the memory card.",
            ),
        ),
    ),
    Wifi.NO_ADDRESS: (
        Mark.BANG,
        Words("không được cấp địa chỉ", "no address given"),
        Trouble(
            ("Wi-Fi không", "cấp địa chỉ."),
            "No address from the Wi-Fi.",
            Words("Tắt bộ phát Wi-Fi, đếm đến 10 rồi bật lại.", "Switch the router off, count to 10, and on."),
        ),
    ),
    Wifi.CONNECTED: (Mark.TICK, Words("đã vào", "joined"), None),
}


def lines(snapshot: Snapshot, facts: SetupFacts) -> tuple[Line, ...]:
    """Every line, always in this order; one without a subject on this box is absent."""
    return tuple(_lines(snapshot, facts))


def well(snapshot: Snapshot, facts: SetupFacts) -> bool:
    """Whether nothing is wrong and nothing is waited for."""
    return all(line.check.mark in (Mark.TICK, Mark.NONE) for line in lines(snapshot, facts))


def page_of(snapshot: Snapshot, facts: SetupFacts) -> Page:
    """The card: the first trouble large with what to do, or how it goes; the lines below."""
    found = lines(snapshot, facts)
    trouble = next((line.trouble for line in found if line.trouble is not None), None)
    checks = tuple(line.check for line in found)
    if trouble is not None:
        return Page(NAME, 0, trouble.headline, trouble.headline_en, (trouble.action,), checks=checks)
    if well(snapshot, facts):
        return Page(NAME, 0, ("Trạm sẵn sàng.",), "The kiosk is ready.", checks=checks)
    waking = Words("Chờ chừng một phút.", "About a minute.")
    return Page(NAME, 0, ("Trạm đang", "thức dậy."), "Waking up.", (waking,), checks=checks)


def _lines(snapshot: Snapshot, facts: SetupFacts) -> Iterator[Line]:
    yield from _file(facts)
    yield _radio(snapshot)
    yield _network(facts)
    if facts.page:
        at = facts.page
        yield Line("page", Check(Mark.TICK, Words("Trang trạm", "Page"), Words(at, at)))
    yield from _clock(snapshot, facts)
    yield _enrolment(snapshot)


def _file(facts: SetupFacts) -> Iterator[Line]:
    outcome = facts.outcome
    if outcome is None or not facts.fresh:
        return
    name = Words("Thẻ nhớ", "Card")
    if not outcome.slips:
        yield Line("file", Check(Mark.TICK, name, Words("đã đọc kiosk.toml", "kiosk.toml was read")))
        return
    slip = outcome.slips[0]
    more = len(outcome.slips) - 1
    title = slip.title
    told = Words(f"{title.vi} (và {more} chỗ nữa)", f"{title.en} (and {more} more)") if more else title
    head = (f"kiosk.toml, dòng {slip.line}:", f"{slip.what.vi}.") if slip.line else ("kiosk.toml:", f"{slip.what.vi}.")
    english = f"kiosk.toml, line {slip.line}: {slip.what.en}." if slip.line else f"kiosk.toml: {slip.what.en}."
    yield Line("file", Check(Mark.BANG, name, told), Trouble(head, english, slip.fix))


def _radio(snapshot: Snapshot) -> Line:
    name = Words("Phát sóng", "On air")
    found = next((each for each in faults.faults(snapshot) if each.code in RADIO), None)
    if found is not None and not faults.waking(snapshot):
        told = Trouble((f"{found.title.vi}.",), f"{found.title.en}.", found.action)
        return Line("radio", Check(Mark.BANG, name, Words("chưa được", "not yet")), told)
    if snapshot.advertise.on_air_since is not None:
        return Line("radio", Check(Mark.TICK, name, Words("đang phát", "yes")))
    if snapshot.clock is not None and snapshot.clock.on_hold:
        return Line("radio", Check(Mark.WAIT, name, Words("chờ đúng giờ", "waits for the time")))
    return Line("radio", Check(Mark.WAIT, name, Words("đang chuẩn bị", "getting ready")))


def _network(facts: SetupFacts) -> Line:
    network = facts.network
    if network.wifi is Wifi.NONE or (network.wifi is not Wifi.CONNECTED and not network.ssid):
        name = Words("Mạng", "Network")
        if network.address:
            return Line("network", Check(Mark.TICK, name, Words("đã nối", "connected")))
        return Line("network", Check(Mark.NONE, name, Words("không có, trạm vẫn chạy", "none; the kiosk works")))
    ssid = composed(network.ssid)
    mark, told, trouble = _WIFI[network.wifi]
    return Line("network", Check(mark, Words(f"Wi-Fi {ssid}", f"Wi-Fi {ssid}"), told), trouble)


def _clock(snapshot: Snapshot, facts: SetupFacts) -> Iterator[Line]:
    if snapshot.clock is None:
        return
    name = Words("Đồng hồ", "Clock")
    if snapshot.clock.trusted:
        yield Line("clock", Check(Mark.TICK, name, Words("đúng giờ", "on time")))
        return
    joining = facts.network.wifi in (Wifi.JOINING, Wifi.UNKNOWN)
    if joining or snapshot.at - snapshot.started < PATIENCE_MS:
        yield Line("clock", Check(Mark.WAIT, name, Words("đang hỏi giờ", "asking")))
        return
    found = next((each for each in faults.faults(snapshot) if each.code == "G1"), None)
    action = found.action if found else Words("Cắm dây mạng vào trạm.", "Use a cable.")
    trouble = Trouble(("Trạm chưa", "chắc giờ."), "Not sure of the time.", action)
    yield Line("clock", Check(Mark.BANG, name, Words("chưa chắc giờ", "not sure")), trouble)


def _enrolment(snapshot: Snapshot) -> Line:
    name, facts = Words("Ghi danh", "Enrolment"), snapshot.enrolment or EnrolFacts()
    if facts.state is Enrolling.REFUSED:
        action = Words(
            "Xin mã mới, viết vào kiosk.toml trên thẻ nhớ, rồi cắm điện lại.",
            "Ask for a new code and write it into kiosk.toml on the memory card.",
        )
        trouble = Trouble(("Mã ghi danh", "không dùng được."), "The enrolment code is not accepted.", action)
        return Line("enrolment", Check(Mark.BANG, name, Words("mã không dùng được", "code refused")), trouble)
    if facts.state is Enrolling.WAITING:
        return Line("enrolment", Check(Mark.WAIT, name, Words("chờ trung tâm trả lời", "waits for the centre")))
    if facts.state is Enrolling.DONE or snapshot.sync is not None:
        venue = composed(facts.venue)
        told = Words(f"đã xong, {venue}", f"done, {venue}") if venue else Words("đã xong", "done")
        return Line("enrolment", Check(Mark.TICK, name, told))
    return Line("enrolment", Check(Mark.NONE, name, Words("không ghi danh", "none")))
