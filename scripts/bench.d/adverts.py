"""Stage adverts: what one advertisement costs from AD bytes through typed values, ledger, ask table and strangers."""

from collections.abc import Sequence
from itertools import islice
from time import process_time
from typing import Final

from crowd import Raw, an_id, crowd, hci_report
from table import Line

from kiosk.core.adverts import Heard, Platform, read
from kiosk.core.asking import CAPACITY as ASKING
from kiosk.core.asking import Asking
from kiosk.core.encounters import CAPACITY as IDS
from kiosk.core.encounters import Ledger, Sighting, Via
from kiosk.core.hearing import Hearing
from kiosk.core.strangers import CAPACITY as STRANGERS
from kiosk.core.strangers import Strangers
from kiosk.core.windows import UnixMs

ADDRESSES: Final = 1_000_000
RUNS: Final = 3
CHUNK: Final = 1000
"""What a busy street gives between two calls of `take`."""
PEER_PACKETS: Final = 20_000
START: Final = UnixMs(1_795_000_000_000)
GOAL_US, GOAL_RATIO = 3.0, 25.0


def full() -> Hearing:
    """Every table filled to its cap."""
    hearing = Hearing(Ledger(), Asking(), Strangers())
    for number in range(IDS):
        hearing.ledger.add(Sighting(an_id(number), START, -70, Platform.ANDROID, Via.ADVERT), 0.0)
    fill = (raw for raw in crowd(max(ASKING, STRANGERS) * 40, seed=0, known=IDS))
    while len(hearing.asking) < ASKING or not hearing.strangers.evicted:
        hearing.take(_heards(list(islice(fill, CHUNK)), START), 0.0)
    hearing.ours = frozenset({an_id((1 << 90) + number) for number in range(3)})
    return hearing


def _heards(raws: Sequence[Raw], at: UnixMs) -> list[Heard]:
    return [Heard(address, "random", at, rssi, ad) for address, rssi, ad in raws]


def ours(seed: int) -> float:
    """Microseconds per advert over a million distinct addresses, all caps full throughout."""
    hearing = full()
    raws = crowd(ADDRESSES, seed, known=IDS)
    spent = 0.0
    for turn in range(ADDRESSES // CHUNK):
        chunk = list(islice(raws, CHUNK))
        at = UnixMs(START + turn * 500)
        began = process_time()
        hearing.take(_heards(chunk, at), turn * 0.5)
        spent += process_time() - began
    _check(hearing)
    return spent / ADDRESSES * 1e6


def _check(hearing: Hearing) -> None:
    """The figure means nothing unless every table was full and every advert was folded."""
    if len(hearing.strangers) < STRANGERS * 0.95 or len(hearing.asking) < ASKING or len(hearing.ledger) < IDS:
        raise SystemExit("bench: a table is not full")
    if hearing.damaged or not hearing.ledger.refused or not hearing.strangers.evicted or not hearing.asking.evicted:
        raise SystemExit("bench: the crowd is not what it should be")


def reading(seed: int) -> float:
    """Microseconds per advert for `read` alone, AD bytes to verdict."""
    ads = [raw.ad for raw in crowd(PEER_PACKETS, seed, known=IDS)]
    began = process_time()
    for ad in ads:
        read(ad)
    return (process_time() - began) / len(ads) * 1e6


FIELDS: Final = ("peer", "rssi", "Complete uuids", "Manufacturer ID", "Payload")
"""What a listener must look up in aioblescan's tree to know what our `read` and `Heard` tell."""


def peer(seed: int) -> tuple[float, float] | None:
    """Microseconds per advert of aioblescan on the same crowd as HCI events: decoded, and with its fields looked up."""
    try:
        from aioblescan import HCI_Event
    except ImportError:
        return None
    packets = [hci_report(raw) for raw in crowd(PEER_PACKETS, seed, known=IDS)]
    began = process_time()
    for packet in packets:
        HCI_Event().decode(packet)
    decoded = process_time() - began
    began = process_time()
    for packet in packets:
        event = HCI_Event()
        event.decode(packet)
        for field in FIELDS:
            event.retrieve(field)
    return decoded / len(packets) * 1e6, (process_time() - began) / len(packets) * 1e6


def run() -> list[Line]:
    """The three take turns, so that all meet the same noise; CPU time, and the best run of each counts."""
    seeds = range(1, RUNS + 1)
    runs = [(ours(seed), reading(seed), peer(seed)) for seed in seeds]
    own, alone = min(run[0] for run in runs), min(run[1] for run in runs)
    noise = f"runs differ {(max(run[0] for run in runs) / own - 1) * 100:.0f} %"
    lines = [
        Line("adverts", "typed, read and folded, 1 M addresses, tables full", own, "us", GOAL_US, noise),
        Line("adverts", "of that: read, AD bytes to verdict", alone, "us"),
    ]
    theirs = [run[2] for run in runs if run[2] is not None]
    if not theirs:
        return [*lines, Line("adverts", "aioblescan is not installed: pip install '.[bench]'", None, "us")]
    decoded, looked_up = (min(each) for each in zip(*theirs, strict=True))
    return [
        *lines,
        Line("adverts", "aioblescan's decoder, same crowd as HCI events", decoded, "us"),
        Line("adverts", "the same, and address, RSSI, UUIDs, company, payload looked up", looked_up, "us"),
        Line("adverts", "its decoder to our decoder", decoded / alone, "x", GOAL_RATIO, at_least=True),
        Line("adverts", "its decoder and look-up to our decoder", looked_up / alone, "x"),
        Line("adverts", "its decoder and look-up to all of ours, tables included", looked_up / own, "x"),
    ]
