"""The eye on real pixels: what the framebuffer, a file and a photograph hold is read, not what we meant to paint."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from kiosk.adapters import eye, paint
from kiosk.adapters.eye import QrEye, WallFile
from kiosk.adapters.framebuffer import FramebufferDisplay
from kiosk.adapters.png import PngDisplay
from kiosk.core.facts import Verdict
from kiosk.core.hours import Hours, span
from kiosk.core.proof import Look, judge
from kiosk.core.screens import Screen
from kiosk.core.windows import UnixMs
from kiosk.errors import DisplayError
from kiosk.services import show, witness
from kiosk.services.show import Show
from kiosk.services.witness import Witness
from kiosk.sim.clock import ManualClock
from kiosk.supervisor import Board
from tests.fakes.framebuffer import Sysfs
from tests.walls import SCREEN, URL, told

pytestmark = pytest.mark.guest
HALF_PAST_FIVE = UnixMs(1_577_831_400_000)


class Panel:
    """A painted framebuffer, an eye on it, and hands that spoil it."""

    def __init__(self, folder: Path, bits: int = 16, rotation: int = 0) -> None:
        self.sysfs = Sysfs(folder, width=480, height=320, bits=bits, pad=32)
        self.display = FramebufferDisplay(
            paint.paint, self.sysfs.device, rotation=rotation, sys=self.sysfs.sys, drm=folder / "drm", console=None
        )
        self.eye = QrEye(self.display, paint.codes)

    async def look(self, screen: Screen = SCREEN) -> Look:
        await self.display.draw(screen)
        return await self.eye.look()

    def fill(self, value: int) -> None:
        """Every byte of the device's memory becomes this."""
        self.sysfs.memory.write_bytes(bytes([value]) * self.sysfs.memory.stat().st_size)


@pytest.mark.parametrize("bits", [16, 32])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
async def test_the_code_on_a_framebuffer_is_seen_however_it_is_turned(tmp_path: Path, bits: int, rotation: int) -> None:
    look = await Panel(tmp_path, bits, rotation).look()
    assert look.codes == look.wanted == (URL,)
    assert look.intact
    assert judge(look) is Verdict.SEEN


async def test_a_framebuffer_wiped_black_is_dark_and_one_wiped_white_hides_the_code(tmp_path: Path) -> None:
    panel = Panel(tmp_path)
    await panel.look()
    panel.fill(0)
    assert judge(await panel.eye.look()) is Verdict.DARK
    panel.fill(255)
    assert judge(await panel.eye.look()) is Verdict.HIDDEN


async def test_somebody_elses_code_in_the_memory_is_a_wrong_code(tmp_path: Path) -> None:
    panel = Panel(tmp_path)
    await panel.look(replace(SCREEN, cards=(replace(SCREEN.cards[0], url="https://other.example"),)))
    other = panel.sysfs.memory.read_bytes()
    await panel.look()
    panel.sysfs.memory.write_bytes(other)
    look = await panel.eye.look()
    assert look.codes == ("https://other.example",)
    assert judge(look) is Verdict.WRONG


async def test_a_memory_that_keeps_an_old_picture_is_frozen(tmp_path: Path) -> None:
    panel = Panel(tmp_path)
    first = await panel.look()
    stuck = panel.sysfs.memory.read_bytes()
    later = replace(SCREEN, page=replace(SCREEN.page, headline=("Quét mã", "cài ngay.")))
    assert judge(await panel.look(later), first) is Verdict.SEEN
    panel.sysfs.memory.write_bytes(stuck)
    assert judge(await panel.eye.look(), first) is Verdict.FROZEN


async def test_a_picture_file_is_looked_at_too(tmp_path: Path) -> None:
    file = tmp_path / "wall.png"
    display = PngDisplay(paint.png, width=480, height=320, file=file)
    seeing = QrEye(WallFile(display, file), paint.codes)
    with pytest.raises(DisplayError, match="nothing is shown"):
        await seeing.look()
    await display.draw(SCREEN)
    assert judge(await seeing.look()) is Verdict.SEEN
    file.write_bytes(b"no picture")
    with pytest.raises(DisplayError, match="no picture"):
        await seeing.look()
    file.unlink()
    with pytest.raises(DisplayError, match=r"wall\.png cannot be read back"):
        await seeing.look()


async def test_without_a_decoder_the_look_says_so_and_the_rest_is_still_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    panel = Panel(tmp_path)
    look = await panel.look()
    assert look.codes is None
    assert judge(look) is Verdict.UNDECODED
    panel.fill(0)
    assert judge(await panel.eye.look()) is Verdict.DARK


@pytest.mark.parametrize(
    ("program", "said"), [("/bin/false", "ended with 1"), ("/nowhere/python", "cannot be started")]
)
async def test_a_decoder_that_dies_or_does_not_start_is_nothing_seen_and_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, said: str
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    with pytest.raises(DisplayError, match=said):
        await Panel(tmp_path).look()


async def test_a_size_without_a_code_is_checked_for_its_frame_alone(tmp_path: Path) -> None:
    def board(_: Screen, width: int, height: int) -> Image.Image:
        return Image.new("RGB", (width, height), (255, 255, 0))

    sysfs = Sysfs(tmp_path, width=192, height=96, bits=32)
    display = FramebufferDisplay(board, sysfs.device, sys=sysfs.sys, drm=tmp_path, console=None)
    seeing = QrEye(display, paint.codes)
    await display.draw(SCREEN)
    look = await seeing.look()
    assert look.wanted == ()
    assert judge(look) is Verdict.FRAMED
    sysfs.memory.write_bytes(b"x" + sysfs.memory.read_bytes()[1:])
    assert judge(await seeing.look()) is Verdict.DAMAGED


def test_fingerprints_go_on_where_the_last_one_ended() -> None:
    assert eye.fingerprint(b"wall", eye.fingerprint(b"the ")) == eye.fingerprint(b"the wall")
    assert eye.fingerprint(b"") == "00000000"


async def test_a_closed_wall_is_dark_on_purpose(tmp_path: Path) -> None:
    clock, panel = ManualClock(HALF_PAST_FIVE), Panel(tmp_path, 32)
    board = Board(clock, version="test", venue="", simulated=False)
    for name in (show.NAME, witness.NAME):
        board.enter(name)
    by_day = Hours(opening=span("06:00-21:00"))
    await Show(panel.display, told(), by_day, clock=clock, board=board).turn()
    looking = Witness(panel.eye, clock=clock, board=board)
    await looking.turn()
    await looking.turn()
    assert board.snapshot().proof.verdict is Verdict.RESTING
