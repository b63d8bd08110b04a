"""The inbox: what was accepted is kept until it expires, and the last number for good."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.core.windows import UnixMs
from kiosk.store import Store, open_store
from kiosk.store.inbox import Kept

pytestmark = pytest.mark.guest

NOW = UnixMs(1_795_305_600_000)
LATER = UnixMs(NOW + 1000)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path) as opened:
        yield opened


async def test_a_notice_is_to_be_done_until_it_is_done(store: Store) -> None:
    request = Kept(7, "request", LATER, b"one")
    for _ in range(2):
        await store.inbox.accept(request, NOW)
    assert await store.inbox.to_do() == [(7, "request")]
    assert await store.inbox.content(7) == b"one"
    await store.inbox.done(7, NOW)
    assert await store.inbox.to_do() == []
    assert await store.inbox.last() == 7


async def test_what_has_expired_is_forgotten_but_for_the_last_number(store: Store) -> None:
    for number in (5, 6):
        await store.inbox.accept(Kept(number, "cases", LATER, b"ids"), NOW)
    await store.inbox.age(NOW)
    assert len(await store.inbox.to_do()) == 2
    await store.inbox.age(LATER)
    assert await store.inbox.to_do() == []
    assert await store.inbox.last() == 6


async def test_a_campaign_takes_the_place_of_the_one_before(store: Store) -> None:
    assert await store.inbox.campaign() is None
    for number, content in ((5, b"old"), (6, b"new")):
        await store.inbox.accept(Kept(number, "campaign", LATER, content), NOW)
    assert await store.inbox.campaign() == b"new"
    assert await store.inbox.to_do() == []
    await store.inbox.age(LATER)
    assert await store.inbox.campaign() is None
