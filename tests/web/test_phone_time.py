"""Phone time: who is signed in lends the box a time, nobody else does, and nonsense is refused in words."""

import aiohttp
import pytest

from kiosk.core.facts import ClockFacts
from kiosk.core.timekeeping import EARLIEST, LATEST, NEW_UNTIL, told
from kiosk.core.windows import DAY_MS, UnixMs
from kiosk.web.site import StatusSite
from tests.web.conftest import NOW, Kiosk
from tests.web.locked import cheap, claim, client, may_see, site, token

__all__ = ["cheap", "client", "site"]

LATER = UnixMs(1_795_590_300_000)
"""2026-11-25 14:05 in Vietnam."""


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (str(LATER), LATER),
        ("2026-11-25T14:05", LATER),
        (str(EARLIEST - 1), None),
        (str(LATEST), None),
        ("9" * 15, None),
        ("9" * 99, None),
        ("2026-13-01T00:00", None),
        ("14:05", None),
        ("", None),
        ("-5", None),
    ],
)
def test_a_time_is_read_from_script_and_from_hand(text: str, at: UnixMs | None) -> None:
    assert told(text) == at


async def test_a_lent_time_is_taken_noted_and_does_not_sign_anybody_out(
    client: aiohttp.ClientSession, kiosk: Kiosk
) -> None:
    await claim(client, kiosk)
    form = {"token": await token(client), "at": str(LATER), "typed": ""}
    async with client.post("/do/clock", data=form, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/?lang=vi")
    assert kiosk.believed == [LATER]
    assert await may_see(client), "years have passed on the box's clock"
    assert ("clock", "done") in [(entry.what, entry.outcome) for entry in kiosk.audit.entries]


@pytest.mark.parametrize(("at", "typed", "why"), [("soon", "", "xem lại ngày và giờ"), ("", "", "xem lại ngày và giờ")])
async def test_nonsense_is_refused_in_words(
    client: aiohttp.ClientSession, kiosk: Kiosk, at: str, typed: str, why: str
) -> None:
    await claim(client, kiosk)
    form = {"token": await token(client), "at": at, "typed": typed}
    async with client.post("/do/clock", data=form) as answer:
        assert answer.status == 400
        assert why in (await answer.text()).replace("\u00a0", " ")
    assert kiosk.believed == []


@pytest.mark.parametrize(
    ("last_record", "at", "why"),
    [
        (UnixMs(LATER + 1), LATER, ("sớm hơn lần ghi cuối", "xem lại ngày trên điện thoại")),
        (UnixMs(LATER - 401 * DAY_MS), LATER, ("hơn 400 ngày", "cắm dây mạng vào trạm")),
        (None, UnixMs(NEW_UNTIL), ("từ năm 2026 đến năm 2035", "xem lại ngày trên điện thoại")),
    ],
)
async def test_a_time_that_cannot_be_is_refused_with_the_reason_and_the_next_step(
    client: aiohttp.ClientSession, kiosk: Kiosk, last_record: UnixMs | None, at: UnixMs, why: tuple[str, str]
) -> None:
    await claim(client, kiosk)
    kiosk.last_record = last_record
    async with client.post("/do/clock", data={"token": await token(client), "at": str(at)}) as answer:
        assert answer.status == 400
        page = (await answer.text()).replace("\u00a0", " ")
    assert [words for words in why if words not in page] == []
    assert kiosk.believed == []


async def test_strangers_and_forms_of_other_sites_lend_nothing(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    async with client.post("/do/clock", data={"at": str(LATER)}) as answer:
        assert answer.status in (401, 403)
    await claim(client, kiosk)
    async with client.post("/do/clock", data={"token": "another", "at": str(LATER)}) as answer:
        assert answer.status == 403
    assert kiosk.believed == []


async def test_the_button_is_offered_only_while_nobody_knows_the_time(kiosk: Kiosk, site: StatusSite) -> None:
    for clock, offered in (
        (None, False),
        (ClockFacts(trusted=True), False),
        (ClockFacts(trusted=False, on_hold=True), True),
    ):
        kiosk.snapshot = kiosk.snapshot.__class__(NOW, NOW, "1", "", False, clock=clock)
        await site.tick()
        assert ("clock" in kiosk.board.snapshot().buttons) is offered
