"""Every advertisement goes to one table, and our own id to none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.adverts import Heard, Platform, encode, structure
from kiosk.core.asking import Asking
from kiosk.core.encounters import Encounter, Ledger, Via
from kiosk.core.hearing import Hearing
from kiosk.core.identity import BluezoneId
from kiosk.core.strangers import Strangers
from kiosk.core.windows import UnixMs
from tests.core.strategies import NOON, WINDOW, an_id

pytestmark = pytest.mark.guest

IPHONE = structure(0xFF, b"\x4c\x00\x01\x08" + bytes(15))
HEADPHONES = structure(0xFF, b"\x75\x00\x01")
CUT = b"\x05\x09ab"


@pytest.fixture
def hearing() -> Hearing:
    return Hearing(Ledger(), Asking(), Strangers())


def packet(ad: bytes, after_ms: int = 0, rssi: int = -60, address: str = "A") -> Heard:
    return Heard(address, "random", UnixMs(NOON + after_ms), rssi, ad)


def rows(hearing: Hearing) -> list[Encounter]:
    assert isinstance(hearing.ledger, Ledger)
    return hearing.ledger.due(NOON, 0.0, all_changes=True).rows


def test_each_kind_of_advertisement_goes_to_its_own_table(hearing: Hearing) -> None:
    hearing.take([packet(encode(an_id(1))), packet(IPHONE), packet(HEADPHONES, 5), packet(CUT, 6)], 0.0)
    assert [row.peer for row in rows(hearing)] == [an_id(1)]
    assert (len(hearing.asking), len(hearing.strangers), hearing.damaged, hearing.packets) == (1, 1, 1, 4)
    assert hearing.last_heard == NOON + 6


def test_silence_changes_nothing(hearing: Hearing) -> None:
    hearing.take([], 0.0)
    assert (hearing.packets, hearing.last_heard, rows(hearing)) == (0, None, [])


def test_an_iphone_is_stored_only_once_it_told_its_id(hearing: Hearing) -> None:
    hearing.take([packet(IPHONE, 0, -70), packet(IPHONE, 1000, -50)], 0.0)
    assert rows(hearing) == []
    hearing.answer("A", an_id(2), UnixMs(NOON + 2000), 2.0)
    hearing.take([packet(IPHONE, 3000, -90)], 3.0)
    assert rows(hearing) == [
        Encounter(WINDOW, an_id(2), 0, NOON, UnixMs(NOON + 3000), 4, -50, -70 - 50 - 50 - 90, Platform.IOS, Via.GATT)
    ]


@pytest.mark.parametrize("ours", [{an_id(1), an_id(2)}, [an_id(1), an_id(2)]], ids=["set", "list"])
def test_our_own_id_is_never_stored_whoever_repeats_it(hearing: Hearing, ours: list[BluezoneId]) -> None:
    hearing.ours = ours
    hearing.take([packet(encode(an_id(1))), packet(IPHONE), packet(encode(an_id(3)))], 0.0)
    hearing.answer("A", an_id(2), NOON, 0.0)
    hearing.take([packet(IPHONE, 10)], 0.0)
    assert [row.peer for row in rows(hearing)] == [an_id(3)]
    assert hearing.packets == 4


@given(st.lists(st.binary(max_size=70), max_size=30))
def test_adverts_of_any_bytes_are_counted_and_break_nothing(ads: list[bytes]) -> None:
    hearing = Hearing(Ledger(), Asking(), Strangers())
    hearing.take([packet(ad, number) for number, ad in enumerate(ads)], 0.0)
    assert hearing.packets == len(ads)
    assert len(hearing.strangers) + len(hearing.asking) + len(hearing.ledger) + hearing.damaged <= len(ads)
