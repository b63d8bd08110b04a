"""Framebuffers of 16 and 32 bits with any line length: every byte where the panel expects it."""

from pathlib import Path
from random import Random

import pytest
import zxingcpp
from PIL import Image

from kiosk.adapters import paint
from kiosk.adapters.framebuffer import QUIET_CONSOLE, FramebufferDisplay, WhenThere
from kiosk.core.screens import Screen
from kiosk.errors import DisplayError
from tests.fakes.framebuffer import Sysfs
from tests.walls import SCREEN

pytestmark = pytest.mark.guest


def noise(_: Screen, width: int, height: int) -> Image.Image:
    """Every pixel another colour: an error of one bit or byte shows."""
    return Image.frombytes("RGB", (width, height), Random(1).randbytes(3 * width * height))


def reference(image: Image.Image, bits: int) -> list[bytes]:
    """The bytes of each line, pixel by pixel."""
    lines = []
    for y in range(image.height):
        line = bytearray()
        for x in range(image.width):
            pixel = image.getpixel((x, y))
            assert isinstance(pixel, tuple)
            red, green, blue = pixel
            if bits == 32:
                line += bytes((blue, green, red, 255))
            else:
                line += (red >> 3 << 11 | green >> 2 << 5 | blue >> 3).to_bytes(2, "little")
        lines.append(bytes(line))
    return lines


def significant(line: bytes, bits: int) -> bytes:
    """Without the byte of 32 that no panel reads."""
    return line if bits == 16 else bytes(value for index, value in enumerate(line) if index % 4 != 3)


@pytest.mark.parametrize("bits", [16, 32])
@pytest.mark.parametrize("pad", [0, 2, 64])
@pytest.mark.parametrize(("width", "height"), [(150, 241), (97, 120), (64, 1)])
async def test_every_pixel_is_where_and_what_a_slow_reference_says(
    tmp_path: Path, bits: int, pad: int, width: int, height: int
) -> None:
    panel = Sysfs(tmp_path, width=width, height=height, bits=bits, pad=pad)
    await FramebufferDisplay(noise, panel.device, sys=panel.sys, console=None).draw(SCREEN)
    for line, expected in zip(panel.lines(), reference(noise(SCREEN, width, height), bits), strict=True):
        assert significant(line[: len(expected)], bits) == significant(expected, bits)
        assert line[len(expected) :] == bytes(pad)
    assert panel.memory.stat().st_size == panel.stride * height


@pytest.mark.parametrize("bits", [16, 32])
@pytest.mark.parametrize(("width", "height", "pad"), [(800, 480, 0), (480, 320, 32), (480, 800, 6)])
async def test_the_code_decodes_from_the_bytes_in_memory(
    tmp_path: Path, bits: int, width: int, height: int, pad: int
) -> None:
    panel = Sysfs(tmp_path, width=width, height=height, bits=bits, pad=pad)
    await FramebufferDisplay(paint.paint, panel.device, sys=panel.sys, console=None).draw(SCREEN)
    grey = bytearray()
    for line in panel.lines():
        step = bits // 8
        high = line[step // 2 : width * step : step]  # red's top bits at 16, green at 32: enough to tell ink from paper
        grey += bytes(255 if value > 0x7F else 0 for value in high)
    (found,) = zxingcpp.read_barcodes(Image.frombytes("L", (width, height), bytes(grey)))
    assert found.text == SCREEN.install_url


async def test_a_virtual_screen_larger_than_the_glass_is_painted_where_the_glass_is(tmp_path: Path) -> None:
    panel = Sysfs(tmp_path, width=120, height=200, bits=16, glass=(100, 90), pan="4,100")
    display = FramebufferDisplay(noise, panel.device, sys=panel.sys, console=None)
    await display.draw(SCREEN)
    assert display.surface()[1:] == (100, 90)
    expected = reference(noise(SCREEN, 100, 90), 16)
    lines = panel.lines()
    assert lines[:100] == [bytes(240)] * 100
    assert [line[8:208] for line in lines[100:190]] == expected
    assert lines[190:] == [bytes(240)] * 10


async def test_a_panel_that_changes_its_mode_is_painted_in_the_new_one(tmp_path: Path) -> None:
    panel = Sysfs(tmp_path, width=64, height=48, bits=32)
    display = FramebufferDisplay(noise, panel.device, sys=panel.sys, console=None)
    await display.draw(SCREEN)
    for name, text in (("virtual_size", "32,24"), ("modes", "U:32x24p-0"), ("stride", "64"), ("bits_per_pixel", "16")):
        panel.tell(name, text)
    await display.draw(SCREEN)
    assert panel.memory.read_bytes()[: 24 * 64] == b"".join(reference(noise(SCREEN, 32, 24), 16))
    assert display.surface() == (f"{panel.device}, 16 bits", 32, 24)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("bits_per_pixel", "24", "bits_per_pixel says 24, .*cmdline.txt"),
        ("stride", "100", "stride says 100 .*cmdline.txt"),
        ("virtual_size", "none", r"no framebuffer here \(show\.framebuffer\)"),
    ],
)
async def test_a_framebuffer_nobody_knows_is_a_display_error(tmp_path: Path, name: str, text: str, words: str) -> None:
    panel = Sysfs(tmp_path, width=64, height=48, bits=32)
    panel.tell(name, text)
    display = FramebufferDisplay(noise, panel.device, sys=panel.sys, console=None)
    with pytest.raises(DisplayError, match=words):
        await display.draw(SCREEN)
    assert display.surface() == (panel.device, 0, 0)


async def test_a_missing_framebuffer_costs_no_painting(tmp_path: Path) -> None:
    def never(_: Screen, width: int, height: int) -> Image.Image:
        raise AssertionError(f"painted {width}x{height} for nobody")

    display = FramebufferDisplay(never, str(tmp_path / "fb0"), sys=tmp_path, console=None)
    assert not display.present()
    with pytest.raises(DisplayError, match="no framebuffer"):
        await display.draw(SCREEN)


async def test_a_framebuffer_that_takes_no_more_bytes_is_a_display_error(tmp_path: Path) -> None:
    panel = Sysfs(tmp_path, width=64, height=48, bits=32)
    panel.unplug()
    panel.memory.symlink_to("/dev/full")
    with pytest.raises(DisplayError, match="cannot be written"):
        await FramebufferDisplay(noise, panel.device, sys=panel.sys, console=None).draw(SCREEN)


async def test_the_cursor_is_hidden_where_that_is_permitted_and_nothing_breaks_where_not(tmp_path: Path) -> None:
    panel = Sysfs(tmp_path, width=64, height=48, bits=32)
    console = tmp_path / "tty"
    await FramebufferDisplay(noise, panel.device, sys=panel.sys, console=console).draw(SCREEN)
    assert not console.exists()
    console.touch()
    await FramebufferDisplay(noise, panel.device, sys=panel.sys, console=console).draw(SCREEN)
    assert console.read_bytes() == QUIET_CONSOLE


async def test_a_framebuffer_by_another_name_is_suggested(tmp_path: Path) -> None:
    panel = Sysfs(tmp_path, width=64, height=48, bits=32)
    display = FramebufferDisplay(noise, str(tmp_path / "fb1"), sys=panel.sys, console=None)
    with pytest.raises(DisplayError, match=r"set show\.framebuffer to /dev/fb0"):
        await display.draw(SCREEN)


@pytest.mark.parametrize("bits", [16, 32])
@pytest.mark.parametrize("rotation", [90, 180, 270])
async def test_a_turned_panel_shows_the_picture_upright_to_who_looks_from_its_side(
    tmp_path: Path, bits: int, rotation: int
) -> None:
    panel = Sysfs(tmp_path, width=150, height=97, bits=bits, pad=6)
    display = FramebufferDisplay(noise, panel.device, rotation=rotation, sys=panel.sys, console=None)
    await display.draw(SCREEN)
    size = (150, 97) if rotation == 180 else (97, 150)
    assert display.surface()[1:] == size
    turned = noise(SCREEN, *size).rotate(-rotation, expand=True)
    for line, expected in zip(panel.lines(), reference(turned, bits), strict=True):
        assert significant(line[: len(expected)], bits) == significant(expected, bits)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("bits", [16, 32])
async def test_what_is_read_back_is_what_was_painted_upright(tmp_path: Path, bits: int, rotation: int) -> None:
    panel = Sysfs(tmp_path, width=64, height=48, bits=bits, pad=6, glass=(60, 40), pan="2,4")
    display = FramebufferDisplay(noise, panel.device, rotation=rotation, sys=panel.sys, drm=tmp_path, console=None)
    await display.draw(SCREEN)
    standing = await display.read_back()
    assert standing.image.size == display.surface()[1:]
    assert standing.pixels == standing.drawn
    assert standing.connected is None
    painted = noise(SCREEN, *standing.image.size).convert("L")
    if bits == 32:
        assert standing.image.tobytes() == painted.tobytes()
    else:
        pairs = zip(standing.image.tobytes(), painted.tobytes(), strict=True)
        assert max(abs(one - other) for one, other in pairs) < 8


async def test_one_changed_pixel_is_noticed_when_it_is_read_back(tmp_path: Path) -> None:
    panel = Sysfs(tmp_path, width=64, height=240, bits=16)
    display = FramebufferDisplay(noise, panel.device, sys=panel.sys, console=None)
    await display.draw(SCREEN)
    memory = bytearray(panel.memory.read_bytes())
    memory[len(memory) // 2] ^= 1
    panel.memory.write_bytes(memory)
    standing = await display.read_back()
    assert standing.pixels != standing.drawn


async def test_nothing_is_read_back_before_the_first_picture_or_in_a_mode_that_is_not_painted_yet(
    tmp_path: Path,
) -> None:
    panel = Sysfs(tmp_path, width=64, height=48, bits=32)
    display = FramebufferDisplay(noise, panel.device, sys=panel.sys, console=None)
    with pytest.raises(DisplayError, match="nothing is painted"):
        await display.read_back()
    await display.draw(SCREEN)
    panel.tell("bits_per_pixel", "16")
    with pytest.raises(DisplayError, match="nothing is painted in this mode"):
        await display.read_back()


@pytest.mark.parametrize(
    ("told", "connected"),
    [
        (["connected", "disconnected"], True),
        (["disconnected", "disconnected"], False),
        (["disconnected", "unknown"], None),
        ([], None),
    ],
)
async def test_a_cable_that_is_out_is_seen_though_the_picture_is_painted(
    tmp_path: Path, told: list[str], connected: bool | None
) -> None:
    panel = Sysfs(tmp_path, width=64, height=48, bits=32)
    for number, status in enumerate(told):
        (tmp_path / f"card0-HDMI-A-{number}").mkdir()
        (tmp_path / f"card0-HDMI-A-{number}" / "status").write_text(f"{status}\n")
    display = FramebufferDisplay(noise, panel.device, sys=panel.sys, drm=tmp_path, console=None)
    await display.draw(SCREEN)
    assert (await display.read_back()).connected is connected


async def test_a_screen_that_may_be_missing_is_painted_when_it_comes(tmp_path: Path) -> None:
    panel = Sysfs(tmp_path, width=64, height=48, bits=32)
    display = WhenThere(FramebufferDisplay(noise, panel.device, sys=panel.sys, drm=tmp_path, console=None))
    panel.unplug()
    await display.draw(SCREEN)
    assert display.surface() == ("browser", 0, 0)
    panel.plug()
    assert display.surface()[1:] == (64, 48)
    await display.draw(SCREEN)
    assert any(panel.memory.read_bytes())
    standing = await display.read_back()
    assert standing.pixels == standing.drawn
