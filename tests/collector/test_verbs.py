"""`kiosk collector`: everything a province does at a terminal, on both databases, through the real command."""

import asyncio
import io
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
import zxingcpp
from PIL import Image

from kiosk.cli import main
from kiosk.collector.api.boxes import code_hash
from kiosk.collector.books import Books
from kiosk.collector.opening import open_books
from kiosk.collector.signing import Signer
from kiosk.config.collector import CollectorConfig
from kiosk.core import pins, wire
from kiosk.core.fleet.venues import Standing
from kiosk.shapes.codes import encode
from kiosk.verbs.collector.codes import in_terminal
from tests.collector.made import BOX, token_of

T = TypeVar("T")
URL = "https://thu.example.vn"
HOUSE = Path(__file__).parents[2]


class Desk:
    """A collector's configuration, the command, and a look into its books."""

    def __init__(self, folder: Path, address: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.address, self._capsys = folder, address, capsys
        self.config = folder / "config.toml"
        self.config.write_text(
            f'[collector]\ndb = "{address}"\nsigning_key = "{folder}/signing.key"\nurl = "{URL}"\n', encoding="utf-8"
        )

    def run(self, *words: object) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        code = main(["collector", *map(str, words), "--config", str(self.config)])
        told = self._capsys.readouterr()
        return code, told.out, told.err

    def good(self, *words: object) -> str:
        """Stdout of what must succeed."""
        code, out, err = self.run(*words)
        assert code == 0, err
        return out

    def look(self, work: Callable[[Books], Awaitable[T]]) -> T:
        """Something out of the books."""

        async def done() -> T:
            async with open_books(self.address) as books:
                return await work(books)

        return asyncio.run(done())

    def enrolled(self, venue: str, kiosk: str = BOX) -> None:
        """A box uses a code of a venue."""
        found = re.search(r"enrolment code: (\S+)", self.good("enroll-code", venue))
        assert found is not None
        at = 1_700_000_000_000
        box = self.look(lambda books: books.boxes.enrol(code_hash(found[1]), token_of(kiosk), kiosk, at))
        assert box is not None


@pytest.fixture
def desk(tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]) -> Desk:
    found = Desk(tmp_path, address, capsys)
    found.good("init")
    return found


def test_init_makes_a_key_for_its_owner_alone_and_a_second_time_changes_nothing(desk: Desk) -> None:
    key = desk.folder / "signing.key"
    seed = key.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    assert desk.look(lambda books: books.people.setting("signing_key")) == Signer(seed).public
    desk.good("init")
    assert key.read_bytes() == seed


def test_a_key_that_the_boxes_do_not_know_is_never_taken_silently(desk: Desk) -> None:
    key = desk.folder / "signing.key"
    seed = key.read_bytes()
    key.write_bytes(bytes(32))
    code, _, err = desk.run("init")
    assert (code, "is not the key that the boxes know" in err) == (2, True)
    key.unlink()
    code, _, err = desk.run("init")
    assert (code, "its file is missing" in err) == (2, True)
    desk.good("init", "--new-key")
    assert desk.look(lambda books: books.people.setting("signing_key")) != Signer(seed).public


def test_a_venue_is_added_listed_moved_and_retired(desk: Desk) -> None:
    assert desk.good("venue", "add", "  Chợ  Bến Đò ", "--profile", "market", "--unit", "Tỉnh A / Phường B") == (
        "cho-ben-do\n"
    )
    assert desk.good("venue", "add", "Bến xe", "--id", "bx") == "bx\n"
    assert desk.good("venue", "list").splitlines() == [
        "bx\tBến xe\t\t\t\twaiting",
        "cho-ben-do\tChợ Bến Đò\tPhường B · Tỉnh A\tmarket\t\twaiting",
    ]
    desk.good("venue", "move", "cho-ben-do", "--unit", "Tỉnh C")
    assert "\tTỉnh C\t" in desk.good("venue", "list")
    desk.enrolled("cho-ben-do")
    desk.good("venue", "retire", "cho-ben-do")
    assert desk.run("venue", "retire", "cho-ben-do")[0] == 1
    assert desk.run("enroll-code", "cho-ben-do")[0] == 1
    [line] = desk.look(lambda books: books.fleet.venue("cho-ben-do"))
    assert line.standing is Standing.RETIRED
    told = {deed.what for deed in desk.look(lambda books: books.people.noted(20))}
    assert {"init", "venue add", "venue move", "venue retire", "enroll-code"} <= told


def test_a_team_is_added_and_listed(desk: Desk) -> None:
    assert desk.good("team", "add", "Đội 1", "--unit", "Tỉnh A") == "doi-1\n"
    assert desk.good("team", "list") == "doi-1\tĐội 1\tTỉnh A\n"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("venue", "move", "nowhere", "--unit", "x"), 1, "venue 'nowhere' is unknown"),
        (("enroll-code", "nowhere"), 1, "venue 'nowhere' is unknown"),
        (("revoke", "nobody"), 1, "kiosk 'nobody' is unknown"),
        (("replace", "nobody"), 1, "kiosk 'nobody' is unknown"),
        (("move", "nobody", "nowhere"), 1, "kiosk 'nobody' is unknown"),
        (("venue", "add", "x", "--unit", "a//b"), 2, "unit 'a//b'"),
        (("enroll-code", "x", "--days", "0"), 2, "--days 0: expected 1 to 60"),
        (("enroll-code", "x", "--out", "x.doc"), 2, "ends in .pdf or .png"),
        (("notice", "issue", "--cases", "missing.csv"), 2, "missing.csv: cannot be read"),
        (("import-venues", "missing.csv"), 2, "missing.csv: cannot be read"),
        (("restore", "missing.db"), 2, "missing.db: is no file"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(desk: Desk, words: tuple[str, ...], code: int, told: str) -> None:
    done, _, err = desk.run(*words)
    assert (done, told in err, err.count("\n")) == (code, True, 1), err


@pytest.mark.parametrize("ending", ["png", "pdf"])
def test_a_code_is_printed_and_stands_on_a_sheet_only_its_owner_reads(desk: Desk, ending: str) -> None:
    desk.good("venue", "add", "Chợ Bến Đò")
    sheet = desk.folder / f"sheet.{ending}"
    out = desk.good("enroll-code", "cho-ben-do", "--out", sheet)
    found = re.search(r"enrolment code: ((?:[2-9A-Z]{4}-){2}[2-9A-Z]{4})\n", out)
    assert found is not None
    assert f"kiosk enroll {URL} {found[1]}\n" in out
    assert sheet.stat().st_mode & 0o777 == 0o600
    if ending == "png":
        with Image.open(sheet) as picture:
            [code] = zxingcpp.read_barcodes(picture)
        assert code.text == f"{URL}#{found[1]}"
    assert found[1] not in str(desk.look(lambda books: books.database.rows(str, "SELECT code_sha256 FROM code")))


def test_a_code_in_the_terminal_can_be_scanned() -> None:
    matrix = encode("https://thu.example.vn#ABCD-EFGH-JKMN")
    lines = in_terminal(matrix, colour=False).splitlines()
    scale = 8
    picture = Image.new("L", (len(lines[0]) * scale, 2 * len(lines) * scale), 0)
    for y, line in enumerate(lines):
        for x, block in enumerate(line):
            for half, light in enumerate(("▀█".find(block) >= 0, "▄█".find(block) >= 0)):
                top = (2 * y + half) * scale
                picture.paste(255 * light, (x * scale, top, (x + 1) * scale, top + scale))
    [code] = zxingcpp.read_barcodes(picture)
    assert code.text == "https://thu.example.vn#ABCD-EFGH-JKMN"
    assert in_terminal(matrix, colour=True).startswith("\x1b[40;97m")


def test_a_venue_that_has_a_box_already_is_told_how_to_replace_it(desk: Desk) -> None:
    desk.good("venue", "add", "Chợ")
    desk.enrolled("cho")
    _, _, err = desk.run("enroll-code", "cho")
    assert f"kiosk {BOX} already" in err
    desk.good("replace", BOX)
    [line] = desk.look(lambda books: books.fleet.venue("cho"))
    assert line.standing is Standing.WAITING
    assert desk.look(lambda books: books.boxes.find(BOX)).revoked_at is not None
    assert "stands nowhere" in desk.run("replace", BOX)[2]


def test_a_stolen_box_is_locked_out_and_its_venue_shows_it(desk: Desk) -> None:
    desk.good("venue", "add", "Chợ")
    desk.enrolled("cho")
    desk.good("revoke", BOX, "--stolen")
    [line] = desk.look(lambda books: books.fleet.venue("cho"))
    assert (line.standing, line.kiosk) == (Standing.REVOKED, BOX)
    assert "is revoked; enrol it anew" in desk.run("move", BOX, "cho")[2]


def test_a_box_moves(desk: Desk) -> None:
    desk.good("venue", "add", "Chợ")
    desk.good("venue", "add", "Bến xe")
    desk.enrolled("cho")
    assert desk.good("move", BOX, "ben-xe") == f"{BOX}: Chợ → Bến xe\n"
    assert [stay.kiosk for stay in desk.look(lambda books: books.boxes.stays("ben-xe"))] == [BOX]


def test_a_table_of_venues_comes_in_and_bad_rows_are_told_with_line_and_reason(desk: Desk) -> None:
    table = desk.folder / "venues.csv"
    table.write_bytes(
        "venue;profile;unit\r\nChợ A;market;Tỉnh X / Phường Y\r\nTrường B;schol;Tỉnh X\r\n"
        "Bến C;bus-station;Tỉnh X / \r\nChợ A;market;Tỉnh X / Phường Y\r\nTrường D;school;Tỉnh X\r\n".encode("utf-16")
    )
    code, out, err = desk.run("import-venues", table)
    assert (code, out) == (1, "2 / 5 nơi đã nhập · venues imported\n")
    assert [line.split(": ", 1)[1] for line in err.splitlines()] == [
        "line 3, column profile: 'schol' is unknown; did you mean 'school'?",
        "line 4, column unit: unit 'Tỉnh X /': expected names of 1 to 80 letters, / between them",
        "line 5, column venue: 'Chợ A' is there already in this unit",
    ]
    assert desk.run("import-venues", table)[1] == "0 / 5 nơi đã nhập · venues imported\n"
    assert len(desk.good("venue", "list").splitlines()) == 2


def published(desk: Desk, kiosk: str = BOX) -> list[wire.Notice]:
    """Notices a box gets, each with a signature that holds."""
    found = desk.look(lambda books: books.notices.after(kiosk, 0, 1_700_000_000_000))
    notices = [wire.from_msgpack(signed.notice, wire.Notice) for signed in found.notices]
    signer = Signer((desk.folder / "signing.key").read_bytes())
    assert [signer.sign(notice) for notice in notices] == list(found.notices)
    return notices


def test_a_list_of_cases_is_signed_and_published_with_a_watch_for_each_run_of_windows(desk: Desk) -> None:
    table = desk.folder / "cases.csv"
    start, step = 1_795_366_800_000, 900_000
    lines = [f"CA-1,{start + n * step},{n:024x}" for n in (0, 1, 3)] + [f"CA-2,{start},{99:024X}"]
    table.write_text("case,window,id\n" + "\n".join(lines) + "\n", encoding="utf-8")
    number = int(desk.good("notice", "issue", "--cases", table))
    [notice] = published(desk)
    assert (notice.number, notice.kiosk) == (number, "")
    assert isinstance(notice.body, wire.Cases)
    assert [(watch.case, watch.start, len(watch.ids)) for watch in notice.body.cases] == [
        ("CA-1", start, 24), ("CA-1", start + 3 * step, 12), ("CA-2", start, 12),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("case,window\n", "the first line must be case,window,id"),
        ("case,window,id\nCA-1,5,00\n", "line 2, column window: expected ms"),
        ("case,window,id\nCA-1,900000,00\n", "line 2, column id: expected 24 hex digits"),
        (f"case,window,id\nA B,900000,{1:024x}\n", "case"),
        (f"case,window,id\nA,900000,{1:024x}\nA,900000,{2:024x}\n", "case A has two ids in the window 900000"),
    ],
)
def test_a_list_that_is_wrong_is_told_with_its_line(desk: Desk, text: str, told: str) -> None:
    table = desk.folder / "cases.csv"
    table.write_text(text, encoding="utf-8")
    code, _, err = desk.run("notice", "issue", "--cases", table)
    assert (code, told in err) == (2, True), err
    assert published(desk) == []


def test_a_request_and_a_campaign_are_issued_from_json_to_one_box_or_all(desk: Desk) -> None:
    request, campaign = desk.folder / "request.json", desk.folder / "campaign.json"
    request.write_text('{"case": "CA-1", "windows": [900000]}', encoding="utf-8")
    campaign.write_text('{"settings": {"hotline": "1900 9095"}}', encoding="utf-8")
    desk.good("venue", "add", "Chợ")
    desk.enrolled("cho")
    desk.good("notice", "issue", "--request", request, "--kiosk", BOX)
    desk.good("notice", "issue", "--campaign", campaign)
    assert [notice.body for notice in published(desk)] == [
        wire.Request(case="CA-1", windows=(900000,)),
        wire.Campaign(settings={"hotline": "1900 9095"}),
    ]
    assert len(published(desk, "eeeeeeee")) == 1
    request.write_text("{", encoding="utf-8")
    assert desk.run("notice", "issue", "--request", request)[0] == 2


def test_people_get_a_password_from_a_pipe_and_never_from_the_command_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pins.hashed, "__defaults__", ((2**4, 8, 1),))
    monkeypatch.setattr(sys, "stdin", io.StringIO("bốn con vịt xanh\nhai con vịt đỏ\nngắn\n"))
    desk.good("user", "add", "Lan", "--role", "officer")
    first = desk.look(lambda books: books.people.find("Lan"))
    assert first is not None
    assert pins.matches("bốn con vịt xanh", first.password.encode())
    desk.good("user", "passwd", "Lan", "--role", "admin")
    assert desk.good("user", "list") == "Lan\tadmin\n"
    code, _, err = desk.run("user", "add", "Minh")
    assert (code, "10 to 200 letters" in err) == (2, True)


def test_a_backup_put_back_is_what_was_there(desk: Desk) -> None:
    desk.good("venue", "add", "Chợ")
    kept = desk.folder / "kept.backup"
    desk.good("backup", kept)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert desk.run("backup", kept)[0] == 2
    desk.good("venue", "add", "Bến xe")
    code, _, err = desk.run("restore", kept)
    assert (code, "--yes" in err) == (2, True)
    desk.good("restore", kept, "--yes")
    assert [place.id for place in desk.look(lambda books: books.venues.all())] == ["cho"]
    desk.good("venue", "add", "Bến xe")


def test_what_is_no_backup_leaves_the_books_alone(desk: Desk) -> None:
    desk.good("venue", "add", "Chợ")
    odd = desk.folder / "odd.backup"
    odd.write_bytes(b"no backup at all" * 100)
    assert desk.run("restore", odd, "--yes")[0] == 1
    assert [place.id for place in desk.look(lambda books: books.venues.all())] == ["cho"]


@pytest.mark.postgres
def test_a_missing_program_of_postgresql_is_named_with_its_package(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    desk = Desk(tmp_path, "postgresql://x@127.0.0.1:1/x", capsys)
    code, _, err = desk.run("backup", tmp_path / "b")
    assert (code, err) == (2, "kiosk: pg_dump is missing. Run: apt-get install postgresql-client\n")


def test_serve_answers_until_it_is_asked_to_leave(desk: Desk) -> None:
    command = [sys.executable, "-m", "kiosk", "collector", "serve", "--port", "0", "--config", str(desk.config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=HOUSE) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        for path in ("/healthz", "/sign-in"):
            done = subprocess.run(
                [sys.executable, "-c", f"import urllib.request as r; print(r.urlopen('{address}{path}').status)"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.stdout == "200\n", done.stderr
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert process.returncode == 0, log
    assert "Traceback" not in log


def test_a_database_may_be_named_by_option_or_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[collector]\nsigning_key = "{tmp_path}/key"\n', encoding="utf-8")
    by_option = ["--config", str(config), "--db", f"sqlite://{tmp_path}/option.db"]
    assert main(["collector", "init", *by_option]) == 0
    monkeypatch.setitem(os.environ, "KIOSK_COLLECTOR_DB", f"sqlite:///{tmp_path}/environment.db")
    (tmp_path / "key").unlink()
    assert main(["collector", "init", "--config", str(config)]) == 0
    assert {"option.db", "environment.db"} <= {path.name for path in tmp_path.iterdir()}
    assert main(["collector", "venue", "list", "--config", str(config), "--db", "mysql://x"]) == 2
    told = capsys.readouterr().err
    assert told.startswith('kiosk: --db: collector.db: expected "sqlite:///" and a path'), told


def test_the_example_equals_the_defaults() -> None:
    example = tomllib.loads((HOUSE / "collector.example.toml").read_text(encoding="utf-8"))
    assert msgspec.convert(example, CollectorConfig) == CollectorConfig()
    assert {name: set(keys) for name, keys in example.items()} == {
        name: set(keys) for name, keys in msgspec.to_builtins(CollectorConfig()).items()
    }


def test_help_shows_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["collector", "--help"])
    assert left.value.code == 0
    assert "import-venues" in capsys.readouterr().out
