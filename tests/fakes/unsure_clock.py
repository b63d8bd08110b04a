"""UnsureClock: a box that has just been powered on in a world whose time it does not know yet."""

from collections.abc import Awaitable

from kiosk.core.windows import UnixMs
from kiosk.sim.clock import ManualClock


class UnsureClock:
    """TrustedClock over the world's clock. After `power_cut` it does not know the time until `know`."""

    def __init__(self, world: ManualClock) -> None:
        self._world = world
        self.power_on = world.now()
        self.trusted = True

    def power_cut(self, up_ms: int = 40_000) -> None:
        """The box was powered on this long ago, and its clock is any clock."""
        self.power_on, self.trusted = UnixMs(self._world.now() - up_ms), False

    @property
    def powered_on_at(self) -> UnixMs:
        return self.power_on if self.trusted else UnixMs(0)

    def know(self) -> None:
        self.trusted = True

    def now(self) -> UnixMs:
        return UnixMs(self._world.now() - (0 if self.trusted else self.power_on))

    def monotonic(self) -> float:
        return self._world.monotonic()

    def sleep(self, seconds: float) -> Awaitable[None]:
        return self._world.sleep(seconds)

    async def advance(self, seconds: float) -> None:
        """Let the world go on."""
        await self._world.advance(seconds)
