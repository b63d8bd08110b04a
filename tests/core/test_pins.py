"""PINs and attempts: which PIN is refused, and how often one may be tried."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import attempts, pins
from kiosk.core.attempts import Attempts

CHEAP = (2**4, 8, 1)


@pytest.mark.parametrize(
    "pin",
    [
        *("000000", "123456", "654321", "890123", "121212", "123123", "112233"),
        "246802",
        "159753",
        "1471471",
        "12341234",
    ],
)
def test_a_pin_that_is_tried_first_by_everybody_is_refused(pin: str) -> None:
    assert pins.weakness(pin) == pins.TOO_EASY


@pytest.mark.parametrize("pin", ["", "12345", "1" * 13, "12 456", "abcdef", "12345a", "١٢٣٤٥٦", "-12345"])
def test_a_pin_is_6_to_12_digits(pin: str) -> None:
    assert pins.weakness(pin) == pins.DIGITS_ONLY


@given(st.from_regex(r"[0-9]{6,12}", fullmatch=True))
def test_most_pins_will_do_and_the_refused_ones_show_a_pattern(pin: str) -> None:
    if pins.weakness(pin) is not None:
        steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
        few = len(set(pin)) < 3 or len(steps) == 1 or pin == pin[::-1] or pin[:6] in pins.COMMON
        assert few or any(pin.startswith(pin[size:]) for size in range(1, len(pin) // 2 + 1))


@pytest.mark.parametrize("pin", ["480317", "072915", "9182736450"])
def test_an_ordinary_pin_is_taken(pin: str) -> None:
    assert pins.weakness(pin) is None


@given(st.from_regex(r"[0-9]{6,12}", fullmatch=True), st.from_regex(r"[0-9]{6,12}", fullmatch=True), st.binary())
def test_only_the_same_pin_matches_its_hash(pin: str, other: str, salt: bytes) -> None:
    kept = pins.hashed(pin, salt + b"x", CHEAP)
    assert pins.matches(pin, kept)
    assert pins.matches(other, kept) == (pin == other)
    assert pin.encode() not in kept or len(kept) > 100


def test_the_cost_is_as_dear_as_owasp_asks() -> None:
    n, r, p = pins.COST
    assert (n * r * 128, p) == (16 * 2**20, 5)


def test_five_wrong_tries_lock_an_address_for_a_quarter_of_an_hour_and_nobody_else() -> None:
    tries = Attempts()
    for number in range(attempts.PER_ADDRESS):
        assert tries.locked_for("10.0.0.1", number) == 0
        tries.begin("10.0.0.1", number)
        assert tries.left("10.0.0.1") == attempts.PER_ADDRESS - 1 - number
    assert tries.locked_for("10.0.0.1", 5) == attempts.LOCK_S - 1
    assert tries.locked_for("10.0.0.2", 5) == 0
    assert tries.locked_for("10.0.0.1", 4 + attempts.LOCK_S) == 0


def test_twenty_wrong_tries_from_anywhere_lock_the_form() -> None:
    tries = Attempts()
    for number in range(attempts.OVERALL):
        tries.begin(f"10.0.0.{number}", number)
    assert tries.locked_for("10.0.1.1", 20) > attempts.LOCK_S - 2


def test_without_a_limit_overall_each_has_its_own_tries_and_no_more() -> None:
    tries = Attempts(overall=None)
    for number in range(2 * attempts.OVERALL):
        tries.begin(f"phone {number}", 0.0)
    assert (tries.locked_for("phone 1", 0.0), tries.left("phone 1")) == (0, attempts.PER_ADDRESS - 1)
    for _ in range(attempts.PER_ADDRESS - 1):
        tries.begin("phone 1", 0.0)
    assert (tries.locked_for("phone 1", 0.0), tries.left("phone 1")) == (attempts.LOCK_S, 0)


def test_the_right_pin_forgives_its_own_tries_only() -> None:
    tries = Attempts()
    for address in ("10.0.0.1", "10.0.0.1", "10.0.0.2"):
        tries.begin(address, 0.0)
    tries.succeeded("10.0.0.1")
    assert (tries.left("10.0.0.1"), tries.left("10.0.0.2")) == (5, 4)


def test_an_ipv6_network_is_one_address_and_ipv4_written_as_ipv6_is_itself() -> None:
    tries = Attempts()
    for number in range(5):
        tries.begin(f"2001:db8::{number}", 0.0)
        tries.begin(f"::ffff:10.0.0.{number}", 0.0)
    assert tries.locked_for("2001:db8::ffff%eth0", 1) > 0
    assert tries.locked_for("2001:db8:0:1::1", 1) == 0
    assert tries.locked_for("::ffff:10.0.0.1", 1) == 0
    assert tries.locked_for("no address", 1) == 0
