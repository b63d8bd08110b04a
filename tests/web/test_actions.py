"""Actions: asked first, noted, done once, closed with one of two sentences; and the services really heed them."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from kiosk.config import Collect as Settings
from kiosk.config import Web
from kiosk.core.audit import Entry
from kiosk.core.facts import State, SyncFacts
from kiosk.core.identity import RootKey
from kiosk.core.windows import UnixMs
from kiosk.core.wording import HOUR_MS
from kiosk.errors import RadioError, StoreUnavailable
from kiosk.services import advertise, collect
from kiosk.sim.clock import ManualClock
from kiosk.sim.radio import Radio
from kiosk.sim.world import World
from kiosk.store import open_store
from kiosk.supervisor import Board, supervise
from kiosk.web import action_words as words
from kiosk.web.actions import next_morning
from kiosk.web.site import StatusSite
from tests.web.conftest import NOW, Kiosk

START = UnixMs(1_795_305_600_000 + 300_000)


@pytest.fixture
async def site(kiosk: Kiosk) -> AsyncIterator[StatusSite]:
    """The site, open as in a simulation."""
    async with kiosk.site(Web(port=0)) as opened:
        yield opened


@pytest.fixture
async def client(site: StatusSite) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{site.port}") as session:
        yield session


async def form(client: aiohttp.ClientSession, name: str) -> dict[str, str]:
    """The hidden fields of a question."""
    async with client.get(f"/do/{name}") as answer:
        assert answer.status == 200
        return dict(re.findall(r'name="(token|form)" value="([^"]+)"', await answer.text()))


async def press(client: aiohttp.ClientSession, name: str, filled: dict[str, str] | None = None) -> str:
    """Do it; where the answer leads."""
    filled = filled or await form(client, name)
    async with client.post(f"/do/{name}", data=filled, allow_redirects=False) as answer:
        assert answer.status == 303
        return answer.headers["Location"]


async def sentence(client: aiohttp.ClientSession, place: str) -> str:
    async with client.get(place) as answer:
        found = re.search(r'id="sentence">([^<]+)<', await answer.text())
    assert found is not None
    return found[1].replace("\u00a0", " ")


def outcomes(kiosk: Kiosk) -> list[tuple[str, str]]:
    return [(entry.what, entry.outcome) for entry in kiosk.audit.entries]


def test_every_action_stands_under_one_heading_and_has_its_words(kiosk: Kiosk) -> None:
    names = [name for group in words.GROUPS.values() for name in group]
    assert sorted(names) == sorted(words.ACTIONS) == sorted(words.QUESTIONS)


async def test_a_question_comes_first_and_asks_in_both_languages(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    for lang, said in (("vi", "Khởi động lại sóng? Trạm nghỉ chừng"), ("en", "Restart the radio? About")):
        async with client.get(f"/do/radio?lang={lang}") as answer:
            text = await answer.text()
        assert (said in text, 'method="post"' in text) == (True, True)
    assert kiosk.board.snapshot().radio.restarts == 0


async def test_a_deed_is_ordered_noted_and_closed_with_a_sentence(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    place = await press(client, "radio")
    assert kiosk.board.snapshot().radio.restarts == 1
    assert "đang làm" in await sentence(client, place)
    assert outcomes(kiosk) == [("radio", "asked")]
    later = UnixMs(NOW + 9000)
    kiosk.snapshot = replace(
        kiosk.snapshot,
        collect=replace(kiosk.snapshot.collect, listening_since=later),
        advertise=replace(kiosk.snapshot.advertise, on_air_since=later),
    )
    assert await sentence(client, place) == words.DONE.vi
    assert outcomes(kiosk) == [("radio", "asked"), ("radio", "done")]
    assert await sentence(client, place) == words.DONE.vi
    assert len(kiosk.audit.entries) == 2


async def test_what_does_not_happen_in_time_names_whom_to_call_and_a_code(
    client: aiohttp.ClientSession, kiosk: Kiosk, site: StatusSite
) -> None:
    place = await press(client, "radio")
    kiosk.clock.seconds += 61
    await site.tick()
    assert outcomes(kiosk)[-1] == ("radio", "failed"), "it is noted though nobody looks"
    assert await sentence(client, place) == "Vẫn chưa được. Nhờ bạn gọi người phụ trách, đọc mã S3."
    async with client.get(place.replace("lang=vi", "lang=en")) as answer:
        assert "read out code" in (await answer.text())


async def test_a_second_press_of_the_same_form_does_nothing(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    filled = await form(client, "redraw")
    places = await asyncio.gather(*(press(client, "redraw", filled) for _ in range(5)))
    assert len(set(places)) == 1
    assert kiosk.board.snapshot().wall.redraws == 1
    assert outcomes(kiosk).count(("redraw", "asked")) == 1
    await press(client, "redraw")
    assert kiosk.board.snapshot().wall.redraws == 2


async def test_a_form_without_its_keys_does_nothing(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    filled = await form(client, "redraw")
    for wrong, status in (({}, 403), ({"token": "x", "form": filled["form"]}, 403), ({"token": filled["token"]}, 400)):
        async with client.post("/do/redraw", data=wrong) as answer:
            assert answer.status == status
    async with client.post("/do/nonsense", data=filled) as answer:
        assert answer.status == 404
    assert (kiosk.board.snapshot().wall.redraws, kiosk.audit.entries) == (0, [])


async def test_bluetooth_is_unblocked_and_the_radio_starts_again(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    await press(client, "bluetooth")
    assert (len(kiosk.unblocked), kiosk.board.snapshot().radio.restarts) == (1, 1)


async def test_a_block_that_cannot_be_lifted_is_told(
    client: aiohttp.ClientSession, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Locked(list[UnixMs]):
        def append(self, _at: UnixMs) -> None:
            raise RadioError("not ours")

    kiosk.unblocked = Locked()
    assert "đọc mã S2" in await sentence(client, await press(client, "bluetooth"))
    assert outcomes(kiosk) == [("bluetooth", "asked"), ("bluetooth", "failed")]


@pytest.mark.parametrize(("hour", "expected"), [(0.5, 6), (5.9, 6), (6.0, 30), (14.0, 30), (23.9, 30)])
def test_the_morning_is_the_next_one(hour: float, expected: int) -> None:
    midnight = NOW - int((14 + 5 / 60) * HOUR_MS)
    assert next_morning(UnixMs(midnight + int(hour * HOUR_MS))) == midnight + expected * HOUR_MS


async def test_the_screen_is_blanked_until_morning_and_then_the_button_turns_it_back_on(
    client: aiohttp.ClientSession, kiosk: Kiosk, site: StatusSite
) -> None:
    await press(client, "blank")
    until = kiosk.board.snapshot().wall.blank_until
    assert until == next_morning(NOW)
    kiosk.snapshot = replace(kiosk.snapshot, wall=kiosk.board.snapshot().wall)
    await site.tick()
    assert {"unblank", "redraw"} <= kiosk.board.snapshot().buttons
    assert "blank" not in kiosk.board.snapshot().buttons
    async with client.get("/settings") as answer:
        text = await answer.text()
    assert ("Bật hình lại" in text, "Tắt hình" in text.replace("\u00a0", " ").partition('id="log"')[0]) == (True, False)
    await press(client, "unblank")
    assert kiosk.board.snapshot().wall.blank_until is None


async def test_the_loudspeaker_is_silenced_where_there_is_one(
    client: aiohttp.ClientSession, kiosk: Kiosk, site: StatusSite
) -> None:
    await site.tick()
    assert "silence" not in kiosk.board.snapshot().buttons
    services = (*kiosk.snapshot.services, replace(kiosk.snapshot.services[0], name="announce"))
    kiosk.snapshot = replace(kiosk.snapshot, services=services)
    await site.tick()
    assert "silence" in kiosk.board.snapshot().buttons
    await press(client, "silence")
    assert kiosk.board.snapshot().sound.silent_until == next_morning(NOW)
    await press(client, "speak")
    assert kiosk.board.snapshot().sound.silent_until is None


async def test_send_now_is_offered_where_the_box_is_enrolled_and_is_over_when_the_centre_answered(
    client: aiohttp.ClientSession, kiosk: Kiosk, site: StatusSite
) -> None:
    await site.tick()
    assert "send" not in kiosk.board.snapshot().buttons
    kiosk.snapshot = replace(kiosk.snapshot, sync=SyncFacts(heard_at=UnixMs(NOW - 1)))
    await site.tick()
    assert "send" in kiosk.board.snapshot().buttons
    place = await press(client, "send")
    assert kiosk.board.snapshot().sending.sends == 1
    assert "đang làm" in await sentence(client, place)
    kiosk.snapshot = replace(kiosk.snapshot, sync=SyncFacts(heard_at=UnixMs(NOW + 1)))
    assert await sentence(client, place) == words.DONE.vi
    assert outcomes(kiosk) == [("send", "asked"), ("send", "done")]


async def test_poster_and_diagnostics_can_be_fetched_afterwards(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    place, body = "", b""
    for name, kind, begins in (("poster", "application/pdf", b"%PDF-"), ("diagnostics", "application/json", b"{")):
        place = await press(client, name)
        assert await sentence(client, place) == words.DONE.vi
        async with client.get(place.partition("?")[0] + "/file") as answer:
            assert (answer.status, answer.content_type) == (200, kind)
            assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
            body = await answer.read()
        assert body.startswith(begins)
    told = json.loads(body)
    assert (told["status"], told["settings"]["web.port"]) == ("ok", 8080)
    for entry in range(5):
        await press(client, "redraw")
        assert entry < 5
    async with client.get(place.partition("?")[0] + "/file") as answer:
        assert answer.status == 404, "only the last files are kept"


async def test_a_full_disk_keeps_nobody_from_restarting_the_radio(
    client: aiohttp.ClientSession, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_entry: Entry, _once: str = "") -> bool:
        raise StoreUnavailable("disk full")

    monkeypatch.setattr(kiosk.audit, "note", full)
    filled = await form(client, "radio")
    await press(client, "radio", filled)
    await press(client, "radio", filled)
    assert kiosk.board.snapshot().radio.restarts == 1


async def test_the_log_on_the_page_is_in_words_without_an_address(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    await kiosk.audit.note(Entry(NOW, 4711, "sign-in", "done"))
    await press(client, "redraw")
    async with client.get("/settings") as answer:
        text = (await answer.text()).partition('id="log"')[2]
    assert "<b>Đăng nhập</b> · xong<span>14:05 thứ Ba 18/8 · phiên 4711</span>" in text
    assert "<b>Vẽ lại bảng chào</b> · đã bấm" in text
    assert "127.0.0.1" not in text


async def test_the_claim_code_stands_on_the_wall_while_it_holds(kiosk: Kiosk) -> None:
    kiosk.door = kiosk.lock()
    async with kiosk.site(Web(port=0)) as site:
        await site.tick()
        card = kiosk.board.snapshot().wall.claim
        assert card is not None
        assert card.url == f"http://192.168.1.20:{site.port}/claim/{kiosk.door.claim.token}"
        await kiosk.door.claim.enter("246813", "480317")
        kiosk.power.up = 601.0
        await site.tick()
        assert kiosk.board.snapshot().wall.claim is None
        kiosk.power.up = 30.0
        await site.tick()
        again = kiosk.board.snapshot().wall.claim
        assert again is not None
        assert again.url != card.url


async def test_no_claim_code_stands_on_an_open_page(kiosk: Kiosk, site: StatusSite) -> None:
    await site.tick()
    assert kiosk.board.snapshot().wall.claim is None


@asynccontextmanager
async def street(folder: Path) -> AsyncIterator[tuple[ManualClock, Board, Radio]]:
    """Sending and listening on a simulated radio."""
    clock = ManualClock(START)
    board, radio = Board(clock, version="test", venue="", simulated=True), None
    radio = Radio(World(clock), clock)
    async with open_store(folder) as store, asyncio.TaskGroup() as group:
        key = RootKey(bytes(32))
        sender = advertise.Advertise(radio.advertiser, key, clock=clock, board=board)
        ears = collect.Collect(radio.scanner, radio.gatt, store, key, Settings(), clock=clock, board=board)
        tasks = [
            group.create_task(supervise(name, run, clock=clock, board=board))
            for name, run in ((advertise.NAME, sender.run), (collect.NAME, ears.run))
        ]
        await clock.advance(30)
        yield clock, board, radio
        for task in tasks:
            task.cancel()


async def test_a_restart_of_the_radio_restarts_sending_and_listening_once_and_is_no_trouble(tmp_path: Path) -> None:
    async with street(tmp_path) as (clock, board, radio):
        steps: list[int] = []
        recover = radio.scanner.recover

        async def watched(step: int) -> None:
            steps.append(step)
            await recover(step)

        radio.scanner.recover = watched  # type: ignore[method-assign] # the very scanner, watched
        before = board.snapshot()
        asked = clock.now()
        board.order_radio(replace(before.radio, restarts=1))
        await clock.advance(10)
        after = board.snapshot()
        assert steps == [2], "the controller is switched off and on, once"
        for facts in after.services:
            assert (facts.state, facts.restarts, facts.trouble) == (State.RUNNING, 1, None)
        assert after.collect.listening_since is not None
        assert after.advertise.on_air_since is not None
        assert min(after.collect.listening_since, after.advertise.on_air_since) >= asked
        await clock.advance(60)
        assert {facts.restarts for facts in board.snapshot().services} == {1}
