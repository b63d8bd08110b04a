"""Rows: the lines of the page, each a part of the kiosk in a few words, and what may be shown of people. Pure.

Always the same rows in the same order, whatever breaks; a row whose facts nobody keeps is absent.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from kiosk.core.discretion import FEWEST, tellable
from kiosk.core.facts import CollectFacts, Snapshot, State, Verdict
from kiosk.core.faults import Fault, mute, waking
from kiosk.core.path_words import path
from kiosk.core.status import Count, Light, Row, Said
from kiosk.core.windows import UnixMs, vietnam_day_start
from kiosk.core.wording import MINUTE_MS, Words, clock, gigabytes, lasted, moment, number, since

_HIDDEN: Final = Words("Dưới 20 máy, không hiện số để giữ riêng tư", "Fewer than 20; number hidden for privacy")
_READY: Final = Words("Đang chuẩn bị", "Getting ready")

_PARTS: Final = {
    "advertise": Words("phát sóng", "on air"),
    "collect": Words("nghe điện thoại", "listening"),
    "mend": Words("bộ phát", "radio"),
    "show": Words("màn hình", "screen"),
    "witness": Words("xem lại màn hình", "look at the screen"),
    "browse": Words("trình duyệt", "browser"),
    "announce": Words("loa", "loudspeaker"),
    "upkeep": Words("thẻ nhớ", "memory card"),
    "keep-time": Words("đồng hồ", "clock"),
    "sync": Words("gửi dữ liệu", "sending data"),
    "web": Words("trang này", "this page"),
}
"""What staff call each service."""


class People(NamedTuple):
    """What may be told of people: as of the end of a window, or live where phones are invented (`until` None)."""

    near: int
    today: int
    until: UnixMs | None
    heard: CollectFacts


def people(snapshot: Snapshot) -> People:
    """The counts of the last finished window and of the day up to it."""
    tally, live = snapshot.tally, snapshot.collect
    if snapshot.simulated:
        return People(live.phones_near, live.visits_today, None, live)
    if tally is None or not tally.visits:
        return People(0, 0, None, CollectFacts())
    of_today = tally.until > vietnam_day_start(snapshot.at)
    return People(tally.visits[-1], sum(tellable(tally.today)) if of_today else 0, tally.until, tally.heard)


def is_sound(snapshot: Snapshot) -> bool:
    """Whether today's counts are of phones alone: false once fake ids were sent nearby today."""
    return snapshot.flood is None or not snapshot.flood.spoils(vietnam_day_start(snapshot.at))


def counted(value: int, simulated: bool) -> Count:
    """The number, or only that it is small."""
    if simulated or value >= FEWEST:
        return Count(count=value, fewer_than=None)
    return Count(count=None, fewer_than=FEWEST)


def rows(snapshot: Snapshot, found: tuple[Fault, ...]) -> list[Row]:
    """Every row whose subject this box has."""
    return [
        Row(key=key, level=_level(key, services, snapshot, found), name=_said(name), value=_said(value))
        for key, services, name, value in _parts(snapshot)
    ]


def _parts(snapshot: Snapshot) -> Iterator[tuple[str, tuple[str, ...], Words, Words]]:
    """Key, the services behind it, name, value."""
    yield "on-air", ("advertise",), Words("Phát sóng", "On air"), _on_air(snapshot)
    yield "phones", ("collect",), Words("Điện thoại Bluezone", "Bluezone phones"), _phones(snapshot)
    if snapshot.path is not None:
        yield "radio", ("mend",), Words("Bộ phát", "Radio"), path(snapshot.path, snapshot.at)
    yield "screen", ("show",), Words("Màn hình", "Screen"), _screen(snapshot)
    if snapshot.sync is not None:
        yield "sync", (), Words("Gửi dữ liệu", "Sending data"), _sync(snapshot)
    yield "box", ("upkeep", "web"), Words("Hộp máy", "Box"), _box(snapshot)
    if snapshot.clock is not None:
        sure = snapshot.clock.trusted
        value = Words("Đúng giờ", "On time") if sure else Words("Chưa chắc giờ", "Not sure of the time")
        yield "clock", (), Words("Đồng hồ", "Clock"), value


def _level(key: str, services: tuple[str, ...], snapshot: Snapshot, found: tuple[Fault, ...]) -> Light:
    """The worst fault of this row, or one that belongs to whoever reported it (faults come worst first)."""
    for fault in found:
        if fault.row == key or (not fault.row and set(services) & set(fault.services)):
            return fault.level.value
    silent = any(mute(service, snapshot) for service in snapshot.services if service.name in services)
    return "starting" if silent or not snapshot.services else "green"


def _on_air(snapshot: Snapshot) -> Words:
    began = snapshot.advertise.on_air_since
    if began is None:
        return _READY if waking(snapshot) else Words("Đang dừng", "Off air")
    at = since(began, snapshot.at)
    return Words(f"Liên tục từ {at.vi}", f"On since {at.en}")


def _phones(snapshot: Snapshot) -> Words:
    facts, seen = snapshot.collect, people(snapshot)
    if facts.listening_since is None:
        if facts.last_heard is None:
            return _READY if waking(snapshot) else Words("Chưa nghe được gì", "Nothing heard yet")
        at = moment(facts.last_heard, snapshot.at)
        return Words(f"Không nghe được từ {at.vi}", f"Nothing heard since {at.en}")
    near, visits = (counted(value, snapshot.simulated) for value in (seen.near, seen.today))
    if near["count"] is None and visits["count"] is None:
        return _HIDDEN
    told = Words(
        f"{_few(near).vi} máy ở gần · {_few(visits).vi.lower()} lượt hôm nay",
        f"{_few(near).en} phones near · {_few(visits).en.lower()} visits today",
    )
    if not is_sound(snapshot):
        told = Words(f"{told.vi} · số có thể sai", f"{told.en} · may be wrong")
    if seen.until is None:
        return told
    return Words(f"{told.vi} · tính đến {clock(seen.until)}", f"{told.en} · as of {clock(seen.until)}")


def _screen(snapshot: Snapshot) -> Words:
    facts = snapshot.show
    if facts.drawn_at is None:
        return _READY if waking(snapshot) else Words("Chưa vẽ bảng chào", "Nothing drawn yet")
    at = moment(facts.drawn_at, snapshot.at)
    show = snapshot.service("show")
    if show is not None and show.state is State.TROUBLED:
        return Words(f"Không hiện được, lần cuối lúc {at.vi}", f"Not shown, last drawn {at.en}")
    return _proof(snapshot) or Words(f"Mã QR đang hiện, vẽ lúc {at.vi}", f"QR on screen, drawn {at.en}")


def _proof(snapshot: Snapshot) -> Words | None:
    """What was read back from the wall itself, where someone looks."""
    proof, at = snapshot.proof, snapshot.at
    if proof.verdict is Verdict.SEEN and proof.looked_at is not None:
        looked = moment(proof.looked_at, at)
        told = Words(f"Mã QR hiện rõ, xem lúc {looked.vi}", f"QR clear, seen {looked.en}")
        if proof.since is None:
            return told
        began = moment(proof.since, at)
        return Words(f"{told.vi} · liên tục từ {began.vi}", f"{told.en} · so since {began.en}")
    if proof.verdict is Verdict.RESTING:
        return Words("Đang nghỉ, sáng mai hiện lại", "Resting, back in the morning")
    if proof.verdict is None or not proof.verdict.alarm:
        return None
    if proof.qr_seen_at is None:
        return Words("Không đọc được mã QR", "QR cannot be read")
    seen = moment(proof.qr_seen_at, at)
    return Words(f"Không đọc được mã QR, lần cuối rõ lúc {seen.vi}", f"QR cannot be read, last clear {seen.en}")


def _sync(snapshot: Snapshot) -> Words:
    told, answered = _sent(snapshot), snapshot.sync.answered if snapshot.sync else 0
    if not answered:
        return told
    many = number(answered)
    plural = "request" if answered == 1 else "requests"
    return Words(f"{told.vi} · Đã trả lời {many.vi} yêu cầu", f"{told.en} · answered {many.en} {plural}")


def _sent(snapshot: Snapshot) -> Words:
    facts = snapshot.sync
    if facts is None or (facts.acknowledged_at is None and not facts.waiting):
        return Words("Chưa gửi gì", "Nothing sent yet")
    if facts.waiting:
        many = number(facts.waiting)
        told = Words(f"Chờ gửi {many.vi} gói", f"{many.en} waiting")
        if facts.oldest is None:
            return told
        oldest = moment(facts.oldest, snapshot.at)
        return Words(f"{told.vi} · gói cũ nhất từ {oldest.vi}", f"{told.en} · oldest from {oldest.en}")
    at = moment(facts.acknowledged_at or snapshot.at, snapshot.at)
    return Words(f"Đã gửi hết lúc {at.vi}", f"All sent {at.en}")


def _box(snapshot: Snapshot) -> Words:
    age, free = snapshot.at - snapshot.started, snapshot.upkeep.free_bytes
    told = [*_health(snapshot), Words(f"Bản {snapshot.version}", f"Version {snapshot.version}")]
    up = Words("vừa bật", "just started")
    if age >= MINUTE_MS:
        up = Words(f"chạy được {lasted(age).vi}", f"up {lasted(age).en}")
    told.append(up)
    if free is not None:
        room = gigabytes(free)
        told.append(Words(f"thẻ nhớ trống {room.vi}", f"{room.en} free"))
    told += [*_starts(snapshot), *_hung(snapshot)]
    return Words(*(" · ".join(parts) for parts in zip(*told, strict=True)))


def _health(snapshot: Snapshot) -> Iterator[Words]:
    facts = snapshot.health
    if facts is None:
        return
    if facts.celsius is not None:
        warm = f"{facts.celsius:.0f} °C"
        yield Words(warm, warm)
    if facts.weak_power:
        yield Words("điện yếu", "weak power")
    if facts.memory_free_bytes is not None:
        room = gigabytes(facts.memory_free_bytes)
        yield Words(f"bộ nhớ trống {room.vi}", f"{room.en} memory free")
    if facts.card_used is not None:
        worn = f"{facts.card_used:.0%}"
        yield Words(f"thẻ nhớ đã mòn {worn}", f"card worn {worn}")


def _starts(snapshot: Snapshot) -> Iterator[Words]:
    """How often the box was switched on, and how it went off."""
    facts = snapshot.boots
    if facts is None:
        return
    yield Words(f"đã bật {_times(facts.boots).vi}", f"switched on {_times(facts.boots).en}")
    if facts.cuts:
        yield Words(f"mất điện đột ngột {_times(facts.cuts).vi}", f"power cut {_times(facts.cuts).en}")
    if facts.crashes:
        yield Words(f"phần mềm hỏng giữa chừng {_times(facts.crashes).vi}", f"crashed {_times(facts.crashes).en}")


def _hung(snapshot: Snapshot) -> Iterator[Words]:
    """Which parts hung and were started again since the kiosk started."""
    parts = [(_PARTS.get(each.name, Words(each.name, each.name)), _times(each.hangs))
             for each in snapshot.services if each.hangs]  # fmt: skip
    if parts:
        vi = ", ".join(f"{part.vi} {times.vi}" for part, times in parts)
        en = ", ".join(f"{part.en} {times.en}" for part, times in parts)
        yield Words(f"phần bị treo, đã tự chạy lại: {vi}", f"hung and started again: {en}")


def _times(count: int) -> Words:
    many = number(count)
    return Words(f"{many.vi} lần", "once" if count == 1 else f"{many.en} times")


def _few(count: Count) -> Words:
    if count["count"] is None:
        return Words(f"Dưới {FEWEST}", f"Fewer than {FEWEST}")
    return number(count["count"])


def _said(words: Words) -> Said:
    return Said(vi=words.vi, en=words.en)
