"""A venue's light, its sentence for the telephone, and the order of the list."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.catalogue import CATALOGUE
from kiosk.core.fleet.judging import (
    CLOCK_MS,
    LATE_MS,
    RANKS,
    SILENT_MS,
    STALE_MS,
    judged,
    worst_first,
)
from kiosk.core.fleet.venues import Standing, Venue
from kiosk.core.windows import UnixMs
from kiosk.core.wire import FaultNote
from tests.core.fleet.made import NOW, heartbeat, talking, venues


def test_a_kiosk_that_talks_and_complains_of_nothing_runs_well() -> None:
    line = judged(talking(), NOW)
    assert (line.light, line.worst.title.vi, line.waited_ms) == ("green", "Chạy tốt", 0)


@pytest.mark.parametrize(
    ("silent_ms", "light"),
    [(0, "green"), (STALE_MS, "green"), (STALE_MS + 1, "amber"), (SILENT_MS, "amber"), (SILENT_MS + 1, "red")],
)
def test_silence_is_told_after_two_heartbeats_and_is_red_after_half_an_hour(silent_ms: int, light: str) -> None:
    line = judged(talking(heartbeat(at=NOW - silent_ms), UnixMs(NOW - silent_ms)), NOW)
    assert line.light == light
    assert line.waited_ms == (silent_ms if light != "green" else 0)


def test_silence_names_its_time_in_vietnam() -> None:
    line = judged(talking(heartbeat(at=NOW - 7_200_000), UnixMs(NOW - 7_200_000)), NOW)
    assert line.worst.title == ("Im lặng từ 12:05", "Silent since 12:05")


def test_a_silent_kiosk_keeps_the_faults_it_last_told() -> None:
    full = FaultNote(code="T2", level="red", owner="helper")
    line = judged(talking(heartbeat(at=0, faults=(full,)), UnixMs(0)), NOW)
    assert [matter.code for matter in line.matters] == ["", "T2"]
    assert line.light == "red"


@pytest.mark.parametrize("owner", ["staff", "helper", "nobody"])
@pytest.mark.parametrize("code", [*CATALOGUE, "X9"])
def test_every_fault_has_a_whole_sentence_in_both_languages(code: str, owner: str) -> None:
    note = FaultNote(code=code, level="red", owner=owner)  # type: ignore[arg-type] # one of three
    [matter] = judged(talking(heartbeat(light="red", faults=(note,))), NOW).matters
    for text in (*matter.title, *matter.todo):
        assert text
        assert not set("{}") & set(text)


def test_on_the_telephone_nobody_is_asked_to_press_a_button_where_another_way_is_known() -> None:
    note = FaultNote(code="S3", level="red", owner="staff")
    assert "Rút điện" in judged(talking(heartbeat(faults=(note,))), NOW).worst.todo.vi


def test_a_clock_that_is_off_is_told_in_either_direction_unless_the_kiosk_tells_it_itself() -> None:
    for off in (-CLOCK_MS - 1, CLOCK_MS + 1):
        line = judged(talking(heartbeat(at=UnixMs(NOW + off))), NOW)
        assert (line.light, line.worst.title.vi) == ("amber", "Đồng hồ lệch 5 phút")
    own = FaultNote(code="G1", level="red", owner="staff")
    line = judged(talking(heartbeat(at=UnixMs(0), faults=(own,))), NOW)
    assert [matter.code for matter in line.matters] == ["G1"]


def test_data_that_waits_for_hours_though_the_kiosk_talks_is_told() -> None:
    for age, light in ((LATE_MS, "green"), (LATE_MS + 1, "amber")):
        line = judged(talking(heartbeat(waiting=3, oldest=NOW - age)), NOW)
        assert (line.light, line.waited_ms) == (light, age)


def test_a_simulated_kiosk_says_so_and_its_own_time_is_no_fault() -> None:
    beat = heartbeat(simulated=True, at=NOW - CLOCK_MS * 9, waiting=3, oldest=NOW - LATE_MS * 9)
    line = judged(talking(beat, NOW), NOW)
    assert (line.light, line.worst.title.vi, line.waited_ms) == ("green", "Trạm mô phỏng", 0)
    forged = judged(talking(heartbeat(simulated=True, refused_notices=1), NOW), NOW)
    assert forged.light == "amber", "what is really wrong is still told"


def test_a_forged_notice_is_told() -> None:
    assert judged(talking(heartbeat(refused_notices=1)), NOW).light == "amber"


def test_a_light_without_a_fault_is_believed() -> None:
    assert judged(talking(heartbeat(light="red")), NOW).light == "red"
    assert judged(talking(heartbeat(light="starting")), NOW).light == "starting"


@pytest.mark.parametrize(
    ("venue", "light", "words"),
    [
        (Venue(id="a", name="A"), "starting", "Chưa ghi danh"),
        (Venue(id="a", name="A", standing=Standing.ACTIVE, kiosk="k"), "starting", "Đã ghi danh, chưa có tin"),
        (Venue(id="a", name="A", standing=Standing.REVOKED, since=NOW), "red", "Đã khóa từ 14:05"),
        (Venue(id="a", name="A", standing=Standing.RETIRED), "green", "Đã ngừng"),
    ],
)
def test_a_venue_without_a_working_kiosk_says_why(venue: Venue, light: str, words: str) -> None:
    line = judged(venue, NOW)
    assert (line.light, line.worst.title.vi) == (light, words)


@given(st.lists(venues(), max_size=12))
def test_the_list_is_red_before_amber_before_green_and_then_longest_waiting(found: list[Venue]) -> None:
    lines = sorted((judged(venue, NOW) for venue in found), key=worst_first)
    for before, after in itertools.pairwise(lines):
        assert RANKS[before.light] <= RANKS[after.light]
        if before.light == after.light:
            assert before.waited_ms >= after.waited_ms


@given(venues())
def test_judging_never_fails_and_the_light_is_the_worst_of_its_matters(venue: Venue) -> None:
    line = judged(venue, NOW)
    assert line.matters
    assert RANKS[line.light] == min(RANKS[matter.level] for matter in line.matters)
    assert line.waited_ms >= 0
