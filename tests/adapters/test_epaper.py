"""E-paper with its real child process and a driver that draws into a folder: pictures, limits, mishaps."""

import os
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from kiosk.adapters import paint
from kiosk.adapters.epaper import MEMORY, RETRY_S, EpaperDisplay
from kiosk.adapters.epaper_panel import WavesharePanel, numbered
from kiosk.adapters.eye import QrEye
from kiosk.core.facts import Verdict
from kiosk.core.look import Ink
from kiosk.core.proof import judge
from kiosk.core.redraw import GAP_MS
from kiosk.core.windows import UnixMs
from kiosk.errors import DisplayError
from kiosk.sim.clock import ManualClock
from tests.walls import SCREEN, URL

NOON = UnixMs(1_600_059_600_000)
"""12:00 in Vietnam."""
DRIVER = "tests.fakes.epaper_driver"
OTHER = replace(SCREEN, cards=(replace(SCREEN.cards[0], url="https://other.example"),))


class Desk:
    """A panel in a folder, and the display in front of it."""

    def __init__(self, folder: Path, deadline_s: float = 60.0) -> None:
        self.panel, self.folder = folder / "panel", folder
        self.panel.mkdir(exist_ok=True)
        self.clock = ManualClock(NOON)
        self.deadline_s = deadline_s
        self.start()

    def start(self, rotation: int = 0, driver: str = DRIVER) -> None:
        """The daemon starts (again)."""
        self.display = EpaperDisplay(
            paint.paint, driver, self.folder, clock=self.clock, rotation=rotation, deadline_s=self.deadline_s
        )

    def mishap(self, name: str) -> None:
        (self.panel / name).touch()

    def mend(self, name: str) -> None:
        (self.panel / name).unlink()

    def pictures(self) -> list[Image.Image]:
        found = []
        for file in sorted(self.panel.glob("*.png")):
            with Image.open(file) as image:
                found.append(image.copy())
        return found

    def is_running(self) -> bool:
        """Whether the panel's process lives."""
        try:
            os.kill(int((self.panel / "pid").read_text()), 0)
        except ProcessLookupError:
            return False
        return True


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("KIOSK_TEST_PANEL", str(tmp_path / "panel"))
    return Desk(tmp_path)


def colours(image: Image.Image) -> set[tuple[int, ...]]:
    return {colour for _, colour in image.getcolors() or [] if isinstance(colour, tuple)}


async def test_the_first_picture_is_cleaned_for_shown_and_its_code_is_read(desk: Desk) -> None:
    assert desk.display.surface() == (f"e-paper, {DRIVER}", 0, 0)
    await desk.display.draw(SCREEN)
    assert desk.display.surface()[1:] == (400, 300)
    white, picture = desk.pictures()
    assert colours(white) == {(255, 255, 255)}
    assert colours(picture) == {(255, 255, 255), (0, 0, 0)}
    assert (desk.panel / "asleep").exists()
    assert not desk.is_running()
    look = await QrEye(desk.display, lambda s, w, h: paint.codes(s, w, h, desk.display.ink)).look()
    assert look.source == "last frame; the driver said it was shown"
    assert look.codes == look.wanted == (URL,)
    assert judge(look) is Verdict.SEEN


async def test_no_clock_no_page_and_no_dimming_costs_a_picture(desk: Desk) -> None:
    await desk.display.draw(SCREEN)
    for change in ({"clock": "07:46"}, {"dim": 3}, {"shift": (2, 1)}, {"english": True}):
        await desk.clock.advance(GAP_MS / 1000)
        await desk.display.draw(replace(SCREEN, **change))
    assert len(desk.pictures()) == 2


async def test_a_change_waits_for_its_half_hour_and_meanwhile_the_last_frame_is_told(desk: Desk) -> None:
    await desk.display.draw(SCREEN)
    await desk.display.draw(OTHER)
    assert len(desk.pictures()) == 2
    assert (await desk.display.read_back()).screen.install_url == URL
    await desk.clock.advance(GAP_MS / 1000)
    await desk.display.draw(OTHER)
    assert len(desk.pictures()) == 3
    assert (await desk.display.read_back()).screen.install_url == OTHER.install_url


async def test_a_restart_costs_no_picture(desk: Desk) -> None:
    await desk.display.draw(SCREEN)
    desk.start()
    await desk.display.draw(SCREEN)
    assert len(desk.pictures()) == 2
    assert (await desk.display.read_back()).image.size == (400, 300)
    (desk.folder / MEMORY).write_text("not what we wrote")
    desk.start()
    await desk.display.draw(SCREEN)
    assert len(desk.pictures()) == 4


@pytest.mark.parametrize("when", ["", "at-once-"])
async def test_a_hung_panel_is_ended_at_its_deadline_and_left_alone_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setenv("KIOSK_TEST_PANEL", str(tmp_path / "panel"))
    desk = Desk(tmp_path, deadline_s=5.0)
    desk.mishap(f"{when}hang")
    with pytest.raises(DisplayError, match=r"no answer within .* s and its driver .* was ended: check"):
        await desk.display.draw(SCREEN)
    assert not desk.is_running()
    (desk.panel / "pid").unlink()
    desk.mend(f"{when}hang")
    with pytest.raises(DisplayError, match="no answer"):
        await desk.display.draw(SCREEN)
    assert not (desk.panel / "pid").exists()
    await desk.clock.advance(RETRY_S)
    await desk.display.draw(SCREEN)
    assert len(desk.pictures()) == 2


@pytest.mark.parametrize(
    ("mishap", "words"),
    [
        ("at-once-fail", r"show\.epaper.*RuntimeError: no EEPROM found.*docs/operations\.md"),
        ("fail", r"show\.epaper.*RuntimeError: no EEPROM found"),
        ("crash", r"ended without a word \(show\.epaper\)"),
        ("at-once-crash", r"ended without a word \(show\.epaper\)"),
    ],
)
async def test_a_driver_that_fails_is_told_in_words_and_nothing_was_shown(desk: Desk, mishap: str, words: str) -> None:
    desk.mishap(mishap)
    with pytest.raises(DisplayError, match=words):
        await desk.display.draw(SCREEN)
    with pytest.raises(DisplayError, match="shown nothing yet"):
        await desk.display.read_back()
    assert not (desk.folder / MEMORY).exists()


async def test_a_driver_that_is_not_installed_is_told_with_the_command_that_brings_it(desk: Desk) -> None:
    desk.start(driver="a_driver_nobody_has")
    with pytest.raises(DisplayError, match=r"No module.*pip install 'bluezone-kiosk\[epaper\]'"):
        await desk.display.draw(SCREEN)


async def test_a_driver_that_tells_an_ink_nobody_knows_is_a_display_error(desk: Desk) -> None:
    (desk.panel / "ink").write_text("gold")
    with pytest.raises(DisplayError, match="tells no size and ink"):
        await desk.display.draw(SCREEN)


async def test_a_driver_that_prints_does_not_disturb_the_talk(desk: Desk) -> None:
    desk.mishap("chatter")
    await desk.display.draw(SCREEN)
    assert len(desk.pictures()) == 2


@pytest.mark.parametrize("rotation", [90, 270])
async def test_a_panel_on_its_side_gets_an_upright_picture(desk: Desk, rotation: int) -> None:
    desk.start(rotation)
    await desk.display.draw(SCREEN)
    assert desk.display.surface()[1:] == (300, 400)
    standing = (await desk.display.read_back()).image
    assert desk.pictures()[-1].rotate(rotation, expand=True).tobytes() == standing.tobytes()


@pytest.mark.parametrize(("told", "ink"), [("red", Ink.RED), ("yellow", Ink.YELLOW), ("colour", Ink.YELLOW)])
async def test_a_panel_with_a_third_ink_is_painted_with_it(desk: Desk, told: str, ink: Ink) -> None:
    (desk.panel / "ink").write_text(told)
    await desk.display.draw(SCREEN)
    assert desk.display.ink is ink
    assert len(colours(desk.pictures()[-1])) == 3


def test_inks_by_number() -> None:
    image = Image.new("RGB", (3, 1))
    image.putdata([(255, 255, 255), (0, 0, 0), (200, 30, 20)])
    assert numbered(image).tobytes() == bytes((0, 1, 2))


@pytest.mark.parametrize(("name", "layers"), [("epd4in2_V2", 1), ("epd4in2b_V2", 2)])
def test_a_driver_of_waveshares_gets_a_buffer_an_ink(name: str, layers: int) -> None:
    module = ModuleType(name)

    class EPD:
        """As Waveshare's files have it: upright, buffers of bits, 0 where there is ink."""

        width, height = 300, 400
        shown: tuple[bytes, ...] = ()

        def init(self) -> int:
            return 0

        def getbuffer(self, image: Image.Image) -> bytes:
            assert image.mode == "1"
            return image.tobytes()

        def sleep(self) -> None:
            type(self).shown += (b"asleep",)

    def display_one(self: EPD, image: bytes) -> None:
        EPD.shown += (image,)

    def display_two(self: EPD, imageblack: bytes, imagered: bytes) -> None:
        EPD.shown += (imageblack, imagered)

    EPD.display = display_one if layers == 1 else display_two  # type: ignore[attr-defined]
    module.EPD = EPD  # type: ignore[attr-defined]
    panel = WavesharePanel(module)
    assert (panel.width, panel.height, panel.ink) == (400, 300, "mono" if layers == 1 else "red")
    image = Image.new("RGB", (8, 1), (255, 255, 255))
    image.putpixel((0, 0), (0, 0, 0))
    image.putpixel((1, 0), (200, 0, 0))
    panel.show(image)
    panel.sleep()
    assert EPD.shown == (*(b"\x7f", b"\xbf")[:layers], b"asleep")
