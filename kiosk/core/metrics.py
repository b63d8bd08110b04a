"""Metrics: the facts in Prometheus text (format 0.0.4). Names are a contract: they are only added.

People are counted here as on the page: per finished window, and a count below 20 has no sample at all. There is no id,
no address and no name of a venue or a person in it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from kiosk.core.boots import BootFacts
from kiosk.core.catalogue import CATALOGUE
from kiosk.core.facts import ServiceFacts, Snapshot, State, SyncFacts, Verdict
from kiosk.core.status import Count, Document

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
LIGHTS: Final = ("green", "amber", "red", "starting")


class Sample(NamedTuple):
    """One number; `labels` tell samples of a family apart."""

    value: float
    labels: Mapping[str, str] = {}


class Family(NamedTuple):
    """Samples under one name. A counter's name ends in _total; it begins anew with the process."""

    name: str
    help: str
    samples: tuple[Sample, ...]

    def lines(self) -> Iterator[str]:
        yield f"# HELP kiosk_{self.name} {self.help}"
        yield f"# TYPE kiosk_{self.name} {'counter' if self.name.endswith('_total') else 'gauge'}"
        for value, labels in self.samples:
            told = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            yield f"kiosk_{self.name}{{{told}}} {value:.15g}" if told else f"kiosk_{self.name} {value:.15g}"


def metrics(snapshot: Snapshot, status: Document) -> str:
    """Everything a scraper may know, from one look at the facts and the document the page shows of it."""
    families = (
        *_whole(snapshot, status),
        *_radio(status),
        *_services(snapshot.services),
        *_rest(snapshot, status),
        *_sync(snapshot.sync),
    )
    return "".join(f"{line}\n" for family in families for line in family.lines())


def _whole(snapshot: Snapshot, status: Document) -> Iterator[Family]:
    build = {"version": status["version"], "simulated": "true" if status["simulated"] else "false"}
    yield Family("build_info", "Version of the kiosk; always 1.", (Sample(1, build),))
    yield Family("start_time_seconds", "When the process started, Unix time.", (Sample(snapshot.started / 1000),))
    yield Family("clock_seconds", "The box's own clock, Unix time.", (Sample(snapshot.at / 1000),))
    yield Family(
        "light",
        "The traffic light of the status page: 1 for the light that is on.",
        tuple(Sample(status["light"] == light, {"light": light}) for light in LIGHTS),
    )
    found = {fault["code"] for fault in status["faults"]}
    yield Family(
        "fault",
        "Faults of the status page by code: 1 while it stands.",
        tuple(Sample(code in found, {"code": code}) for code in CATALOGUE),
    )


def _radio(status: Document) -> Iterator[Family]:
    ears = status["collect"]
    yield from _airtime(status)
    yield Family("on_air", "1 while the kiosk's id is on air.", (Sample(status["advertise"]["since"] is not None),))
    yield Family("listening", "1 while the kiosk listens.", (Sample(ears["listening_since"] is not None),))
    yield Family(
        "counted_until_seconds",
        "End of the 15-minute window up to which phones are counted, Unix time.",
        _moment(ears["until"]),
    )
    window = "in the last finished 15-minute window; no sample while fewer than 20."
    yield Family("phones", f"Bluezone phones {window}", _counted(ears["phones_near"]))
    yield Family("strangers", f"Other Bluetooth devices {window}", _counted(ears["strangers_near"]))
    yield Family(
        "visits_today", "Visits (a phone in a window) since midnight in Vietnam; no sample while fewer than 20.",
        _counted(ears["visits_today"]),
    )  # fmt: skip
    yield Family("counts_sound", "0 while today's counts may hold fake ids.", (Sample(ears["sound"]),))
    yield Family(
        "asks_total", "iPhones asked for their id, by outcome; no sample while fewer than 20.",
        (*_counted(ears["answered"], outcome="answered"), *_counted(ears["unanswered"], outcome="unanswered")),
    )  # fmt: skip
    yield Family("packets_total", "Advertisements heard.", (Sample(ears["packets"]),))
    yield Family("packets_damaged_total", "Advertisements that could not be read.", (Sample(ears["damaged"]),))
    yield Family("packets_dropped_total", "Turned away because a table or queue was full.", (Sample(ears["dropped"]),))


def _airtime(status: Document) -> Iterator[Family]:
    told = status["radio"]["airtime"] if status["radio"] else None
    sides: dict[str, tuple[float, float]] = {}
    if told:
        sides["listening"] = told["listening_share"], told["listening_gap_s"]
        if told["sending_share"] is not None and told["sending_gap_s"] is not None:
            sides["sending"] = told["sending_share"], told["sending_gap_s"]
    shares = tuple(Sample(share, {"side": side}) for side, (share, _) in sides.items())
    gaps = tuple(Sample(gap, {"side": side}) for side, (_, gap) in sides.items())
    lately = "in the last quarter of an hour at most; no sample where nobody can tell."
    yield Family("airtime_share", f"Share of the time in which the radio listened or sent, {lately}", shares)
    yield Family("airtime_longest_gap_seconds", f"Longest break, {lately}", gaps)


def _services(services: tuple[ServiceFacts, ...]) -> Iterator[Family]:
    yield Family(
        "service_up",
        "1 while a part of the kiosk runs without trouble.",
        tuple(Sample(service.state is State.RUNNING, {"service": service.name}) for service in services),
    )
    yield Family(
        "service_restarts_total",
        "How often a part of the kiosk was started again.",
        tuple(Sample(service.restarts, {"service": service.name}) for service in services),
    )
    yield Family(
        "service_hangs_total",
        "How many of these restarts were because it hung.",
        tuple(Sample(service.hangs, {"service": service.name}) for service in services),
    )


def _rest(snapshot: Snapshot, status: Document) -> Iterator[Family]:
    store, proof = snapshot.upkeep, snapshot.proof
    looked = proof.verdict not in (None, Verdict.UNSEEN, Verdict.UNDECODED)
    yield Family("wall_drawn_seconds", "When the wall was last drawn, Unix time.", _moment(status["show"]["drawn_at"]))
    yield Family(
        "wall_visible",
        "1 while the wall was last seen as it should be; no sample where nobody can look.",
        (Sample(not (proof.verdict and proof.verdict.alarm)),) if looked else (),
    )
    yield Family("store_files", "Files of encounters on the disk, one a day.", (Sample(store.days),))
    yield Family("store_bytes", "Bytes of the encounters on the disk.", (Sample(store.bytes_on_disk),))
    free = () if store.free_bytes is None else (Sample(store.free_bytes),)
    yield Family("disk_free_bytes", "Free bytes on the store's disk.", free)
    yield from _boots(snapshot.boots)


def _boots(facts: BootFacts | None) -> Iterator[Family]:
    at = facts or BootFacts()
    for name, what, value in (
        ("boots", "How often the box was switched on, since the card was new.", at.boots),
        ("power_cuts", "How often it went off without stopping the kiosk first.", at.cuts),
        ("crashes", "How often the kiosk ended out of order while the box stayed on.", at.crashes),
    ):
        yield Family(name, what, () if facts is None else (Sample(value),))


def _sync(facts: SyncFacts | None) -> Iterator[Family]:
    """No sample where the box is enrolled nowhere."""

    def told(value: float) -> tuple[Sample, ...]:
        return () if facts is None else (Sample(value),)

    at = facts or SyncFacts()
    yield Family("sync_waiting", "Parcels that wait to be sent to the collector.", told(at.waiting))
    yield Family("sync_set_aside", "Parcels that the collector refused for their content.", told(at.set_aside))
    yield Family("sync_expired", "Parcels that will never leave.", told(at.expired))
    yield Family("sync_answered", "Signed requests for ids answered.", told(at.answered))
    yield Family("sync_refused", "1 while the collector does not accept the kiosk's token.", told(at.refused))
    yield Family("sync_lost", "1 while the collector cannot be reached.", told(at.lost_since is not None))
    for name, what, moment in (
        ("acknowledged", "When the collector last took a parcel", at.acknowledged_at),
        ("heard", "When the collector last answered", at.heard_at),
        ("certificate_ends", "When the collector's certificate ends", at.certificate_ends),
    ):
        samples = () if moment is None else (Sample(moment / 1000),)
        yield Family(f"sync_{name}_seconds", f"{what}, Unix time.", samples)


def _counted(count: Count, **labels: str) -> tuple[Sample, ...]:
    """A count that may be told."""
    return () if count["count"] is None else (Sample(count["count"], labels),)


def _moment(told: str | None) -> tuple[Sample, ...]:
    return () if told is None else (Sample(datetime.fromisoformat(told).timestamp()),)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
