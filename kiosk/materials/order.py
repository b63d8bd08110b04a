"""Order: what somebody wants printed, and the sheets or files that answer it."""

from dataclasses import dataclass

from kiosk.core.campaign import Campaign
from kiosk.core.paper import kinds
from kiosk.core.paper.banner import SIZES as BANNERS
from kiosk.core.paper.banner import banner
from kiosk.core.paper.kinds import Kind
from kiosk.core.paper.setter import Languages
from kiosk.core.paper.sheet import DoesNotFit, Sheet
from kiosk.errors import ConfigError
from kiosk.materials.picture import png
from kiosk.materials.poster import setter


@dataclass(frozen=True, slots=True)
class Order:
    """A kind of paper in a size; `file_format` is pdf or png."""

    kind: Kind
    size: str = "A4"
    languages: Languages = "both"
    file_format: str = "pdf"


def sheets(order: Order, campaign: Campaign) -> tuple[Sheet, ...]:
    """What is printed for one campaign. ConfigError: unreadable logo, too long texts."""
    try:
        return kinds.sheets(order.kind, campaign, order.size, setter(order.languages))
    except DoesNotFit as error:
        raise ConfigError(str(error)) from error


def files(order: Order, campaign: Campaign) -> tuple[bytes, ...]:
    """One PDF, or a PNG for each sheet."""
    made = sheets(order, campaign)
    if order.file_format == "png":
        return tuple(png(sheet) for sheet in made)
    from kiosk.materials.pdf import pdf

    return (pdf(made, title(campaign)),)


def title(campaign: Campaign) -> str:
    """The document's name in a viewer."""
    return " · ".join(part for part in ("Bluezone", campaign.venue) if part)


def banners(campaign: Campaign, languages: Languages = "both") -> dict[str, bytes]:
    """Pictures for portals by name. ConfigError if a text is too long."""
    by = setter(languages)
    try:
        return {f"banner-{wide}x{high}": png(banner(campaign, wide, high, by), 1) for wide, high in BANNERS}
    except DoesNotFit as error:
        raise ConfigError(str(error)) from error
