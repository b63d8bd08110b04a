"""Dating: what was noted by time since power-on gets its date, a date stays one, and no time is forgotten."""

import dataclasses
import typing
from dataclasses import replace

import pytest

from kiosk.core import facts
from kiosk.core.dating import NOTED, dated
from kiosk.core.facts import CollectFacts, ProofFacts, Snapshot, SyncFacts, TallyFacts
from kiosk.core.faults import faults
from kiosk.core.windows import UnixMs, vietnam_day_start
from kiosk.core.wording import HOUR_MS
from tests.core.strategies import NOON

pytestmark = pytest.mark.guest

POWER_ON = UnixMs(NOON - HOUR_MS)
HERE = Snapshot(NOON, POWER_ON, "test", "", simulated=False)
NEVER_BEFORE = {
    "advertise": {"on_air_since", "window_start"},  # off air until the time is known
    "collect": {"last_stored"},
    "upkeep": {"purged_at", "set_aside_at", "state_set_aside_at"},  # days, and files by their names
    "sync": {"acknowledged_at", "oldest", "certificate_ends"},  # out of the store and out of a certificate
    "tally": {"since"},
}
ORDERS = {"wall", "radio", "sound", "sending"}
"""Until six in the morning: of no use without a date."""


def test_every_fact_with_a_time_is_either_dated_or_never_noted_before_the_time_is_known() -> None:
    found: dict[str, set[str]] = {}
    for part in dataclasses.fields(Snapshot):
        hint = typing.get_type_hints(Snapshot)[part.name]
        kinds = typing.get_args(hint) or (hint,)
        for kind in kinds:
            if dataclasses.is_dataclass(kind) and part.name not in ORDERS:
                hints = typing.get_type_hints(kind, vars(facts))
                names = {name for name, hint in hints.items() if UnixMs in (hint, *typing.get_args(hint))}
                found |= {part.name: names} if names else {}
    known = {part: set(NOTED.get(part, ())) | NEVER_BEFORE.get(part, set()) for part in {*NOTED, *NEVER_BEFORE}}
    assert found == known


def test_what_was_noted_since_power_on_is_dated_and_a_date_stays() -> None:
    mixed = replace(
        HERE,
        collect=CollectFacts(listening_since=UnixMs(40_000), last_heard=UnixMs(NOON - 5)),
        proof=ProofFacts(looked_at=UnixMs(90_000)),
    )
    told = dated(mixed, POWER_ON)
    assert (told.collect.listening_since, told.collect.last_heard) == (POWER_ON + 40_000, NOON - 5)
    assert (told.proof.looked_at, told.proof.qr_seen_at) == (POWER_ON + 90_000, None)
    assert dated(told, POWER_ON) == told
    assert dated(HERE, POWER_ON) is HERE


def test_a_box_switched_on_an_hour_ago_has_not_listened_in_vain_nor_missed_its_network_since_1970() -> None:
    tally = TallyFacts(since=vietnam_day_start(NOON), visits=(0,) * 48)
    young = replace(HERE, tally=tally, collect=CollectFacts(listening_since=UnixMs(40_000)))
    young = replace(young, sync=SyncFacts(lost_since=UnixMs(HOUR_MS - 60_000)))
    assert {"S6", "M1"} <= {fault.code for fault in faults(young)}, "what it would say without dates"
    assert not {"S6", "M1"} & {fault.code for fault in faults(dated(young, POWER_ON))}
