"""The row "Bộ phát": by which ways the box listens and sends, and what last brought the radio back."""

from typing import Final

from kiosk.core.airtime import AirtimeFacts
from kiosk.core.facts import PathFacts
from kiosk.core.recovery import Rung
from kiosk.core.windows import UnixMs
from kiosk.core.wording import Words, moment

STEPS: Final = {
    Rung.RESTART_SCAN: Words("nghe lại từ đầu", "listening anew"),
    Rung.POWER_CYCLE: Words("tắt bật bộ phát", "radio off and on"),
    Rung.REOPEN: Words("tắt bật bộ phát qua nhân Linux", "radio off and on by the kernel"),
    Rung.UNBLOCK: Words("bật lại sóng Bluetooth", "Bluetooth unblocked"),
    Rung.REPROBE: Words("nạp lại bộ phát", "radio's driver loaded anew"),
    Rung.RESTART_BLUETOOTHD: Words("chạy lại bluetoothd", "bluetoothd restarted"),
    Rung.REBOOT: Words("khởi động lại hộp máy", "box restarted"),
}
_EARS: Final = {
    "sockets": Words("Nghe thẳng từ bộ phát", "Listens to the radio directly"),
    "bleak": Words("Nghe qua bluetoothd", "Listens through bluetoothd"),
}
_AIR: Final = {
    "bluetoothd": Words("phát qua bluetoothd", "sends through bluetoothd"),
    "management": Words("phát qua nhân Linux, vì bluetoothd từ chối", "sends by the kernel, since bluetoothd refuses"),
    "hci": Words("phát thẳng từ bộ phát, vì bluetoothd từ chối", "sends from the chip, since bluetoothd refuses"),
    "turns": Words(
        "nghe và phát thay phiên nhau, vì bộ phát không làm cùng lúc được",
        "listens and sends by turns, since the radio cannot do both at once",
    ),
}


TELLING_S: Final = 60.0
"""A share of less time says nothing."""


def path(facts: PathFacts, at: UnixMs) -> Words:
    """The row's value."""
    ways, told = facts.ways, []
    if ways.ears in _EARS:
        told.append(_EARS[ways.ears])
    if ways.air in _AIR:
        told.append(_AIR[ways.air])
    if facts.worked and facts.worked_at is not None:
        step, when = STEPS[Rung(facts.worked)], moment(facts.worked_at, at)
        told.append(Words(f"tự khỏi lúc {when.vi} nhờ {step.vi}", f"mended {when.en} by: {step.en}"))
    if facts.airtime is not None and facts.airtime.seconds >= TELLING_S:
        told.append(_airtime(facts.airtime))
    return Words(*(" · ".join(parts) for parts in zip(*told, strict=True))) if told else Words("…", "…")


def _airtime(facts: AirtimeFacts) -> Words:
    heard = _percent(facts.listening.share)
    if facts.sending is None:
        return Words(f"nghe {heard} thời gian", f"listening {heard} of the time")
    sent, gap = _percent(facts.sending.share), f"{facts.sending.longest_gap_s:.1f}"
    return Words(
        f"nghe {heard}, phát {sent} thời gian, ngừng phát lâu nhất {gap.replace('.', ',')} giây",
        f"listening {heard}, sending {sent} of the time, longest break in sending {gap} s",
    )


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", "\u00a0%")
