"""Frames of the kernel's management: by BlueZ's document, and whatever else may come."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import mgmt
from kiosk.core.adverts import RSSI_UNKNOWN, Heard
from kiosk.core.windows import UnixMs

NOW = UnixMs(1_795_000_000_000)
SEEN = bytes.fromhex("010000000052 02 c4 00000000 0300 020106")
"""From the virtual Pi: address, type, RSSI, flags, length, AD."""


def test_a_phone_found_is_heard_as_it_was_sent() -> None:
    assert mgmt.heard(SEEN, NOW) == Heard("52:00:00:00:00:01", "random", NOW, -60, b"\x02\x01\x06")


def test_a_reading_that_is_not_available_is_weaker_than_any_other() -> None:
    found = mgmt.heard(SEEN[:7] + b"\x7f" + SEEN[8:], NOW)
    assert found is not None
    assert found.rssi == RSSI_UNKNOWN


def test_what_came_over_classic_bluetooth_is_not_ours() -> None:
    assert mgmt.heard(SEEN[:6] + b"\0" + SEEN[7:], NOW) is None


@given(st.binary(max_size=80))
def test_whatever_comes_is_read_or_refused(packet: bytes) -> None:
    found = mgmt.heard(packet, NOW)
    assert found is None or found.ad == packet[14:]
    event = mgmt.frame(packet)
    if event is not None:
        mgmt.reply(event)
        mgmt.discovering(event.body)
        mgmt.instances(event.body)
        mgmt.powered(mgmt.settings(event.body))


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.binary(max_size=60))
def test_a_frame_survives_the_way(number: int, controller: int, body: bytes) -> None:
    assert mgmt.frame(mgmt.command(number, controller, body)) == mgmt.Frame(number, controller, body)


@given(st.binary(min_size=6, max_size=6))
def test_an_address_survives_the_way(address: bytes) -> None:
    assert mgmt.raw(mgmt.spelled(address)) == address


def test_a_discovery_of_classic_bluetooth_says_nothing_of_ours() -> None:
    assert mgmt.discovering(b"\x06\x01") is True
    assert mgmt.discovering(b"\x06\x00") is False
    assert mgmt.discovering(b"\x01\x00") is None


def test_a_status_nobody_listed_is_named_by_its_number() -> None:
    assert mgmt.said(0x12) == "RFKilled"
    assert mgmt.said(0xEE) == "status 0xee"
