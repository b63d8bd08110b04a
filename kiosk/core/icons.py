"""Icons of the wall: SVG path data on a 24-unit grid, and their flattening into polylines. Stroke 2, round."""

import math
import re
from collections.abc import Callable, Iterator
from typing import Final

Point = tuple[float, float]
Polyline = tuple[Point, ...]

GRID: Final = 24.0
STROKE: Final = 2.0
_PHONE: Final = "M8 3.5h8a1.5 1.5 0 0 1 1.5 1.5v14a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 19V5A1.5 1.5 0 0 1 8 3.5z"
PATHS: Final = {
    "mark": "M5 20.5V11a7 7 0 0 1 14 0v9.5M9 20.5V11a3 3 0 0 1 6 0v9.5M3 20.5h18",
    "scan": "M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M4 12h16",
    "download": "M12 4v11M7.5 10.8 12 15.2l4.5-4.4M5 19.5h14",
    "bluetooth": "m7 8 10 8-5 4V4l5 4L7 16",
    "shield": "M12 3.5 5 6v5.5c0 4.3 2.9 7.5 7 9 4.1-1.5 7-4.7 7-9V6zm-3 8.5 2.2 2.2L15.2 10",
    "phone": _PHONE,
    "phone-full": _PHONE,
    "tick": "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 1 1 17 0zM8 12.3l2.8 2.8L16 9.4",
    "wait": "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 1 1 17 0zM12 7.5V12l3 2",
    "bang": "M12 3.5 21.5 20h-19zM12 10v4.5M12 17.2v.1",
    "none": "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 1 1 17 0zM8.5 12h7",
    "diamond": "M12 5 19 12 12 19 5 12z",
}
"""The mark is a gate with a second gate inside: the kiosk's sign, not the app's."""
FILLED: Final = frozenset({"diamond", "phone-full"})
"""Solid shapes: the diamond beside the staff note, phones that have the app."""

_TOKEN: Final = re.compile(r"[a-zA-Z]|-?(?:\d+\.?\d*|\.\d+)")
_ARC_STEP: Final = math.pi / 24
_CURVE_STEPS: Final = 16


def flatten(path: str) -> tuple[Polyline, ...]:
    """Polylines of a path of M L H V C A Z, absolute or relative; arcs must be circular."""
    lines: list[list[Point]] = []
    at: Point = (0.0, 0.0)
    for verb, numbers in _commands(path):
        base = at if verb.islower() else (0.0, 0.0)
        kind = verb.upper()
        if kind == "Z":
            at = lines[-1][0]
            lines[-1].append(at)
        elif kind == "M":
            at = (base[0] + numbers[0], base[1] + numbers[1])
            lines.append([at])
        else:
            new = _DRAW[kind](at, base, numbers)
            lines[-1].extend(new)
            at = new[-1]
    return tuple(tuple(line) for line in lines)


def _commands(path: str) -> Iterator[tuple[str, list[float]]]:
    """Each command with exactly its own numbers: repeats written without a letter are split."""
    tokens: list[str] = _TOKEN.findall(path)
    index = 0
    verb = ""
    while index < len(tokens):
        if tokens[index].isalpha():
            verb = tokens[index]
            index += 1
        count = _COUNT[verb.upper()]
        yield verb, [float(token) for token in tokens[index : index + count]]
        index += count
        verb = {"M": "L", "m": "l"}.get(verb, verb)  # further pairs after a move are lines


def _line(_: Point, base: Point, n: list[float]) -> list[Point]:
    return [(base[0] + n[0], base[1] + n[1])]


def _across(at: Point, base: Point, n: list[float]) -> list[Point]:
    return [(base[0] + n[0], at[1])]


def _down(at: Point, base: Point, n: list[float]) -> list[Point]:
    return [(at[0], base[1] + n[0])]


def _curve(at: Point, base: Point, n: list[float]) -> list[Point]:
    """Cubic Bézier."""
    corners = (at, *((base[0] + n[i], base[1] + n[i + 1]) for i in (0, 2, 4)))
    points = []
    for step in range(1, _CURVE_STEPS + 1):
        t = step / _CURVE_STEPS
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        x = sum(weight * corner[0] for weight, corner in zip(weights, corners, strict=True))
        y = sum(weight * corner[1] for weight, corner in zip(weights, corners, strict=True))
        points.append((x, y))
    return points


def _arc(at: Point, base: Point, n: list[float]) -> list[Point]:
    """Circular arc: the centre lies on the perpendicular through the middle of the chord."""
    radius, large, sweep = n[0], n[3] != 0, n[4] != 0
    end = (base[0] + n[5], base[1] + n[6])
    dx, dy = end[0] - at[0], end[1] - at[1]
    chord = math.hypot(dx, dy)
    radius = max(radius, chord / 2)
    off = math.sqrt(radius**2 - (chord / 2) ** 2) / chord * (1 if large != sweep else -1)
    centre = ((at[0] + end[0]) / 2 - dy * off, (at[1] + end[1]) / 2 + dx * off)
    first = math.atan2(at[1] - centre[1], at[0] - centre[0])
    turn = (math.atan2(end[1] - centre[1], end[0] - centre[0]) - first) % math.tau
    if not sweep:
        turn -= math.tau
    steps = max(2, math.ceil(abs(turn) / _ARC_STEP))
    angles = [first + turn * step / steps for step in range(1, steps)]
    return [*((centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles), end]


_COUNT: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "A": 7, "Z": 0}
_DRAW: Final[dict[str, Callable[[Point, Point, list[float]], list[Point]]]] = {
    "L": _line,
    "H": _across,
    "V": _down,
    "C": _curve,
    "A": _arc,
}
