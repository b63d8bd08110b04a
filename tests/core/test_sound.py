"""Sound: two soft notes, and a cap that neither voice nor notes exceed."""

import itertools
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.sound import NOTE_S, NOTES_HZ, PEAK, capped, notes, resampled, silence

pytestmark = pytest.mark.guest

RATE = 8000


def crossings(sound: "array[int]") -> int:
    """How often it rises through zero: its pitch."""
    return sum(one < 0 <= other for one, other in itertools.pairwise(sound))


def test_the_notes_are_two_falling_and_soft() -> None:
    sound = notes(RATE)
    length = int(NOTE_S * RATE)
    assert len(sound) == 2 * length
    for note, hertz in zip((sound[:length], sound[length:]), NOTES_HZ, strict=True):
        assert crossings(note) == pytest.approx(hertz * NOTE_S, abs=3)
        assert max(map(abs, note)) < PEAK * 0.6
        assert max(map(abs, note[: RATE // 1000])) < PEAK * 0.05  # no click at the start
        assert max(map(abs, note[-RATE // 1000 :])) < PEAK * 0.01  # and none at the end


def test_silence_is_as_long_as_asked() -> None:
    assert list(silence(RATE, 0.5)) == [0] * (RATE // 2)


@given(st.lists(st.integers(-32768, 32767), min_size=1, max_size=50), st.integers(1, 80))
def test_nothing_is_louder_than_the_cap_and_the_loudest_moment_reaches_it(samples: list[int], percent: int) -> None:
    loudest = max(map(abs, capped(array("h", samples), percent)))
    if any(samples):
        assert PEAK * percent / 100 - 1 <= loudest <= PEAK * percent / 100
    else:
        assert loudest == 0


def test_no_sound_stays_no_sound() -> None:
    assert len(capped(array("h"), 60)) == 0


@pytest.mark.parametrize(("rate", "wanted"), [(16000, 22050), (22050, 16000), (RATE, RATE)])
def test_another_rate_keeps_length_and_pitch(rate: int, wanted: int) -> None:
    sound = notes(rate)
    other = resampled(sound, rate, wanted)
    assert len(other) == pytest.approx(len(sound) * wanted / rate, abs=1)
    assert crossings(other) == pytest.approx(crossings(sound), abs=5)
