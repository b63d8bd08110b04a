"""Settings: the configuration's own errors as slips of the line in kiosk.toml that they come from."""

import difflib
import re
from typing import Final

from kiosk.core.firstboot.lines import line_of
from kiosk.core.firstboot.merging import toml
from kiosk.core.firstboot.slips import SETTINGS, Slip
from kiosk.core.wording import Words

LONGEST: Final = 60
"""Of what was expected, so that a wall can hold it."""


def slip(error: str, text: str, example: object) -> Slip:
    """`error` is 'section.key: expected this; it is that'; `example` a value that would do."""
    found = re.match(r"(\w+)(?:\.(\w+))?: (?:expected )?(.*?)(?:; it is (.*))?\Z", error, re.DOTALL)
    if found is None:
        return Slip(SETTINGS, 0, Words("cấu hình chưa đúng", "the configuration is not right"), Words(error, error))
    section, key, wish, value = found[1], found[2] or "", found[3], found[4] or ""
    line, name = line_of(text, section, key), key or section
    what = Words(f"giá trị của {name} chưa đúng", f"the value of {name} is not right")
    near = difflib.get_close_matches(value.strip('"').lower(), re.findall(r"['\"]([\w-]+)['\"]", wish), 1, 0.5)
    right = f"{name} = {toml(near[0] if near else example or '...')}"
    english = f"Expected {wish}." if len(wish) <= LONGEST and not near else f"Write, for example: {right}"
    return Slip(SETTINGS, line, what, Words(f"Viết, ví dụ: {right}", english))
