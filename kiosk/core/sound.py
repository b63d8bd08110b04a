"""Sound: the two soft notes before an announcement, silence, and the cap on loudness. 16-bit samples, one channel."""

import math
from array import array
from typing import Final, TypeAlias

PEAK: Final = 32767
NOTES_HZ: Final = (659.26, 523.25)
"""E and C, falling: it calls, it does not alarm."""
NOTE_S: Final = 0.7
SOFT: Final = 0.5
"""Loudness of the notes, as a part of full scale."""
_ATTACK_S: Final = 0.02
_DECAY: Final = 4.0
"""A note fades like a struck bar: by e^-4 over its length."""

Samples: TypeAlias = "array[int]"


def notes(rate: int) -> Samples:
    """The two notes, each with a soft start and a fade."""
    sound = array("h")
    for hertz in NOTES_HZ:
        length = int(NOTE_S * rate)
        sound.extend(int(PEAK * SOFT * _note(hertz, place / rate)) for place in range(length))
    return sound


def silence(rate: int, seconds: float) -> Samples:
    """Nothing, for a while."""
    return array("h", bytes(2 * int(rate * seconds)))


def resampled(sound: Samples, rate: int, wanted: int) -> Samples:
    """At another rate, by the nearest sample: good enough for a voice among voices of other rates."""
    if rate == wanted:
        return sound
    length = len(sound) * wanted // rate
    return array("h", (sound[place * rate // wanted] for place in range(length)))


def capped(sound: Samples, percent: int) -> Samples:
    """With its loudest moment at `percent` of full scale: a quiet voice is raised, a loud one lowered."""
    loudest = max((abs(sample) for sample in sound), default=0)
    if loudest == 0:
        return sound
    factor = PEAK * percent / 100 / loudest
    return array("h", (int(sample * factor) for sample in sound))


def _note(hertz: float, at_s: float) -> float:
    rise = min(1.0, at_s / _ATTACK_S)
    fade = math.exp(-_DECAY * at_s / NOTE_S) * min(1.0, (NOTE_S - at_s) / _ATTACK_S)
    overtone = 0.2 * math.sin(2 * math.pi * 2 * hertz * at_s)
    return rise * fade * (math.sin(2 * math.pi * hertz * at_s) + overtone) / 1.2
