"""Network: troubles on the way to a collector. Each wraps a Backend and is one itself, so that they can be stacked.

`rate` is the share of exchanges that are troubled; `chance` gives numbers from [0, 1).
"""

from collections.abc import Awaitable, Callable

from kiosk.core.sync.exchange import Ask, Obstacle, Reply
from kiosk.core.windows import UnixMs
from kiosk.errors import BackendUnavailable
from kiosk.ports import Backend

Chance = Callable[[], float]


class Way:
    """Backend: hands everything on. The troubles below change one thing each."""

    def __init__(self, inner: Backend, chance: Chance, rate: float = 1.0) -> None:
        self._inner, self._chance, self.rate = inner, chance, rate

    async def ask(self, ask: Ask) -> Reply:
        return await self._inner.ask(ask)

    def certificate_ends(self) -> UnixMs | None:
        return self._inner.certificate_ends()

    async def close(self) -> None:
        await self._inner.close()

    def _hit(self) -> bool:
        return self._chance() < self.rate


class Dropping(Way):
    """Half of what is lost never arrives; of the other half only the answer is lost."""

    async def ask(self, ask: Ask) -> Reply:
        if not self._hit():
            return await self._inner.ask(ask)
        if self._chance() < 0.5:
            raise BackendUnavailable("dropped on the way there", Obstacle.CONNECTION)
        await self._inner.ask(ask)
        raise BackendUnavailable("dropped on the way back", Obstacle.TIMEOUT)


class Delaying(Way):
    """Takes up to `longest_s` more."""

    def __init__(
        self,
        inner: Backend,
        chance: Chance,
        rate: float = 1.0,
        *,
        sleep: Callable[[float], Awaitable[None]],
        longest_s: float,
    ) -> None:
        super().__init__(inner, chance, rate)
        self._sleep, self._longest_s = sleep, longest_s

    async def ask(self, ask: Ask) -> Reply:
        if self._hit():
            await self._sleep(self._chance() * self._longest_s)
        return await self._inner.ask(ask)


class Duplicating(Way):
    """What is asked arrives twice; the second answer is the one that comes back."""

    async def ask(self, ask: Ask) -> Reply:
        if self._hit():
            await self._inner.ask(ask)
        return await self._inner.ask(ask)


class Reordering(Way):
    """What is asked is held up, the asker gives up, and it arrives after something later."""

    def __init__(self, inner: Backend, chance: Chance, rate: float = 1.0) -> None:
        super().__init__(inner, chance, rate)
        self._held: list[Ask] = []

    async def ask(self, ask: Ask) -> Reply:
        if self._hit():
            self._held.append(ask)
            raise BackendUnavailable("held up", Obstacle.TIMEOUT)
        reply = await self._inner.ask(ask)
        held, self._held = self._held, []
        for late in held:
            await self._inner.ask(late)
        return reply


class Truncating(Way):
    """The answer ends early: half the time that is noticed, half the time it looks whole."""

    async def ask(self, ask: Ask) -> Reply:
        reply = await self._inner.ask(ask)
        if not self._hit() or not reply.body:
            return reply
        if self._chance() < 0.5:
            raise BackendUnavailable("cut off", Obstacle.CUT)
        return _with_body(reply, reply.body[: int(self._chance() * len(reply.body))])


class Lying(Way):
    """Says 200 without having asked anybody, now with the collector's mark, now without."""

    async def ask(self, ask: Ask) -> Reply:
        if not self._hit():
            return await self._inner.ask(ask)
        return Reply(200, b'{"ok":true}', "application/json", marked=self._chance() < 0.5)


class CaptivePortal(Way):
    """A sign-in page instead of the world, by a redirect or in its own words."""

    async def ask(self, ask: Ask) -> Reply:
        if not self._hit():
            return await self._inner.ask(ask)
        return (
            Reply(302) if self._chance() < 0.5 else Reply(200, b"<html>Wi-Fi mi\xe1\xbb\x85n ph\xc3\xad", "text/html")
        )


def _with_body(reply: Reply, body: bytes) -> Reply:
    return Reply(reply.status, body, reply.media_type, reply.marked, reply.retry_after, reply.etag)
