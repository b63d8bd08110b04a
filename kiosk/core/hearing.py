"""Hearing: what each advertisement becomes. Ids go to the ledger, iPhones to the ask table, others to strangers."""

from collections.abc import Collection, Sequence

from kiosk.core.adverts import Ask, CarriesId, Heard, Platform, Stranger, read
from kiosk.core.asking import Asking
from kiosk.core.encounters import Ledger, Sighting, Via
from kiosk.core.identity import BluezoneId
from kiosk.core.strangers import Strangers
from kiosk.core.undated import UndatedLedger
from kiosk.core.windows import UnixMs


class Hearing:
    """Folds what the radio reports into the three tables, and counts. `uptime` is monotonic seconds."""

    def __init__(self, ledger: Ledger | UndatedLedger, asking: Asking, strangers: Strangers) -> None:
        self.ledger = ledger
        self.asking = asking
        self.strangers = strangers
        self.ours: Collection[BluezoneId] = frozenset()
        """Ids this box sends around now: never stored, whoever repeats them."""
        self.packets = 0
        self.damaged = 0
        self.last_heard: UnixMs | None = None

    def take(self, heards: Sequence[Heard], uptime: float) -> None:
        """Every advertisement since the last call, oldest first. This loop runs thousands of times a second."""
        note_stranger = self.strangers.note
        for heard in heards:
            address, _, at, rssi, ad = heard
            verdict = read(ad)
            match verdict:
                case Stranger():
                    note_stranger(address, at, rssi, verdict.kind)
                case CarriesId():
                    self._sight(verdict.peer, heard, Platform.ANDROID, Via.ADVERT, uptime)
                case Ask():
                    known = self.asking.heard(heard, uptime)
                    if known is not None:
                        self._sight(known, heard, Platform.IOS, Via.GATT, uptime)
                case _:
                    self.damaged += 1
        if heards:
            self.packets += len(heards)
            self.last_heard = heards[-1].at

    def answer(self, address: str, peer: BluezoneId, at: UnixMs, uptime: float) -> None:
        """An iPhone told its id over GATT at `at`; what was heard of it earlier in this window counts too."""
        spell = self.asking.answered(address, peer, at)
        if peer not in self.ours:
            self.ledger.fold(spell, uptime)

    def _sight(self, peer: BluezoneId, heard: Heard, platform: Platform, via: Via, uptime: float) -> None:
        if peer not in self.ours:
            self.ledger.add(Sighting(peer, heard.at, heard.rssi, platform, via), uptime)
