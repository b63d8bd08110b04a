"""Hours: when the wall is open and when it dims, as configured."""

from kiosk.config.sections import Config
from kiosk.core.hours import Hours, span


def hours_of(config: Config) -> Hours:
    """[show] hours and night."""
    return Hours(opening=span(config.show.hours), night=span(config.show.night))
