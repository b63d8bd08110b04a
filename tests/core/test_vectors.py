"""The reference's own answers: ids and days of its generator, advertisements as Android decides on them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict, TypeVar

import pytest

from kiosk.core import adverts, identity, windows
from kiosk.core.adverts import Ask, CarriesId, encode, read
from kiosk.core.identity import BluezoneId, DailyKey, reference_id
from kiosk.core.windows import UnixMs

pytestmark = pytest.mark.guest

FOLDER = Path(__file__).parents[1] / "vectors"
OTHER_BITS_SET = "iOS background: overflow area with one more bit set"
"""The one difference on purpose: Android's filter misses a phone that runs a second background app; we ask it."""


Case = TypeVar("Case")


class IdCase(TypedDict):
    name: str
    base_id: str
    base_time: int
    query_time_ms: int
    max: int
    daily_key: str
    daily_key_time: int
    index: int
    bluezone_id: str


class IdCases(TypedDict):
    cases: list[IdCase]


class Day(TypedDict):
    daily_key: str
    next_daily_key: str
    max: int
    ids: list[str]


class Days(TypedDict):
    days: list[Day]


class Decision(TypedDict, total=False):
    result: str
    id: str


class AdvertCase(TypedDict):
    name: str
    raw: str
    android_native_checked: Decision


class Adverts(TypedDict):
    company_id: int
    uuid16: int
    apple_overflow_pattern: str
    emit: list[dict[str, str]]
    cases: list[AdvertCase]


IDS: IdCases = json.loads((FOLDER / "ids.json").read_text(encoding="utf-8"))
DAYS: Days = json.loads((FOLDER / "days.json").read_text(encoding="utf-8"))
ADVERTS: Adverts = json.loads((FOLDER / "adverts.json").read_text(encoding="utf-8"))


def check_id(case: IdCase) -> None:
    """One id of the reference chain, and the daily key it came from."""
    at = UnixMs(case["query_time_ms"])
    base = DailyKey(bytes.fromhex(case["base_id"]))
    assert case["max"] == windows.WINDOWS_PER_DAY
    assert windows.window_at(at).slot == case["index"]
    assert windows.day_start(at) == case["daily_key_time"] * 1000
    assert reference_id(base, UnixMs(case["base_time"] * 1000), at).hex == case["bluezone_id"]
    assert DailyKey(bytes.fromhex(case["daily_key"])).ids()[case["index"]].hex == case["bluezone_id"]


def check_day(day: Day) -> None:
    """All ids of one day, and the next day's key."""
    key = DailyKey(bytes.fromhex(day["daily_key"]))
    assert [peer.hex for peer in key.ids()] == day["ids"]
    assert key.next.raw.hex().upper() == day["next_daily_key"]
    assert len(day["ids"]) == day["max"]


def check_advert(case: AdvertCase) -> None:
    """What Android 8.1+ does with an advertisement: accept = the id, gatt = ask, all else is neither."""
    decision = case["android_native_checked"]
    match read(bytes.fromhex(case["raw"])):
        case CarriesId(peer):
            assert (decision["result"], decision["id"]) == ("accept", peer.hex)
        case Ask():
            assert decision["result"] == "gatt"
        case _:
            assert decision["result"] not in ("accept", "gatt")


@pytest.mark.parametrize("case", IDS["cases"], ids=lambda case: case["name"])
def test_id_of_the_reference_chain(case: IdCase) -> None:
    check_id(case)


@pytest.mark.parametrize("day", DAYS["days"], ids=lambda day: day["daily_key"][:8])
def test_ids_of_a_whole_day(day: Day) -> None:
    check_day(day)


@pytest.mark.parametrize("case", ADVERTS["cases"], ids=lambda case: case["name"])
def test_advertisement_as_android_decides(case: AdvertCase) -> None:
    if case["name"] == OTHER_BITS_SET:
        assert case["android_native_checked"]["result"] == "filtered"
        assert read(bytes.fromhex(case["raw"])) == Ask(likely=True)
    else:
        check_advert(case)


@pytest.mark.parametrize("emit", ADVERTS["emit"], ids=lambda emit: emit["id"][:8])
def test_our_advertisement_and_every_order_a_phone_sends(emit: dict[str, str]) -> None:
    peer = BluezoneId(bytes.fromhex(emit["id"]))
    forms = [bytes.fromhex(raw) for name, raw in emit.items() if name != "id"]
    assert [read(raw) for raw in forms] == [CarriesId(peer)] * 5
    assert b"\x02\x01\x06" + encode(peer) == bytes.fromhex(emit["bluez_order_flags_06"])


def test_protocol_constants_are_the_vectors_own() -> None:
    assert ADVERTS["company_id"] == adverts.COMPANY
    assert ADVERTS["uuid16"] == adverts.SERVICE_UUID16
    pattern = bytes.fromhex(ADVERTS["apple_overflow_pattern"])
    assert len(pattern) == adverts.OVERFLOW_BYTES
    assert pattern[:2] == bytes((0x01, adverts.OVERFLOW_BIT))


def test_every_vector_was_asked_for() -> None:
    assert (len(IDS["cases"]), len(DAYS["days"]), len(ADVERTS["cases"])) == (80, 2, 26)


def failing() -> dict[str, int]:
    """How many vectors of each file fail right now."""
    return {
        "ids": sum(_fails(check_id, case) for case in IDS["cases"]),
        "days": sum(_fails(check_day, day) for day in DAYS["days"]),
        "adverts": sum(_fails(check_advert, case) for case in ADVERTS["cases"] if case["name"] != OTHER_BITS_SET),
    }


def _fails(check: Callable[[Case], None], case: Case) -> bool:
    try:
        check(case)
    except (AssertionError, KeyError, IndexError, ValueError):
        return True
    return False


def test_all_vectors_pass_unbroken() -> None:
    assert failing() == {"ids": 0, "days": 0, "adverts": 0}


@pytest.mark.parametrize(
    ("module", "name", "broken"),
    [
        pytest.param(identity, "SALT", b"bluezonesubkey", id="salt spelled right"),
        pytest.param(identity, "SALT", b"", id="no salt"),
        pytest.param(identity, "ID_PICK", tuple(range(0, 24, 2)), id="every other byte picked"),
        pytest.param(identity, "ID_PICK", (0, 4, 8, 12, 16, 18, 20, 22, 24, 26, 28, 31), id="last byte picked wrong"),
    ],
)
def test_vectors_guard_salt_and_byte_pick(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str, broken: object
) -> None:
    monkeypatch.setattr(module, name, broken)
    assert failing() == {"ids": 80, "days": 2, "adverts": 0}


def _inclusive_end(at: UnixMs) -> windows.Window:
    """A window that holds its own end, as the reference's matcher (not its generator) counts."""
    return windows.Window(UnixMs((at - 1) - (at - 1) % windows.WINDOW_MS))


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        pytest.param("WINDOW_MS", windows.WINDOW_MS + 1, id="a window 1 ms too long"),
        pytest.param("WINDOW_MS", windows.WINDOW_MS - 1, id="a window 1 ms too short"),
        pytest.param("window_at", _inclusive_end, id="a window that holds its end"),
    ],
)
def test_vectors_guard_the_window_end(monkeypatch: pytest.MonkeyPatch, name: str, broken: object) -> None:
    monkeypatch.setattr(windows, name, broken)
    if name == "window_at":
        monkeypatch.setattr(identity, name, broken)
    assert failing()["ids"] > 0
