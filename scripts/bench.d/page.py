"""Stage page: the status page under 50 visitors that never rest, and what they cost the kiosk's own work.

The store holds 14 full days at 48,000 encounters. Visitors are a process of their own; the box is claimed and they are
signed in. Meanwhile new Android ids come at a steady pace through the fake BlueZ, and the delay from each one's
advertisement to its bytes in the store's files is measured: idle, then under the visitors.
"""

import asyncio
import http.client
import json
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from secrets import token_bytes
from time import perf_counter, time
from typing import Final
from urllib.parse import urlencode

from house import Kiosk, kiosk, missing
from memory import dress
from table import Line

from kiosk.adapters.vault import write_secret
from kiosk.core import pins
from kiosk.core.identity import BluezoneId
from kiosk.sim.phones import android_advert
from kiosk.web.claim import PIN_FILE

DAYS, A_DAY, SLOTS = 14, 48_000, 96
CLIENTS: Final = 50
LOAD_S: Final = 45.0
PER_SECOND: Final = 10
"""New ids: as many as a full bus station has in its rush hour, several times over."""
PIN: Final = "480317"
MARK: Final = b"\xbe\xefbench"
"""What all ids of this stage begin with."""
LOOK_S: Final = 0.1
WRITTEN_S: Final = 60.0
GOAL_P95_MS, GOAL_WEB_MB, GOAL_ALL_MB, GOAL_RATIO = 100.0, 25.0, 80.0, 2.0


def fill(store: Path) -> None:
    """14 days behind us, and a PIN."""
    (store / "days").mkdir(parents=True, mode=0o700)
    write_secret(store / PIN_FILE, pins.hashed(PIN, token_bytes(16)))
    today = int(time() // 86_400)
    for day in range(today - DAYS, today):
        _full_day(store / "days" / f"{date(1970, 1, 1) + timedelta(days=day)}.db")


def _full_day(path: Path) -> None:
    steps = sorted((resources.files("kiosk") / "migrations/day").iterdir(), key=lambda step: step.name)
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA page_size=1024")
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=OFF")
        db.executescript("\n".join(step.read_text(encoding="utf-8") for step in steps))
        db.execute(f"PRAGMA user_version={len(steps)}")
        db.execute(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ? - 1)"
            " INSERT INTO arrival SELECT (i / ?) << 28 | (i % ?), randomblob(12), 1000, 61000, 30, -60, -2100, 0, 0"
            " FROM n",
            (A_DAY, A_DAY // SLOTS, A_DAY // SLOTS),
        )
        db.execute("INSERT INTO seal SELECT DISTINCT slot, 0, 0 FROM encounter")
    finally:
        db.close()


class Passers:
    """Phones that come by, each with an id of its own, and when their ids were first seen in the store's files."""

    def __init__(self, house: Kiosk) -> None:
        self._house = house
        self._days = house.folder / "store/days"
        self._sent: dict[int, float] = {}
        self._sizes: dict[Path, tuple[int, int]] = {}
        self._all_written = asyncio.Event()
        self.delays_s: list[float] = []

    async def come_for(self, seconds: float) -> None:
        """They come; then wait until all of them are written."""
        self.delays_s = []
        async with asyncio.TaskGroup() as group:
            looking = group.create_task(self._look())
            until = perf_counter() + seconds
            while perf_counter() < until:
                self._pass_by()
                await asyncio.sleep(1 / PER_SECOND)
            async with asyncio.timeout(WRITTEN_S):
                await self._all_written.wait()
            looking.cancel()

    def _pass_by(self) -> None:
        number = len(self.delays_s) + len(self._sent) + int(perf_counter() * 1000) * 1000
        number %= 1 << 40
        peer = BluezoneId(MARK + number.to_bytes(5, "big"))
        phone = self._house.bluez.phone(token_bytes(6).hex(":").upper())
        dress(phone, android_advert(peer))
        self._sent[number] = perf_counter()
        self._all_written.clear()
        phone.advertise()

    async def _look(self) -> None:
        while True:
            now = perf_counter()
            for number in await asyncio.to_thread(self._found):
                if number in self._sent:
                    self.delays_s.append(now - self._sent.pop(number))
            if not self._sent:
                self._all_written.set()
            await asyncio.sleep(LOOK_S)

    def _found(self) -> set[int]:
        """Numbers in the files that changed: the store locks them, but anybody with the right may read their bytes."""
        found: set[int] = set()
        for path in sorted(self._days.iterdir())[-4:]:
            state = path.stat()
            if self._sizes.get(path) != (state.st_size, state.st_mtime_ns):
                self._sizes[path] = (state.st_size, state.st_mtime_ns)
                numbers = re.findall(re.escape(MARK) + b"(.{5})", path.read_bytes(), re.DOTALL)
                found.update(int.from_bytes(number, "big") for number in numbers)
        return found


@contextmanager
def _connection(port: int) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


def _signed_in(port: int) -> str:
    """A session's cookie."""
    with _connection(port) as connection:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/sign-in", urlencode({"pin": PIN}), form)
        answer = connection.getresponse()
        cookie = answer.getheader("Set-Cookie", "")
    if answer.status != 303 or not cookie:
        raise SystemExit(f"bench: no sign-in: {answer.status}")
    return cookie.partition(";")[0]


async def _visited(port: int, cookie: str, clients: int, seconds: float) -> list[float]:
    """Milliseconds of every answer."""
    here = str(Path(__file__).with_name("visitors.py"))
    program = (sys.executable, here, str(port), "/", cookie, str(clients), str(seconds))
    process = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    if process.returncode:
        raise SystemExit("bench: the visitors failed")
    spent: list[float] = json.loads(said)
    return sorted(spent)


def share(values: list[float], part: float) -> float:
    """The value below which a part of them lies."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


async def _without_page() -> float:
    async with kiosk(web=False, fill=fill) as house:
        await house.bluez.until(lambda: house.bluez.controller.discovering)
        passers = Passers(house)
        await passers.come_for(LOAD_S / 3)
        return house.memory_mb("VmRSS")


async def _measure() -> list[Line]:
    bare_mb = await _without_page()
    async with kiosk(fill=fill) as house:
        await house.bluez.until(lambda: house.bluez.controller.discovering)
        await asyncio.sleep(10)
        cookie = await asyncio.to_thread(_signed_in, house.port)
        alone = await _visited(house.port, cookie, 1, 3.0)
        passers = Passers(house)
        await passers.come_for(LOAD_S)
        idle, spent_s = passers.delays_s, house.spent_s()
        crowd, _ = await asyncio.gather(_visited(house.port, cookie, CLIENTS, LOAD_S + 5), passers.come_for(LOAD_S))
        loaded, used_mb = passers.delays_s, house.memory_mb("VmRSS")
        each_ms = 1000 * (house.spent_s() - spent_s) / len(crowd)
    ratio = share(loaded, 0.99) / share(idle, 0.99)
    delays = f"p99 {share(idle, 0.99):.1f} s idle, {share(loaded, 0.99):.1f} s under load; {len(loaded)} ids"
    answers = f"{len(crowd)} answers, {len(crowd) / (LOAD_S + 5):.0f} a second; p50 {share(crowd, 0.5):.0f} ms"
    return [
        Line("page", "one visitor, p95", share(alone, 0.95), "ms"),
        Line("page", "processor an answer, the kiosk's other work included", each_ms, "ms"),
        Line("page", f"{CLIENTS} visitors without rest, p95", share(crowd, 0.95), "ms", GOAL_P95_MS, answers),
        Line("page", "flush delay p99, load to idle", ratio, "x", GOAL_RATIO, delays),
        Line("page", "RSS that the page adds", used_mb - bare_mb, "MB", GOAL_WEB_MB, f"without it {bare_mb:.1f} MB"),
        Line("page", "RSS of the whole daemon after it", used_mb, "MB", GOAL_ALL_MB),
    ]


def run() -> list[Line]:
    """Once, about three minutes."""
    lack = missing()
    return asyncio.run(_measure()) if lack is None else [Line("page", lack, None, "ms")]
