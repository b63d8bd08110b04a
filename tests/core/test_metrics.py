"""The metrics: two foreign parsers accept them, names are stable, small counts and persons are not in them."""

import shutil
import subprocess
from dataclasses import replace
from typing import Final

import pytest
from prometheus_client.parser import text_string_to_metric_families

from kiosk.core.airtime import AirtimeFacts, Duty
from kiosk.core.facts import AdvertiseFacts, PathFacts, ProofFacts, Snapshot, SyncFacts, TallyFacts, Trouble, Verdict
from kiosk.core.metrics import metrics
from kiosk.core.report import document
from kiosk.core.windows import UnixMs
from tests.web.conftest import WELL, troubled

NAMES: Final = [
    "airtime_longest_gap_seconds",
    "airtime_share",
    "asks_total",
    "boots",
    "build_info",
    "clock_seconds",
    "counted_until_seconds",
    "counts_sound",
    "crashes",
    "disk_free_bytes",
    "fault",
    "light",
    "listening",
    "on_air",
    "packets_damaged_total",
    "packets_dropped_total",
    "packets_total",
    "phones",
    "power_cuts",
    "service_hangs_total",
    "service_restarts_total",
    "service_up",
    "start_time_seconds",
    "store_bytes",
    "store_files",
    "strangers",
    "sync_acknowledged_seconds",
    "sync_answered",
    "sync_certificate_ends_seconds",
    "sync_expired",
    "sync_heard_seconds",
    "sync_lost",
    "sync_refused",
    "sync_set_aside",
    "sync_waiting",
    "visits_today",
    "wall_drawn_seconds",
    "wall_visible",
]
"""The contract. Names are added here, never changed: somebody's alarms stand on them."""

Found = dict[str, dict[str, float]]


def told(snapshot: Snapshot, dead: tuple[str, ...] = ()) -> str:
    return metrics(snapshot, document(snapshot, dead))


def parsed(text: str) -> Found:
    """Family -> labels -> value, by Prometheus's own Python parser."""
    return {
        family.name: {",".join(sample.labels.values()): sample.value for sample in family.samples}
        for family in text_string_to_metric_families(text)
    }


def test_what_the_radio_was_worth_has_samples_for_each_side_that_can_be_told() -> None:
    both = AirtimeFacts(900, Duty(0.93, 1.9), Duty(0.99, 0.26))
    found = parsed(told(replace(WELL, path=PathFacts(airtime=both))))
    assert found["kiosk_airtime_share"] == {"listening": 0.93, "sending": 0.99}
    assert found["kiosk_airtime_longest_gap_seconds"] == {"listening": 1.9, "sending": 0.26}
    found = parsed(told(replace(WELL, path=PathFacts(airtime=replace(both, sending=None)))))
    assert found["kiosk_airtime_share"] == {"listening": 0.93}


def test_a_good_day_in_numbers() -> None:
    found = parsed(told(WELL))
    assert found["kiosk_light"] == {"green": 1, "amber": 0, "red": 0, "starting": 0}
    assert set(found["kiosk_fault"].values()) == {0.0}
    assert found["kiosk_on_air"] == {"": 1}
    assert found["kiosk_service_up"]["advertise"] == 1
    assert found["kiosk_disk_free_bytes"] == {"": 12_300_000_000}
    assert found["kiosk_start_time_seconds"] == {"": WELL.started / 1000}


def test_a_fault_is_told_by_its_code() -> None:
    found = parsed(told(troubled(WELL, "advertise", Trouble.NO_ADAPTER)))
    assert found["kiosk_light"]["red"] == 1
    assert found["kiosk_fault"]["S1"] == 1
    assert found["kiosk_service_up"]["advertise"] == 0


def test_off_air_is_zero() -> None:
    assert parsed(told(replace(WELL, advertise=AdvertiseFacts())))["kiosk_on_air"] == {"": 0}


@pytest.mark.parametrize(("count", "samples"), [(19, {}), (20, {"": 20.0})])
def test_counts_of_people_below_20_have_no_sample(count: int, samples: dict[str, float]) -> None:
    tally = TallyFacts(UnixMs(1_597_683_600_000), (count,), replace(WELL.collect, strangers_near=count, answered=count))
    found = parsed(told(replace(WELL, tally=tally)))
    assert found["kiosk_phones"] == samples
    assert found["kiosk_visits_today"] == samples
    assert found["kiosk_strangers"] == samples
    assert ("answered" in found["kiosk_asks"]) is bool(samples)


@pytest.mark.parametrize(
    ("verdict", "samples"),
    [
        (None, {}),
        (Verdict.UNSEEN, {}),
        (Verdict.SEEN, {"": 1.0}),
        (Verdict.RESTING, {"": 1.0}),
        (Verdict.DARK, {"": 0.0}),
    ],
)
def test_whether_visitors_see_the_wall_is_told_where_somebody_looked(
    verdict: Verdict | None, samples: dict[str, float]
) -> None:
    assert parsed(told(replace(WELL, proof=ProofFacts(verdict))))["kiosk_wall_visible"] == samples


def test_sending_is_told_where_the_box_is_enrolled() -> None:
    assert parsed(told(WELL))["kiosk_sync_waiting"] == {}
    facts = SyncFacts(acknowledged_at=UnixMs(5000), waiting=3, refused=True, set_aside=1, answered=2)
    found = parsed(told(replace(WELL, sync=facts)))
    names = ("waiting", "refused", "lost", "set_aside", "answered", "acknowledged_seconds")
    assert [found[f"kiosk_sync_{name}"][""] for name in names] == [3, 1, 0, 1, 2, 5]
    assert found["kiosk_sync_certificate_ends_seconds"] == {}


def test_the_names_are_a_contract_and_each_has_help_and_type() -> None:
    text = told(WELL)
    assert sorted(line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")) == [
        f"kiosk_{name}" for name in NAMES
    ]
    assert text.count("# HELP kiosk_") == len(NAMES)


def test_neither_the_venue_nor_a_trouble_in_words_is_told() -> None:
    text = told(troubled(replace(WELL, venue="Bến xe Trung tâm"), "collect", Trouble.STORE))
    assert "Bến xe" not in text
    assert "in words" not in text
    assert text.isascii()


@pytest.mark.parametrize("version", ['1"2', "1\\2", "1\n2", "0.1.0"])
def test_no_text_breaks_a_line(version: str) -> None:
    assert parsed(told(replace(WELL, version=version)))["kiosk_build_info"] == {f"{version},false": 1}


@pytest.mark.parametrize("snapshot", [WELL, replace(WELL, simulated=True), troubled(WELL, "show", Trouble.NO_DISPLAY)])
def test_promtool_has_nothing_to_complain_of(snapshot: Snapshot) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is missing: install the Debian package prometheus")
    done = subprocess.run(
        [promtool, "check", "metrics"], input=told(snapshot), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
