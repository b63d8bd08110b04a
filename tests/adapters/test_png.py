"""The wall as PNG: painted when asked, once a picture, never a half file."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.adapters.png import KEPT, PngDisplay
from kiosk.core.screens import Screen
from kiosk.errors import DisplayError
from tests.fakes.display import RememberingDisplay
from tests.walls import SCREEN

pytestmark = pytest.mark.guest

LATER = replace(SCREEN, clock="07:46")


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


class Renderer:
    """Counts what it renders; the bytes say what they show."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int, int]] = []

    def __call__(self, screen: Screen, width: int, height: int) -> bytes:
        self.asked.append((screen.clock, width, height))
        return f"{screen.clock} {width}x{height}".encode()


async def test_a_picture_is_painted_once_however_many_ask() -> None:
    render = Renderer()
    display = PngDisplay(render, width=800, height=480)
    await display.draw(SCREEN)
    assert render.asked == []
    answers = await asyncio.gather(*(display.png() for _ in range(5)), display.png(800, 480))
    assert len(set(answers)) == 1
    assert render.asked == [("07:45", 800, 480)]


async def test_the_tag_changes_with_the_picture_and_only_with_it() -> None:
    display = PngDisplay(Renderer())
    await display.draw(SCREEN)
    _, first = await display.png()
    await display.draw(SCREEN)
    assert (await display.png())[1] == first
    assert (await display.png(640, 480))[1] != first
    await display.draw(LATER)
    data, tag = await display.png()
    assert tag != first
    assert data == b"07:46 1920x1080"


async def test_what_nobody_can_see_any_more_is_not_kept() -> None:
    render = Renderer()
    display = PngDisplay(render)
    for screen in (SCREEN, LATER, SCREEN):
        await display.draw(screen)
        await display.png()
    assert [clock for clock, _, _ in render.asked] == ["07:45", "07:46", "07:45"]


async def test_before_the_first_screen_there_is_nothing_to_show() -> None:
    with pytest.raises(DisplayError, match="nothing"):
        await PngDisplay(Renderer()).png()


async def test_nobody_can_make_the_box_paint_huge_pictures_or_keep_many() -> None:
    render = Renderer()
    display = PngDisplay(render)
    await display.draw(SCREEN)
    await display.png(99_999, 99_999)
    await display.png(1, 1)
    await display.png(3840, 2160)
    assert render.asked == [("07:45", 1920, 1920), ("07:45", 320, 240), ("07:45", 1920, 1080)]
    for width in range(400, 400 + KEPT):
        await display.png(width, 300)
    await display.png(99_999, 99_999)
    assert len(render.asked) == 3 + KEPT + 1


async def test_the_file_is_replaced_whole_and_readable_by_others(tmp_path: Path) -> None:
    file = tmp_path / "wall.png"
    display = PngDisplay(Renderer(), width=800, height=480, file=file)
    await display.draw(SCREEN)
    await display.draw(LATER)
    assert file.read_bytes() == b"07:46 800x480"
    assert file.stat().st_mode & 0o777 == 0o644
    assert names(tmp_path) == ["wall.png"]
    assert display.surface() == (str(file), 800, 480)


async def test_a_file_that_cannot_be_written_leaves_no_rest_behind(tmp_path: Path) -> None:
    (tmp_path / "wall.png").mkdir()
    display = PngDisplay(Renderer(), file=tmp_path / "wall.png")
    with pytest.raises(DisplayError, match=r"wall\.png cannot be written"):
        await display.draw(SCREEN)
    assert names(tmp_path) == ["wall.png"]


async def test_browsers_see_the_wall_though_the_panel_is_gone() -> None:
    panel = RememberingDisplay()
    display = PngDisplay(Renderer(), panel=panel)
    await display.draw(SCREEN)
    panel.unplugged = True
    with pytest.raises(DisplayError):
        await display.draw(LATER)
    assert (await display.png())[0] == b"07:46 1920x1080"
    assert panel.screens == [SCREEN]
    assert PngDisplay(Renderer()).surface() == ("browser", 1920, 1080)
