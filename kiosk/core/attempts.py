"""Attempts: how often a PIN may be tried, per address and overall. A try counts before it is judged. Pure.

A phone that signed in before is counted by its own number instead (web/devices.py), and only by that: else any stranger
could lock it out with twenty wrong tries.
"""

from ipaddress import IPv6Address, ip_address
from typing import Final

PER_ADDRESS: Final = 5
OVERALL: Final = 20
"""More than one hand mistypes, fewer than a guesser needs: at most 80 tries an hour of a million PINs and more."""
LOCK_S: Final = 900.0


class Attempts:
    """Wrong tries of the last 15 minutes. `overall` None: each on its own."""

    def __init__(self, overall: int | None = OVERALL) -> None:
        self._overall = overall
        self._tries: list[tuple[float, str]] = []

    def locked_for(self, address: str, now: float) -> float:
        """Seconds until this address may try again; 0: it may now."""
        self._tries = [each for each in self._tries if each[0] > now - LOCK_S]
        own = [at for at, who in self._tries if who == _home(address)]
        ends = [0.0]
        if len(own) >= PER_ADDRESS:
            ends.append(own[-1] + LOCK_S - now)
        if self._overall is not None and len(self._tries) >= self._overall:
            ends.append(self._tries[-1][0] + LOCK_S - now)
        return max(ends)

    def begin(self, address: str, now: float) -> None:
        """A try: wrong until it is known to be right, so that many at once are not more than many in a row."""
        self._tries.append((now, _home(address)))

    def left(self, address: str) -> int:
        """How many tries this address has left."""
        own = sum(1 for _, who in self._tries if who == _home(address))
        together = PER_ADDRESS if self._overall is None else self._overall - len(self._tries)
        return max(0, min(PER_ADDRESS - own, together))

    def succeeded(self, address: str) -> None:
        """The right PIN: this address's tries are forgiven, nobody else's."""
        self._tries = [each for each in self._tries if each[1] != _home(address)]


def _home(address: str) -> str:
    """The network an address may change within: for IPv6 the /64 that every home has."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
