"""Export: the list of venues as rows for a spreadsheet; times in Vietnam, as ISO 8601."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from kiosk.core.discretion import FEWEST
from kiosk.core.fleet.judging import Line, clock_off_ms
from kiosk.core.fleet.table import Cell
from kiosk.core.fleet.units import Tree
from kiosk.core.fleet.venues import KINDS
from kiosk.core.windows import UnixMs
from kiosk.core.wording import Words, iso

COLUMNS: Final = (
    Words("Mã nơi đặt", "Venue id"),
    Words("Nơi đặt", "Venue"),
    Words("Loại", "Kind"),
    Words("Đơn vị", "Unit"),
    Words("Đèn", "Light"),
    Words("Tình trạng", "State"),
    Words("Việc nên làm", "What to do"),
    Words("Mã cảnh báo", "Codes"),
    Words("Người lo", "Owner"),
    Words("Tin cuối", "Last news"),
    Words("Lượt hôm nay", "Visits today"),
    Words("Gói chờ gửi", "Parcels waiting"),
    Words("Gói cũ nhất từ", "Oldest since"),
    Words("Đồng hồ lệch (giây)", "Clock off (s)"),
    Words("Bản", "Version"),
    Words("Chia sẻ", "Shares"),
    Words("Trạm", "Kiosk"),
    Words("Báo mất", "Stolen"),
)


def exported(lines: Iterable[Line], tree: Tree, now: UnixMs, lang: int) -> Iterator[Sequence[Cell]]:
    """A head and a row a venue. `lang` is the place of the language in Words: 0 Vietnamese, 1 English."""
    yield [name[lang] for name in COLUMNS]
    for line in lines:
        yield [*_place(line, tree, lang), *_state(line, lang), *_kiosk(line, now)]


def _place(line: Line, tree: Tree, lang: int) -> Sequence[Cell]:
    venue = line.venue
    kind = KINDS[venue.kind][lang] if venue.kind in KINDS else venue.kind
    return venue.id, venue.name, kind, tree.label(venue.unit)


def _state(line: Line, lang: int) -> Sequence[Cell]:
    codes = " ".join(matter.code for matter in line.matters if matter.code)
    worst = line.worst
    return line.light, worst.title[lang], worst.todo[lang], codes, worst.owner


def _kiosk(line: Line, now: UnixMs) -> Sequence[Cell]:
    venue, told = line.venue, line.venue.heartbeat
    stolen = int(venue.stolen)
    if told is None:
        return None, None, None, None, None, None, None, venue.kiosk, stolen
    visits = venue.visits_today(now)
    return (
        iso(venue.heard_at),
        visits if visits is not None and visits >= FEWEST else None,
        told.waiting,
        iso(UnixMs(told.oldest)) if told.oldest is not None else None,
        clock_off_ms(venue) // 1000,
        told.version,
        told.share,
        venue.kiosk,
        stolen,
    )
