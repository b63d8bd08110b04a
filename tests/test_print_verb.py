"""`kiosk print`: files for one venue and for a table of venues, and clear words when something is wrong."""

import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from kiosk.cli import main
from kiosk.materials import film
from tests.printed import NEEDS_POPPLER, texts

TABLE = "venue;profile;unit\r\nChợ Bến Đò;market;\r\nChợ Bến Đò;market;UBND\r\nBệnh viện;hopital;\r\nTrường;school;\r\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text('[venue]\nname = "Chợ Bến Đò"\n\n[campaign]\nprofile = "market"\n', encoding="utf-8")
    return path


def run(config: Path, *words: object) -> int:
    return main(["print", "--config", str(config), *map(str, words)])


@pytest.mark.parametrize("kind", ["poster", "leaflet", "household", "tent"])
@pytest.mark.parametrize("ending", ["pdf", "png"])
def test_a_venue_gets_a_file_with_a_name_that_tells_what_it_is(
    kind: str, ending: str, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "a" / "b"
    assert run(config, "--for", kind, "--size", "a5", "--format", ending, "--out", out) == 0
    made = out / f"{kind}-cho-ben-do-a5.{ending}"
    assert capsys.readouterr().out == f"{made}\n"
    assert made.read_bytes().startswith(b"%PDF-" if ending == "pdf" else b"\x89PNG")


def test_a_file_after_out_is_that_file_in_its_format(config: Path, tmp_path: Path) -> None:
    assert run(config, "--for", "poster", "--size", "A6", "--out", tmp_path / "x.png") == 0
    with Image.open(tmp_path / "x.png") as picture:
        assert picture.size == (1240, 1748)
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_bad_rows_are_listed_good_ones_made_and_no_file_is_overwritten(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "venues.csv"
    table.write_bytes(TABLE.encode("utf-8-sig"))
    assert run(config, "--for", "poster", "--size", "A6", "--csv", table, "--out", tmp_path / "out") == 1
    told = capsys.readouterr()
    assert told.err == f"{table}: line 4, column profile: 'hopital' is unknown; did you mean 'hospital'?\n"
    assert told.out == f"{tmp_path / 'out'}: 3 of 4 venues\n"
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert made == ["cho-ben-do-2.pdf", "cho-ben-do.pdf", "truong.pdf"]


@NEEDS_POPPLER[0]
@NEEDS_POPPLER[1]
def test_merged_venues_stand_in_one_file_in_their_order(config: Path, tmp_path: Path) -> None:
    table = tmp_path / "venues.csv"
    table.write_text("venue,profile,hotline\nMột,market,\nHai,school,1900 0000\n", encoding="utf-8")
    assert run(config, "--for", "leaflet", "--csv", table, "--merge", "--out", tmp_path / "all.pdf") == 0
    first, second = texts((tmp_path / "all.pdf").read_bytes())
    assert first.startswith("Một Đi chợ vui")
    assert second.startswith("Hai Cả nhà")
    assert "1900 0000" in second


def test_many_venues_are_made_by_several_processes_all_of_them(config: Path, tmp_path: Path) -> None:
    table = tmp_path / "venues.csv"
    table.write_text("venue,profile\n" + "".join(f"Nơi {n},market\n" for n in range(20)), encoding="utf-8")
    assert run(config, "--for", "poster", "--csv", table, "--out", tmp_path / "out") == 0
    files = sorted((tmp_path / "out").iterdir())
    assert {path.name for path in files} == {f"noi-{n}.pdf" for n in range(20)}
    assert len({path.read_bytes() for path in files}) == 20


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--for", "poster", "--size", "A7"], "--size A7: expected one of A3, A4, A5, A6"),
        (["--for", "poster", "--merge"], "--merge is for --csv only"),
        (["--for", "poster", "--seconds", "20"], "--seconds is for --for outdoor only"),
        (["--for", "outdoor", "--seconds", "5"], "--seconds 5: expected 10 to 600"),
        (["--for", "outdoor", "--size", "A4"], "--size A4: expected pixels such as 768x384"),
        (["--for", "press", "--size", "A4"], "--size is for paper and --for outdoor only"),
        (["--for", "poster", "--out", "x.pdf", "--format", "png"], "--out x.pdf and --format png disagree"),
        (["--for", "poster", "--csv", "/nowhere.csv"], "--csv /nowhere.csv: cannot be read: No such file"),
        (["--for", "poster", "--out", "/proc/kiosk"], "--out /proc/kiosk: cannot be made: "),
    ],
)
def test_what_cannot_be_done_is_told_with_its_remedy(
    words: list[str], why: str, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(config, *words) == 2
    assert capsys.readouterr().err.startswith(f"kiosk: {why}")


def test_paper_too_small_for_what_is_on_it_is_told(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text('[campaign]\nmode = "stores"\n', encoding="utf-8")
    assert run(config, "--for", "tent", "--size", "A6") == 2
    why = "kiosk: A6 is too small for a tent with these texts: take a larger size"
    assert capsys.readouterr().err.startswith(why)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"name,profile\n", "column 'name' is unknown; "),
        (b"venue,profile\nCh\xf2,market\n", ": line 2 is not UTF-8. In a spreadsheet choose 'CSV UTF-8'"),
    ],
)
def test_a_table_that_cannot_be_read_is_named(
    data: bytes, why: str, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "venues.csv"
    table.write_bytes(data)
    assert run(config, "--for", "poster", "--csv", table) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"kiosk: --csv {table}: ")
    assert why in told


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ("Chợ,market,/nowhere/logo.png,", "column logo: expected a PNG or JPEG picture"),
        ("Chợ,market,{torn},", "column logo: "),
        ("Chợ,market,,khai bao", "column declaration: expected an http or https link"),
        ("C" * 81 + ",market,,", "column venue: expected one line of at most 80 characters"),
    ],
)
def test_a_cell_is_checked_like_the_key_of_the_same_name(
    cells: str, told: str, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torn = tmp_path / "torn.png"
    file = BytesIO()
    Image.effect_noise((300, 200), 80).save(file, "PNG")
    torn.write_bytes(file.getvalue()[:2000])
    table = tmp_path / "venues.csv"
    table.write_text(f"venue,profile,logo,declaration\n{cells.replace('{torn}', str(torn))}\n", encoding="utf-8")
    assert run(config, "--for", "poster", "--csv", table, "--out", tmp_path) == 1
    assert f"line 2, {told}" in capsys.readouterr().err


def test_a_logo_stands_on_the_poster(config: Path, tmp_path: Path) -> None:
    Image.new("RGB", (300, 100), (0, 160, 60)).save(tmp_path / "logo.png")
    config.write_text(f'[campaign]\nlogo = "{tmp_path / "logo.png"}"\n', encoding="utf-8")
    assert run(config, "--for", "poster", "--size", "A6", "--out", tmp_path / "x.png") == 0
    with Image.open(tmp_path / "x.png") as picture:
        head = picture.convert("RGB").crop((800, 0, 1240, 200))
        assert (0, 160, 60) in {colour for _, colour in head.getcolors(maxcolors=100_000) or []}


def test_without_ffmpeg_the_frames_are_there_and_what_is_missing_is_told(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run(config, "--for", "outdoor", "--seconds", 30, "--out", tmp_path) == 0
    assert film.NO_FFMPEG in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["outdoor-768x384-1.png", "outdoor-768x384-2.png"]


@pytest.mark.skipif(not film.found(), reason="needs ffmpeg (Debian package ffmpeg)")
def test_a_film_is_as_long_as_its_slot_even_on_a_board_of_odd_size(config: Path, tmp_path: Path) -> None:
    assert run(config, "--for", "outdoor", "--size", "321x161", "--seconds", 12, "--out", tmp_path) == 0
    made = tmp_path / "outdoor-321x161-12s.mp4"
    assert made.read_bytes()[4:8] == b"ftyp"
    assert {path.name for path in tmp_path.glob("*.png")} == {"outdoor-321x161-1.png"}  # one still of 10 s or more


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_press_gets_banners_articles_and_a_radio_spot(language: str, config: Path, tmp_path: Path) -> None:
    assert run(config, "--for", "press", "--out", tmp_path / "press", "--lang", language) == 0
    made = sorted(path.name for path in (tmp_path / "press").iterdir())
    assert [name for name in made if name.endswith(".png")] == [
        "banner-1200x628.png", "banner-300x250.png", "banner-728x90.png",
    ]  # fmt: skip
    texts_ = [name for name in made if not name.endswith(".png")]
    assert texts_[:2] == [f"article-150-{language}.md", f"article-400-{language}.md"]
    assert len(texts_) == 3
    assert texts_[2].startswith("radio-")
    article = (tmp_path / "press" / texts_[1]).read_text(encoding="utf-8")
    assert article.startswith("# ")
    assert 360 <= len(article.split()) <= 460


def test_on_a_terminal_a_bar_grows_until_all_are_done(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "venues.csv"
    table.write_text("venue,profile\nMột,market\nHai,market\n", encoding="utf-8")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert run(config, "--for", "poster", "--csv", table, "--out", tmp_path) == 0
    told = capsys.readouterr().err
    assert told == f"\r{'█' * 15}{'░' * 15} 1/2\r{'█' * 30} 2/2\n"
