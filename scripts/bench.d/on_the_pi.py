"""On the virtual Pi: a stage that boots one, with the project installed, and powers it off."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from table import Line

from tests.rig import image
from tests.rig.installed import install
from tests.rig.pi import Pi

SUITE = "trixie"


def measured(stage: str, measure: Callable[[Pi], Awaitable[list[Line]]]) -> list[Line]:
    """The stage's lines; one that says what is missing where there is no virtual Pi."""
    if lacks := image.missing():
        return [Line(stage, f"the virtual Pi needs: {', '.join(lacks)}", None, "")]
    folder = Path(tempfile.mkdtemp(prefix=f"kiosk-{stage}-"))
    try:
        return asyncio.run(_on_one(folder, measure))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _on_one(folder: Path, measure: Callable[[Pi], Awaitable[list[Line]]]) -> list[Line]:
    async with Pi(folder, image.build(SUITE)) as pi:
        await install(pi, image.project_wheel(folder))
        return await measure(pi)
