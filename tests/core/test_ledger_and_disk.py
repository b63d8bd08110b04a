"""The ledger against a model of the disk: whatever happens in whatever order, every reception is counted once."""

from collections import defaultdict

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.core.adverts import Platform
from kiosk.core.encounters import UPDATE_AFTER_S, Encounter, Flush, Ledger, Sighting, Via, encounter_of
from kiosk.core.identity import BluezoneId
from kiosk.core.windows import WINDOW_MS, UnixMs, Window, window_at
from tests.core.strategies import NOON, an_id, rssis

pytestmark = pytest.mark.guest

Key = tuple[Window, BluezoneId]
MIDNIGHT = UnixMs(NOON + 43_200_000)


class Disk:
    """Rows and seals as a store would keep them; it refuses to touch a sealed part."""

    def __init__(self) -> None:
        self.rows: dict[tuple[Window, BluezoneId, int], Encounter] = {}
        self.seals: dict[Window, int] = defaultdict(int)

    def put(self, flush: Flush) -> None:
        for row in flush.rows:
            assert row.part == self.seals[row.window], "a sealed part changed, or a part was skipped"
            self.rows[row.window, row.peer, row.part] = row
        for window, part in flush.seals:
            assert part == self.seals[window]
            self.seals[window] = part + 1

    def open_rows(self) -> list[Encounter]:
        return [row for row in self.rows.values() if row.part == self.seals[row.window]]

    def receptions(self) -> dict[Key, list[Encounter]]:
        found = defaultdict(list)
        for row in self.rows.values():
            found[row.window, row.peer].append(row)
        return found


class LedgerAndDisk(RuleBasedStateMachine):
    """A few phones around midnight, a clock that steps, flushes that overlap, fail, reach one day of two, crashes."""

    @initialize()
    def start(self) -> None:
        self.disk = Disk()
        self.ledger = Ledger(capacity=8)
        self.now = MIDNIGHT
        self.uptime = 0.0
        self.heard: dict[Key, list[tuple[UnixMs, int, float]]] = defaultdict(list)
        self.lost: dict[Key, int] = defaultdict(int)
        self.flush: Flush | None = None
        self.flush_began = 0.0
        self.refused = 0

    @rule(phone=st.integers(0, 5), ago_ms=st.integers(0, 3000), rssi=rssis, folds=st.booleans())
    def hear(self, phone: int, ago_ms: int, rssi: int, folds: bool) -> None:
        sighting = Sighting(an_id(phone), UnixMs(self.now - ago_ms), rssi, Platform.ANDROID, Via.ADVERT)
        taken = (
            self.ledger.fold(encounter_of(sighting), self.uptime) if folds else self.ledger.add(sighting, self.uptime)
        )
        if taken:
            self.heard[window_at(sighting.at), sighting.peer].append((sighting.at, rssi, self.uptime))
        else:
            self.refused += 1
            assert len(self.ledger) >= 8

    @rule(seconds=st.sampled_from([1, 20, 121, 500, 1021]))
    def wait(self, seconds: int) -> None:
        self.now = UnixMs(self.now + seconds * 1000)
        self.uptime += seconds

    @rule(minutes=st.sampled_from([-60, -16, -3, -1, 1, 16, 60]))
    def clock_steps(self, minutes: int) -> None:
        self.now = UnixMs(self.now + minutes * 60_000)

    @rule(all_changes=st.booleans())
    def flush_begins(self, all_changes: bool) -> None:
        self.flush = self.ledger.due(self.now, self.uptime, all_changes=all_changes)
        self.flush_began = self.uptime
        self.known = {key for key, heard in self.heard.items() if heard}

    @precondition(lambda self: self.flush is not None)
    @rule()
    def flush_ends(self) -> None:
        assert self.flush is not None
        self.disk.put(self.flush)
        self.ledger.written(self.flush)
        self.flush = None
        self.check_promises()

    @precondition(lambda self: self.flush is not None)
    @rule()
    def only_the_first_day_is_written(self) -> None:
        assert self.flush is not None
        for day in self.flush.by_day()[:1]:
            self.disk.put(day)
            self.ledger.written(day)
        self.flush = None

    @precondition(lambda self: self.flush is not None)
    @rule(committed=st.booleans())
    def crash(self, committed: bool) -> None:
        """The process dies in the middle of a flush; the disk has all of it or nothing."""
        assert self.flush is not None
        if committed:
            self.disk.put(self.flush)
        self.flush = None
        self.ledger = Ledger(self.disk.seals, self.disk.open_rows(), capacity=8)
        self.uptime, self.refused = 0.0, 0
        self.heard.clear()
        self.before_crash = {key: sum(row.receptions for row in rows) for key, rows in self.disk.receptions().items()}
        self.lost = defaultdict(int, self.before_crash)

    def check_promises(self) -> None:
        """A new id is on disk after one flush; a change is no older than UPDATE_AFTER_S when a flush began."""
        on_disk = self.disk.receptions()
        assert self.known <= on_disk.keys()
        for key, heard in self.heard.items():
            old = sum(uptime <= self.flush_began - UPDATE_AFTER_S for _, _, uptime in heard)
            assert sum(row.receptions for row in on_disk[key]) - self.lost[key] >= old

    @invariant()
    def every_part_lies_in_its_window(self) -> None:
        for row in self.disk.rows.values():
            assert row.window.start <= row.first <= row.last < row.window.end
            assert row.rssi_best * row.receptions >= row.rssi_sum
        assert self.ledger.refused == self.refused

    def teardown(self) -> None:
        """The last flush of a clean stop: now the disk has everything."""
        if not hasattr(self, "ledger"):
            return
        last = self.ledger.due(self.now, self.uptime, all_changes=True)
        self.disk.put(last)
        self.ledger.written(last)
        on_disk = self.disk.receptions()
        for key, heard in self.heard.items():
            rows, (times, strengths, _) = on_disk[key], zip(*heard, strict=True)
            assert sum(row.receptions for row in rows) == len(heard) + self.lost[key]
            if not self.lost[key]:
                assert sum(row.rssi_sum for row in rows) == sum(strengths)
                assert (min(row.first for row in rows), max(row.last for row in rows)) == (min(times), max(times))
                assert max(row.rssi_best for row in rows) == max(strengths)
        assert sum(row.receptions for row in self.disk.rows.values()) == sum(self.lost.values()) + sum(
            map(len, self.heard.values())
        )
        far = UnixMs(self.now + 100 * WINDOW_MS)
        for _ in range(2):  # late parts settle first
            end = self.ledger.due(far, self.uptime)
            self.disk.put(end)
            self.ledger.written(end)
            far = UnixMs(far + WINDOW_MS)
        assert len(self.ledger) == 0
        assert self.disk.open_rows() == []


TestLedgerAndDisk = LedgerAndDisk.TestCase
TestLedgerAndDisk.settings = settings(max_examples=150, stateful_step_count=40)
