"""The command line as a person or a script meets it: output, exit codes, and a whole simulated kiosk."""

import json
import select
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.adapters.power_on_file import PowerOnFile
from kiosk.adapters.system import SystemClock
from kiosk.cli import main
from kiosk.core.identity import RootKey
from kiosk.core.timekeeping import Source
from kiosk.core.windows import UnixMs, window_at

VECTORS = Path(__file__).parent / "vectors"
OVERFLOW_WITH_MORE = "iOS background: overflow area with one more bit set"
DEADLINE_S = 60.0
LENT = UnixMs(1_830_000_450_000)
"""In the middle of a window of 2027."""


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    code = main(words)
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.guest
def test_decode_says_what_android_would_do_for_every_vector(capsys: pytest.CaptureFixture[str]) -> None:
    cases = json.loads((VECTORS / "adverts.json").read_text())["cases"]
    code, out, _ = run(capsys, "decode", *(case["raw"] for case in cases))
    assert code == 0
    words = {"accept": "id", "gatt": "ask"}
    for case, line in zip(cases, out.splitlines(), strict=True):
        said, expected = json.loads(line), case["android_native_checked"]
        assert list(said) == ["result", "id", "platform", "why"]
        if case["name"] == OVERFLOW_WITH_MORE:  # accepted on purpose: docs/protocol.md
            assert said["result"] == "ask"
            continue
        assert said["result"] == words.get(expected["result"], "ignore"), case["name"]
        assert said["id"] == expected.get("id")
        assert said["platform"] == (expected["platform"].lower() if "platform" in expected else None)


@pytest.mark.guest
def test_id_follows_the_reference_for_every_vector(capsys: pytest.CaptureFixture[str]) -> None:
    for case in json.loads((VECTORS / "ids.json").read_text())["cases"]:
        words = (
            "--base-key",
            case["base_id"],
            "--base-time",
            str(case["base_time"]),
            "--at",
            str(case["query_time_ms"]),
        )
        assert run(capsys, "id", *words) == (0, case["bluezone_id"] + "\n", "")


@pytest.mark.guest
def test_the_box_has_an_id_of_its_own_only_once_it_has_a_key(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[store]\nfolder = "{tmp_path / "state"}"\n')
    code, out, err = run(capsys, "id", "--config", str(config))
    assert (code, out) == (2, "")
    assert "kiosk run" in err
    assert run(capsys, "id", "--config", str(config), "--new-root-key", "--yes")[0] == 0
    key = tmp_path / "state" / "root.key"
    assert (key.stat().st_size, stat.S_IMODE(key.stat().st_mode)) == (32, 0o600)
    code, out, _ = run(capsys, "id", "--config", str(config))
    assert code == 0
    assert len(bytes.fromhex(out)) == 12


@pytest.mark.parametrize(("believe", "follows"), [("checked", True), ("always", False)])
def test_the_id_is_that_of_the_time_the_running_kiosk_goes_by(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, believe: str, follows: bool
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[store]\nfolder = "{tmp_path}"\n[clock]\nbelieve = "{believe}"\n')
    run(capsys, "id", "--config", str(config), "--new-root-key", "--yes")
    key = RootKey((tmp_path / "root.key").read_bytes())
    monkeypatch.setattr("kiosk.verbs.own_id.RUN_FOLDER", tmp_path)
    powered_on = UnixMs(LENT - SystemClock().boot_ms())  # staff lent this time; the machine's clock has another
    PowerOnFile(tmp_path).note(powered_on, Source.STAFF)
    _, out, _ = run(capsys, "id", "--config", str(config))
    assert (out.strip() == key.id_in(window_at(LENT)).hex) is follows


@pytest.mark.guest
def test_a_new_root_key_is_made_only_after_a_yes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[store]\nfolder = "{tmp_path}"\n')
    monkeypatch.setattr("builtins.input", lambda _: "no")
    assert run(capsys, "id", "--config", str(config), "--new-root-key")[0] == 1
    assert not (tmp_path / "root.key").exists()
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    assert run(capsys, "id", "--config", str(config), "--new-root-key")[0] == 0
    first = (tmp_path / "root.key").read_bytes()
    run(capsys, "id", "--config", str(config), "--new-root-key", "--yes")
    assert (tmp_path / "root.key").read_bytes() != first


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("id", "--at", "5"), "together"),
        (("run", "--config", "/nowhere/config.toml"), "/nowhere/config.toml"),
        (("run", "--speed", "3"), "--simulate"),
        (("run", "--simulate", "--speed", "-1"), "--speed"),
    ],
)
def test_a_wrong_call_exits_with_2_and_says_how_to_mend_it(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], hint: str
) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert hint in err


@pytest.mark.parametrize("words", [("decode", "0"), ("decode", "zz"), ("id", "--base-key", "00"), ("nothing",), ()])
def test_words_that_cannot_be_parsed_exit_with_2(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_show_draws_from_the_configuration_when_no_kiosk_answers(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[web]\nport = 1\n[show]\nwidth = 800\nheight = 480\n")
    code, out, _ = run(capsys, "show", "--config", str(config), "--png", str(tmp_path / "wall.png"))
    assert code == 0
    assert "configuration" in out
    assert (tmp_path / "wall.png").read_bytes().startswith(b"\x89PNG")


def test_show_tells_a_logo_that_begins_like_a_picture_and_is_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    config, torn = tmp_path / "config.toml", tmp_path / "logo.png"
    torn.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    config.write_text(f'[web]\nport = 1\n[campaign]\nlogo = "{torn}"\n')
    code, out, err = run(capsys, "show", "--config", str(config))
    assert (code, out) == (2, "")
    assert err.startswith(f"kiosk: campaign.logo {torn}: ")
    assert err.endswith("Give a PNG or JPEG file, or none\n")


def test_status_without_a_kiosk_fails_in_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[web]\nport = 1\n")
    code, out, err = run(capsys, "status", "--config", str(config))
    assert (code, out) == (1, "")
    assert "kiosk run" in err


@contextmanager
def simulated(tmp_path: Path, *words: str) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    """A simulated kiosk as a process of its own, on a port of its own."""
    config = tmp_path / "config.toml"
    config.write_text("[web]\nport = 0\n[show]\nwidth = 480\nheight = 320\n")
    command = [sys.executable, "-m", "kiosk", "run", "--simulate", "--config", str(config), "--state", str(tmp_path)]
    with subprocess.Popen([*command, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0) as kiosk:
        try:
            yield kiosk, config
        finally:
            kiosk.kill()


def until(kiosk: "subprocess.Popen[bytes]", found: str) -> str:
    """The first line that holds a text; fails at the deadline or when the process ends."""
    assert kiosk.stdout is not None
    said = []
    while select.select([kiosk.stdout], [], [], DEADLINE_S)[0]:
        line = kiosk.stdout.readline().decode()  # unbuffered: select sees what was not read yet
        said.append(line)
        if found in line:
            return line
        if not line:
            break
    raise AssertionError(f"{found!r} was never said, but: {''.join(said)}")


def test_one_command_shows_a_working_kiosk_and_ctrl_c_ends_it_in_order(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with simulated(tmp_path, "--speed", "120") as (kiosk, config):
        address = until(kiosk, "status page").split()[-1]
        while " visits today     0 " in until(kiosk, "visits today"):
            pass
        port = address.rsplit(":", 1)[1]
        config.write_text(f"[web]\nport = {port}\n")
        code, out, _ = run(capsys, "status", "--json", "--config", str(config))
        assert code == 0
        assert json.loads(out)["collect"]["visits_today"]["count"] > 0
        code, out, _ = run(capsys, "status", "--config", str(config))
        assert (code, "đang chạy tốt" in out) == (0, True)
        code, out, _ = run(capsys, "show", "--config", str(config), "--png", str(tmp_path / "shown.png"))
        assert (code, "running kiosk" in out) == (0, True)
        kiosk.send_signal(signal.SIGINT)
        assert kiosk.wait(DEADLINE_S) == 0
    [day] = (tmp_path / "days").glob("*.db")
    db = sqlite3.connect(day)
    try:
        assert db.execute("SELECT count(*) FROM encounter").fetchone()[0] > 0
    finally:
        db.close()
    assert (tmp_path / "wall.png").read_bytes().startswith(b"\x89PNG")


def test_sigterm_notes_an_orderly_end(tmp_path: Path) -> None:
    with simulated(tmp_path, "--speed", "60") as (kiosk, _):
        until(kiosk, "on air")
        kiosk.send_signal(signal.SIGTERM)
        assert kiosk.wait(DEADLINE_S) == 0
    db = sqlite3.connect(tmp_path / "state.db")
    try:
        assert db.execute("SELECT count(*) FROM run WHERE stopped IS NOT NULL").fetchone() == (1,)
    finally:
        db.close()


def test_a_duration_ends_a_simulation_by_itself(tmp_path: Path) -> None:
    with simulated(tmp_path, "--duration", "1") as (kiosk, _):
        assert kiosk.wait(DEADLINE_S) == 0
