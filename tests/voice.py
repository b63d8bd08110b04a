"""Voice: marks for tests that need a speech engine."""

import shutil
from typing import Final

import pytest

LACKS: Final = [
    f"Debian package {package}"
    for program, package in (("espeak-ng", "espeak-ng"), ("aplay", "alsa-utils"))
    if shutil.which(program) is None
]
NEEDS_VOICE: Final = [pytest.mark.voice, pytest.mark.skipif(bool(LACKS), reason=f"needs {' and '.join(LACKS)}")]
