"""Screens: what the wall shows, as values. `adapters/paint.py` turns one into pixels."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Screen:
    """One picture of the wall. Texts are NFC; `headline` has one entry a line."""

    install_url: str
    headline: tuple[str, ...]
    headline_en: str
    venue: str = ""
    clock: str = ""
    staff_note: str = ""
