"""Outcome: what became of a kiosk.toml, as the running kiosk reads it. No password and no code is in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kiosk.core.firstboot.slips import Slip
from kiosk.core.wording import Words

FILE_NAME: Final = "firstboot.json"
"""In the store's folder."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`boot`: at which power-on it was read; `digest`: of the file as it was left, so that it is read once."""

    boot: str
    name: str
    digest: str
    settings: bool = False
    """Whether it changed the configuration."""
    ssid: str = ""
    """The Wi-Fi it asked for; "" none."""
    url: str = ""
    """The centre it asked to enrol at; "" none."""
    slips: tuple[Slip, ...] = ()
    trouble: str = ""
    """What could not be written, in English, for the journal's readers; "" nothing."""


def to_text(outcome: Outcome) -> str:
    """As JSON."""
    values: dict[str, object] = {name: getattr(outcome, name) for name in _PLAIN}
    values["slips"] = [[slip.piece, slip.line, *slip.what, *slip.fix] for slip in outcome.slips]
    return json.dumps(values, ensure_ascii=False)


def from_text(text: str) -> Outcome | None:
    """Back again; None if it is damaged."""
    try:
        values = json.loads(text)
        slips = tuple(_slip(each) for each in values["slips"])
        plain = {name: values[name] for name in _PLAIN}
    except (ValueError, TypeError, KeyError):
        return None
    return Outcome(**plain, slips=slips)


_PLAIN: Final = ("boot", "name", "digest", "settings", "ssid", "url", "trouble")


def _slip(values: object) -> Slip:
    if not isinstance(values, list) or len(values) != 6:
        raise ValueError("a slip has six values")
    piece, line, *words = values
    return Slip(str(piece), int(line), Words(*map(str, words[:2])), Words(*map(str, words[2:])))


def names(settings: Mapping[str, Mapping[str, object]]) -> str:
    """The keys of settings, for the journal."""
    return ", ".join(f"{section}.{key}" for section, keys in settings.items() for key in keys)
