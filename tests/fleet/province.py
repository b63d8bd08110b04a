"""A province made up for tests, benchmarks and pictures: units, venues, teams, and what their kiosks would say today.

Every name is invented. No unit stands for a real one; levels are as since 2025: a province, then wards and communes.
"""

from dataclasses import dataclass
from random import Random
from typing import Final

from kiosk.core.catalogue import CATALOGUE
from kiosk.core.windows import UnixMs, vietnam_day_start
from kiosk.core.wire import FaultNote, Heartbeat, Visits
from kiosk.core.wording import HOUR_MS, MINUTE_MS

PROVINCE: Final = "Tỉnh Sơn Hà"
UNITS: Final = (
    "Phường Bến Đò", "Phường Ven Sông", "Phường Cầu Gỗ", "Phường Hoa Sữa", "Xã Đồi Thông", "Xã Suối Mây",
    "Xã Đồng Lúa", "Xã Ruộng Cao", "Xã Bãi Cát", "Đặc khu Đảo Yến",
)  # fmt: skip
KINDS: Final = {
    "bus-station": ("Bến xe {}", ("Trung tâm", "Phía Nam", "Phía Bắc", "Cầu Gỗ", "Suối Mây")),
    "market": ("Chợ {}", ("Bến Đò", "Hoa Sữa", "Đầu Mối", "Chiều Đồng Lúa", "Nổi Ven Sông", "Bãi Cát", "Suối Mây")),
    "hospital": (
        "{}",
        ("Bệnh viện Đa khoa Sơn Hà", "Bệnh viện Sản Nhi", "Trung tâm Y tế Đồi Thông", "Trạm Y tế Đảo Yến"),
    ),
    "school": (
        "Trường {}",
        ("THCS Hoa Sen", "THPT Sơn Hà 1", "THPT Sơn Hà 2", "Tiểu học Ven Sông", "Tiểu học Bãi Cát", "Mầm non Hoa Sữa",
         "THCS Ruộng Cao", "Cao đẳng Nghề Sơn Hà"),
    ),
    "public-service": (
        "Trung tâm hành chính công {}",
        ("tỉnh", "phường Bến Đò", "phường Cầu Gỗ", "xã Đồi Thông", "xã Bãi Cát", "đặc khu Đảo Yến"),
    ),
    "hotel": ("Khách sạn {}", ("Ven Sông", "Hoa Ban", "Mây Núi", "Đảo Yến", "Cát Vàng")),
    "community-hall": ("Nhà văn hóa {}", ("thôn Đông", "thôn Đoài", "tổ 5 Bến Đò", "bản Suối Mây", "xóm Ruộng Cao")),
    "industrial": ("Khu công nghiệp {}", ("Số 1", "Số 2", "Cảng Cát")),
    "mall": ("Siêu thị {}", ("Cầu Gỗ", "Hoa Sữa", "Sông Xanh")),
    "restaurant": ("Quán {}", ("Cơm Bến Đò", "Phở Đầu Cầu", "Cá Nướng Ven Sông")),
    "port": ("{}", ("Bến tàu Đảo Yến", "Cảng cá Bãi Cát", "Bến phà Ven Sông")),
    "office": ("{}", ("Sở Y tế tỉnh Sơn Hà", "Bưu điện Cầu Gỗ", "Ngân hàng Hợp tác xã Đồng Lúa")),
    "quarantine": ("Khu cách ly {}", ("Trường Quân sự", "Đồi Thông")),
    "household": ("{}", ("Chung cư Hoa Sữa nhà A", "Chung cư Hoa Sữa nhà B")),
    "outdoor": ("{}", ("Quảng trường Sơn Hà",)),
}  # fmt: skip
VERSIONS: Final = ("0.1.0", "0.1.0", "0.1.0", "0.0.9")


@dataclass(frozen=True, slots=True)
class Made:
    """One venue, and the day its kiosk has: a code of the catalogue, or silent, late, skewed, stolen, new, fresh."""

    name: str
    kind: str
    unit: tuple[str, ...]
    fate: str
    busy: int


FATES: Final = (
    "S4", "silent", "H1", "T2", "M1", "N1", "S6", "late", "skewed", "stale", "stolen", "new", "new", "fresh", "C1",
)  # fmt: skip


def made() -> list[Made]:
    """Sixty venues; most are well."""
    random, found = Random(26), []
    for kind, (pattern, names) in KINDS.items():
        for name in names:
            unit = next((unit for unit in UNITS if unit.partition(" ")[2].split()[-1] in name), random.choice(UNITS))
            busy = round(random.choice((30, 90, 400, 1500, 3200)) * random.uniform(0.8, 1.6))
            found.append(Made(pattern.format(name), kind, (PROVINCE, unit), "", busy))
    for place, fate in zip(random.sample(range(len(found)), len(FATES)), FATES, strict=True):
        was = found[place]
        found[place] = Made(was.name, was.kind, was.unit, fate, 0 if fate == "S6" else was.busy)
    return found


def heartbeat(of: Made, store: str, now: UnixMs) -> Heartbeat:
    """What this kiosk says at some moment of its day."""
    random, day = Random(of.name), vietnam_day_start(now)
    entry = CATALOGUE.get(of.fate)
    notes = (
        (FaultNote(code=entry.code, level=entry.level.value, owner=entry.owner.value),)  # type: ignore[arg-type] # GREEN is nobody's
        if entry is not None
        else ()
    )
    share = of.busy * (now - day) // (14 * HOUR_MS)
    waiting = random.randrange(3, 40) if of.fate in ("late", "M1") else 0
    return Heartbeat(
        at=now + (37 * MINUTE_MS if of.fate == "skewed" else random.randrange(-2000, 2000)),
        store=store,
        version=random.choice(VERSIONS),
        light=entry.level.value if entry is not None else "green",
        faults=notes,
        share="nothing" if of.kind == "quarantine" else "matches",
        waiting=waiting,
        oldest=now - 9 * HOUR_MS if of.fate == "late" else now - 2 * HOUR_MS if waiting else None,
        clock_trusted=of.fate != "skewed",
        uptime_s=random.randrange(3_600, 3_000_000),
        visits=None if of.kind == "quarantine" else Visits(day=day, until=now - now % (15 * MINUTE_MS), count=share),
    )
