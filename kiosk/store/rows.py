"""Rows: an encounter as a day's file has it, and back again; and where the ids of a part lie in it."""

import sqlite3

from kiosk.core.adverts import Platform
from kiosk.core.encounters import Encounter, Via
from kiosk.core.identity import BluezoneId
from kiosk.core.windows import DAY_MS, WINDOW_MS, UnixMs, Window

COLUMNS = "slot, part, id, first, last, receptions, rssi_best, rssi_sum, platform, via"
ARRIVED = """INSERT INTO arrival (place, id, first, last, receptions, rssi_best, rssi_sum, platform, via)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET id = excluded.id, first = excluded.first,
last = excluded.last, receptions = excluded.receptions, rssi_best = excluded.rssi_best, rssi_sum = excluded.rssi_sum"""
LATEST = """INSERT INTO latest (place, first, last, receptions, rssi_best, rssi_sum) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET first = excluded.first, last = excluded.last, receptions = excluded.receptions,
rssi_best = excluded.rssi_best, rssi_sum = excluded.rssi_sum"""
PLATFORMS = (Platform.ANDROID, Platform.IOS)
VIAS = (Via.ADVERT, Via.GATT)
"""In the file a platform and a way are their places here."""


class Places:
    """Which place each id of a part has, and when those on disk arrived. New ids go to the end, whatever they are."""

    def __init__(self, start: int) -> None:
        self._places: dict[BluezoneId, int] = {}
        self._end = start
        self.arrived: dict[BluezoneId, UnixMs] = {}

    def resume(self, peer: BluezoneId, place: int, first: UnixMs) -> None:
        """An id that is on disk already."""
        self._places[peer] = place
        self._end = max(self._end, place + 1)
        self.arrived[peer] = first

    def of(self, peer: BluezoneId) -> int:
        """The id's place, a new one if it has none. A place of a flush that failed stays reserved."""
        if peer not in self._places:
            self._places[peer] = self._end
            self._end += 1
        return self._places[peer]


def place_of(slot: int, part: int = 0) -> int:
    """The first place of a part: slot, part and order of arrival in one number, so that rows lie in that order."""
    return slot << 28 | part << 16


def arrival_of(row: Encounter, place: int) -> tuple[int | bytes, ...]:
    first = row.first - row.window.start
    return (place, row.peer.raw, first, *_grown(row), PLATFORMS.index(row.platform), VIAS.index(row.via))


def news_of(row: Encounter, place: int, arrived: UnixMs) -> tuple[int | None, ...]:
    return (place, None if row.first == arrived else row.first - row.window.start, *_grown(row))


def _grown(row: Encounter) -> tuple[int, int, int, int]:
    return row.last - row.window.start, row.receptions, row.rssi_best, row.rssi_sum


def encounter_of(day: int, row: sqlite3.Row) -> Encounter:
    slot, part, raw, first, last, receptions, best, total, platform, via = row
    window = window_of(day, slot)
    start = window.start
    return Encounter(
        window, BluezoneId(raw), part, UnixMs(start + first), UnixMs(start + last), receptions, best, total,
        PLATFORMS[platform], VIAS[via],
    )  # fmt: skip


def window_of(day: int, slot: int) -> Window:
    return Window(UnixMs(day * DAY_MS + slot * WINDOW_MS))
