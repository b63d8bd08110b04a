"""Airtime: shares and gaps out of the kernel's events, on a clock of the test's own."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import mgmt
from kiosk.core.airtime import SPAN_S, Airtime, AirtimeFacts, Duty, Meter

PHONE, GUEST = bytes(6), b"\x01" * 6
LE_ON, LE_OFF = bytes((mgmt.LE, 1)), bytes((mgmt.LE, 0))


class Radio:
    """Events one after the other, with time in between."""

    def __init__(self, *, at_once: bool = False, instances: tuple[int, ...] = (1,)) -> None:
        self.airtime, self.uptime = Airtime(), 1000.0
        self.asked: set[bytes] = set()
        self.airtime.begin(self.uptime, instances, at_once=at_once)
        self.tell(mgmt.DISCOVERING, LE_ON)

    def tell(self, event: int, body: bytes = b"", then_s: float = 0.0) -> None:
        self.airtime.tell(mgmt.Frame(event, 0, body), self.uptime, self.asked)
        self.uptime += then_s

    def facts(self) -> AirtimeFacts:
        facts = self.airtime.facts(self.uptime)
        assert facts is not None
        return facts

    def connect(self, seconds: float) -> None:
        """A phone is asked: the discovery ends, the kernel connects for so long, and scans again."""
        self.asked = {PHONE}
        self.tell(mgmt.DISCOVERING, LE_OFF, seconds)
        self.tell(mgmt.DEVICE_CONNECTED, PHONE + bytes(7), 0.5)
        self.tell(mgmt.DEVICE_DISCONNECTED, PHONE + bytes(2))
        self.asked = set()
        self.tell(mgmt.DISCOVERING, LE_ON)


def test_a_radio_that_is_never_interrupted_is_on_for_the_whole_time() -> None:
    radio = Radio()
    radio.uptime += 60
    assert radio.facts() == AirtimeFacts(60, Duty(1.0, 0.0), Duty(1.0, 0.0))


def test_a_connect_silences_scan_and_advertisement() -> None:
    radio = Radio()
    radio.uptime += 6
    radio.connect(1.5)
    radio.uptime += 2
    facts = radio.facts()
    assert facts.listening == pytest.approx((0.8, 2.0))
    assert facts.sending == pytest.approx((0.85, 1.5))


def test_a_chip_that_sends_and_connects_at_once_stays_on_air() -> None:
    radio = Radio(at_once=True)
    radio.connect(1.5)
    facts = radio.facts()
    assert facts.sending == Duty(1.0, 0.0)
    assert facts.listening.longest_gap_s == pytest.approx(2.0)


def test_a_round_that_ends_by_itself_does_not_touch_the_advertisement() -> None:
    radio = Radio()
    radio.tell(mgmt.DISCOVERING, LE_OFF, 0.1)
    radio.tell(mgmt.DISCOVERING, LE_ON, 9.9)
    facts = radio.facts()
    assert facts.listening == pytest.approx((0.99, 0.1))
    assert facts.sending == Duty(1.0, 0.0)


def test_a_central_that_connects_to_us_takes_us_off_air_until_it_leaves() -> None:
    radio = Radio()
    radio.tell(mgmt.DEVICE_CONNECTED, GUEST + bytes(7), 3)
    radio.tell(mgmt.DEVICE_DISCONNECTED, GUEST + bytes(2), 7)
    assert radio.facts().sending == pytest.approx((0.7, 3.0))


def test_an_advertisement_taken_away_is_a_gap_until_one_is_there_again() -> None:
    radio = Radio(instances=())
    radio.uptime += 4
    radio.tell(mgmt.ADVERTISING_ADDED, b"\x05", 4)
    radio.tell(mgmt.ADVERTISING_REMOVED, b"\x05", 2)
    assert radio.facts().sending == pytest.approx((0.4, 4.0))


@pytest.mark.parametrize(("event", "body"), [(mgmt.NEW_SETTINGS, struct.pack("<I", 0)), (mgmt.INDEX_REMOVED, b"")])
def test_a_gap_under_way_counts_as_long_as_it_is(event: int, body: bytes) -> None:
    radio = Radio()
    radio.tell(event, body, 200)
    facts = radio.facts()
    assert facts == AirtimeFacts(200, Duty(0.0, 200.0), Duty(0.0, 200.0))


def test_figures_are_those_of_the_last_quarter_of_an_hour() -> None:
    radio = Radio()
    radio.tell(mgmt.ADVERTISING_REMOVED, b"\x01", 100)
    radio.tell(mgmt.ADVERTISING_ADDED, b"\x01", SPAN_S - 100)
    facts = radio.facts()
    assert facts.sending == pytest.approx((1 - 100 / SPAN_S, 100.0))
    radio.uptime += SPAN_S
    assert radio.facts() == AirtimeFacts(SPAN_S, Duty(1.0, 0.0), Duty(1.0, 0.0))


def test_what_is_sent_past_the_kernel_is_not_judged_and_measured_anew_afterwards() -> None:
    radio = Radio(instances=())
    radio.uptime += 50
    told = radio.airtime.facts(radio.uptime, knows_air=False)
    assert told is not None
    assert told.sending is None
    radio.tell(mgmt.ADVERTISING_ADDED, b"\x01", 10)
    assert radio.facts().sending == Duty(1.0, 0.0)


def test_nothing_is_told_before_the_first_scan_and_after_another_body_took_over() -> None:
    assert Airtime().facts(5.0) is None
    radio = Radio()
    radio.airtime.forget()
    assert radio.airtime.facts(radio.uptime) is None
    radio.uptime += 600
    radio.airtime.begin(radio.uptime, (1,), at_once=True)
    radio.uptime += 10
    assert radio.facts().seconds == 10


@given(st.lists(st.tuples(st.floats(0, 400), st.booleans()), max_size=40))
def test_share_and_gap_are_what_the_turns_add_up_to(turns: list[tuple[float, bool]]) -> None:
    meter, uptime = Meter(0.0), 0.0
    for pause, on in turns:
        meter.turn(uptime, on=on)
        uptime += pause
    duty = meter.duty(uptime)
    assert 0.0 <= duty.share <= 1.0
    assert 0.0 <= duty.longest_gap_s <= uptime
    if uptime < SPAN_S:
        off_s = sum(pause for pause, on in turns if not on)
        assert (1 - duty.share) * uptime == pytest.approx(off_s, abs=1e-6)
        assert duty.longest_gap_s <= off_s + 1e-6
