"""Steps: a coroutine driven one suspension at a time, so that it can be ended at any point where it waits."""

from collections.abc import Callable, Coroutine, Generator
from typing import TypeVar

T = TypeVar("T")


class Killed(BaseException):
    """The process ended here. No `except Exception` may survive it."""


class Steps:
    """`await Steps(coroutine, at)` runs it and calls `at(number)` before each suspension; what that raises ends it."""

    def __init__(self, coroutine: "Coroutine[object, object, None]", at: Callable[[int], None]) -> None:
        self._coroutine, self._at = coroutine, at
        self.count = 0

    def __await__(self) -> Generator[object, object, None]:
        steps = self._coroutine.__await__()
        send = _sending(steps, None)
        while True:
            try:
                waits_for = send()
            except StopIteration:
                return
            self.count += 1
            try:
                self._at(self.count)
                answer = yield waits_for
                send = _sending(steps, answer)
            except BaseException as error:  # noqa: BLE001 - handed on to the coroutine, which decides
                send = _throwing(steps, error)


def _sending(steps: Generator[object, object, None], answer: object) -> Callable[[], object]:
    return lambda: steps.send(answer)


def _throwing(steps: Generator[object, object, None], error: BaseException) -> Callable[[], object]:
    return lambda: steps.throw(error)
