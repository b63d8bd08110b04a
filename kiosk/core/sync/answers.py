"""Answers: what a signed request gets: the encounters of the windows it names, a parcel for each UTC day."""

from collections.abc import Mapping, Sequence

from kiosk.core.batches import LARGEST_ROWS, Batch, batch_of, encoded
from kiosk.core.encounters import Encounter
from kiosk.core.windows import UnixMs, Window, window_at
from kiosk.core.wire import Answer, Request, to_msgpack


def windows_of(request: Request) -> tuple[Window, ...]:
    """The windows it names, each once, in order."""
    return tuple(sorted({window_at(UnixMs(at)) for at in request.windows}))


def ripe(request: Request, now: UnixMs) -> bool:
    """Whether every window it names is over and written."""
    return all(window.sealed_at <= now for window in windows_of(request))


def contents(number: int, request: Request, days: Mapping[int, Sequence[Encounter]]) -> list[tuple[int, bytes]]:
    """(UTC day, content of a parcel), in order; one that says 'nothing' where nothing was found."""
    found = [
        (day, encoded(Batch(day, visits[first : first + LARGEST_ROWS])))
        for day in sorted(days)
        for visits in [batch_of(day, days[day]).visits]
        for first in range(0, len(visits), LARGEST_ROWS)
    ]
    answers = [(day, Answer(request=number, case=request.case, batches=(batch,))) for day, batch in found]
    nothing = [(windows_of(request)[0].day, Answer(request=number, case=request.case, batches=()))]
    return [(day, to_msgpack(answer)) for day, answer in answers or nothing]
