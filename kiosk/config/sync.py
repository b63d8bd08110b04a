"""The sync of the configuration: its address judged beyond its type, its quiet hours read."""

import json
from collections.abc import Iterator

from kiosk.config.sections import Sync
from kiosk.core.sync.enrolment import address_fault


def sync_faults(section: Sync) -> Iterator[str]:
    """What is wrong with [sync] beyond the types of its keys."""
    if section.url and (fault := address_fault(section.url)):
        yield f"sync.url: expected the collector's address, but it {fault}; it is {json.dumps(section.url)}"
