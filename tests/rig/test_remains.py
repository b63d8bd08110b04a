"""The judge of power cuts sees each kind of harm, told without a machine."""

from dataclasses import replace

import pytest

from tests.rig.power_cuts import delay
from tests.rig.remains import Met, Remains, findings

pytestmark = pytest.mark.rig

WINDOW = 1_795_608_000_000
BOOT = (WINDOW / 1000 + 60, WINDOW / 1000 + 120)


def met(peer: str, *, part: int = 0, at: int = 70_000) -> Met:
    return Met(WINDOW, part, peer, WINDOW + at, WINDOW + at + 5_000, 3, (-50, -160))


BEFORE = Remains([met("A")], {(WINDOW, 0)}, b"key", 2)
WELL = Remains([met("A"), met("B", part=1)], {(WINDOW, 0)}, b"key", 2)


def found(now: Remains) -> list[str]:
    return [each.split(":")[0] for each in findings(BEFORE, now, due={"A"}, sent={"A", "B"}, boot=BOOT)]


def test_a_whole_store_has_nothing_wrong() -> None:
    assert found(WELL) == []


@pytest.mark.parametrize(
    ("now", "what"),
    [
        (replace(WELL, malformed=["2026-11-25.db: torn"]), ["malformed"]),
        (
            replace(WELL, rows=[met("B", part=1)]),
            ["owed and not there", "there before and gone", "sealed and changed"],
        ),
        (replace(WELL, rows=[*WELL.rows, met("A", part=1)]), ["twice"]),
        (replace(WELL, rows=[*WELL.rows, met("C", part=1)]), ["never sent"]),
        (
            replace(WELL, rows=[met("A"), met("B", part=1, at=200_000)]),
            ["dated outside the time the power was on"],
        ),
        (replace(WELL, rows=[*WELL.rows[1:], met("A", at=71_000)]), ["sealed and changed"]),
        (replace(WELL, seals=set()), ["sealed and changed"]),
        (replace(WELL, root_key=b"new"), ["another root key"]),
    ],
)
def test_each_harm_is_found(now: Remains, what: list[str]) -> None:
    assert found(now) == what


def test_the_delay_of_a_slow_guest_is_free_of_its_clocks_offset() -> None:
    rows = {"A": met("A", at=70_000), "B": met("B", at=72_500)}
    assert delay({"A": 10.0, "B": 11.0, "C": 12.0}, rows) == pytest.approx(1.5)
