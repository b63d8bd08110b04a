"""Poster: a venue's poster as a PDF file, for the verb and for the button of the status page."""

from kiosk.core.campaign import Campaign
from kiosk.core.paper.kinds import sheets
from kiosk.core.paper.setter import Languages, Setter
from kiosk.core.paper.sheet import DoesNotFit
from kiosk.errors import ConfigError
from kiosk.shapes import codes, letters, logos


def setter(languages: Languages = "both") -> Setter:
    """What sets type here."""
    return Setter(letters.measure, codes.encode, logos.shape, languages)


def poster_pdf(campaign: Campaign, size: str = "A4", languages: Languages = "both") -> bytes:
    """The poster as PDF: one page, or two that hang side by side. Raises ConfigError: unreadable logo, too long texts.

    It takes some hundredths of a second, and 20 MB that the process keeps: a daemon calls materials/aside.py.
    """
    from kiosk.materials.pdf import pdf

    try:
        return pdf(sheets("poster", campaign, size, setter(languages)), f"Bluezone {campaign.venue}".strip())
    except DoesNotFit as error:
        raise ConfigError(str(error)) from error
