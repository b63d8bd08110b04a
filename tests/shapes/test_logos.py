"""A venue's logo: read once, made small, laid on a ground on which it can be seen; what is wrong with it in words."""

from pathlib import Path

import pytest
from PIL import Image

from kiosk.core.look import GIAY, LAM_DEM, NIGHT
from kiosk.errors import ConfigError
from kiosk.shapes import logos
from tests.logos import KINDS, RED
from tests.logos import logos as made

pytestmark = pytest.mark.guest


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    return made(tmp_path)


def saved(image: Image.Image, path: Path, exif: Image.Exif | None = None) -> str:
    image.save(path, exif=exif or Image.Exif())
    return str(path)


def test_a_logo_has_its_shape_and_lies_on_white(files: dict[str, str]) -> None:
    assert logos.shape(files["wide"]) == pytest.approx(860 / 220, rel=0.01)
    picture = logos.picture(files["wide"], 430, 110)
    assert (picture.mode, picture.size) == ("RGB", (430, 110))
    assert picture.getpixel((1, 1)) == GIAY
    assert picture.getpixel((55, 55)) == RED


def test_a_logo_in_white_for_a_dark_ground_gets_one(files: dict[str, str]) -> None:
    picture = logos.picture(files["pale"], 310, 100)
    assert picture.getpixel((1, 1)) == LAM_DEM
    assert GIAY in {colour for _, colour in picture.getcolors(maxcolors=40_000) or []}


def test_a_pale_photo_without_transparency_is_left_as_it_is(tmp_path: Path) -> None:
    path = saved(Image.new("RGB", (100, 50), (250, 250, 240)), tmp_path / "pale.png")
    assert logos.picture(path, 10, 5).getpixel((2, 2)) == (250, 250, 240)


def test_by_night_its_white_is_the_cards_white(files: dict[str, str]) -> None:
    picture = logos.picture(files["wide"], 430, 110, NIGHT.card)
    assert picture.getpixel((1, 1)) == NIGHT.card
    red = picture.getpixel((55, 55))
    assert isinstance(red, tuple)
    assert red[0] < RED[0]


@pytest.mark.parametrize("kind", KINDS)
def test_for_e_paper_a_logo_of_any_colours_parts_into_black_and_white(kind: str, files: dict[str, str]) -> None:
    picture = logos.picture(files[kind], 80, round(80 / logos.shape(files[kind])))
    counts = {colour: count for count, colour in logos.in_two_inks(picture).getcolors() or []}
    assert set(counts) == {0, 255}
    assert min(counts.values()) > 0.05 * sum(counts.values())


@pytest.mark.parametrize(("tone", "ink"), [(0, 0), (120, 0), (255, 255)])
def test_a_logo_of_one_tone_is_black_unless_it_is_white(tone: int, ink: int) -> None:
    assert logos.in_two_inks(Image.new("RGB", (9, 9), (tone,) * 3)).getextrema() == (ink, ink)


def test_a_photo_held_on_its_side_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise
    assert logos.shape(saved(Image.new("RGB", (200, 100), RED), tmp_path / "a.jpg", exif=exif)) == pytest.approx(0.5)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_can_be_read(mode: str, tmp_path: Path) -> None:
    assert logos.shape(saved(Image.new(mode, (300, 100)), tmp_path / f"{mode[0]}.png")) == 3


def test_a_jpeg_of_a_printer_and_a_large_photo_are_made_small_while_they_are_read(tmp_path: Path) -> None:
    assert logos.shape(saved(Image.new("CMYK", (300, 100)), tmp_path / "cmyk.jpg")) == 3
    path = saved(Image.new("RGB", (5000, 2500), RED), tmp_path / "photo.jpg")
    assert logos.shape(path) == pytest.approx(2, abs=0.01)
    assert max(logos._small(path).size) <= logos.KEPT_PX


def test_once_read_a_logo_outlives_its_file(files: dict[str, str]) -> None:
    logos.shape(files["tall"])
    Path(files["tall"]).unlink()
    assert logos.picture(files["tall"], 20, 47).size == (20, 47)


def complaint(path: str) -> str:
    with pytest.raises(ConfigError) as refused:
        logos.shape(path)
    return str(refused.value)


def test_what_is_wrong_is_told_with_key_file_and_remedy(tmp_path: Path) -> None:
    torn = tmp_path / "torn.png"
    Image.effect_noise((300, 200), 80).save(torn)
    torn.write_bytes(torn.read_bytes()[:2000])
    words = tmp_path / "words.png"
    words.write_text("no picture")
    gif = saved(Image.new("L", (30, 20)), tmp_path / "a.gif")
    large = saved(Image.new("1", (3000, 2000)), tmp_path / "large.png")
    thin = saved(Image.new("1", (3000, 20)), tmp_path / "thin.png")
    remedy = "Give a PNG or JPEG file, or none"
    assert complaint("/nowhere/a.png") == f"campaign.logo /nowhere/a.png: no such file. {remedy}"
    assert complaint(str(torn)).startswith(f"campaign.logo {torn}: cannot be read: image file is truncated")
    assert complaint(str(torn)).endswith(f". {remedy}")
    assert complaint(str(words)) == f"campaign.logo {words}: is no picture this program reads. {remedy}"
    assert complaint(gif) == f"campaign.logo {gif}: is no picture this program reads. {remedy}"
    assert (
        complaint(str(tmp_path))
        == f"campaign.logo {tmp_path}: cannot be read: [Errno 21] Is a directory: '{tmp_path}'. {remedy}"
    )
    assert complaint(large) == (
        f"campaign.logo {large}: 3000x2000 pixels are too many. Scale it down to 2000x2000 at most"
    )
    assert complaint(thin) == (
        f"campaign.logo {thin}: 3000x20 pixels are too thin a strip. Cut it to a shape of 12:1 at most"
    )


def test_a_logo_that_is_mended_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(b"")
    assert "is no picture" in complaint(str(path))
    saved(Image.new("L", (40, 20)), path)
    assert logos.shape(str(path)) == 2
