"""Journal: what journald shows at which level, and that nothing goes around the filter."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.adapters.journal import complaint

ADDRESS = "C1:0A:0B:0C:0D:0E"
SPEAKS = f"""
import gc, logging, sys, threading, warnings
from kiosk.adapters.journal import log_to_journal
log_to_journal()
logging.getLogger("kiosk.x").info("fine")
logging.getLogger("bleak").warning("lost {ADDRESS}")
warnings.warn("old {ADDRESS}")
thread = threading.Thread(target=lambda: 1 / len("{ADDRESS}"[:0])); thread.start(); thread.join()
class Late:
    def __del__(self):
        raise ValueError("late {ADDRESS}")
late = Late(); del late
raise RuntimeError("dead {ADDRESS}")
"""


def said(*command: str, journal: bool = True) -> tuple[int, list[str]]:
    environment = {key: value for key, value in os.environ.items() if key != "JOURNAL_STREAM"}
    if journal:
        environment["JOURNAL_STREAM"] = "8:1234"
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, env=environment, timeout=60)
    return done.returncode, done.stderr.splitlines()


def test_every_line_has_its_level_and_no_address_whoever_speaks() -> None:
    code, lines = said("-c", SPEAKS)
    assert code == 1
    assert "<6>kiosk.x: fine" in lines
    assert "<4>bleak: lost …" in lines
    assert any(line.startswith("<4>py.warnings: ") and "old …" in line for line in lines)
    assert "<3>ZeroDivisionError: division by zero" in lines
    assert "<3>ValueError: late …" in lines
    assert "<2>RuntimeError: dead …" in lines
    assert {line[:3] for line in lines} <= {"<6>", "<4>", "<3>", "<2>"}
    assert not [line for line in lines if ADDRESS in line and "raise" not in line and "warn" not in line]


def test_why_the_kiosk_does_not_start_is_an_error_for_journald(tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text("[nonsense]\n")
    code, lines = said("-m", "kiosk", "run", "--config", str(tmp_path / "wrong.toml"))
    assert code == 2
    assert lines[0].startswith("<3>kiosk: ")
    code, lines = said("-m", "kiosk", "run", "--config", str(tmp_path / "wrong.toml"), journal=False)
    assert lines[0].startswith("kiosk: ")


def test_a_person_at_a_terminal_reads_his_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    assert complaint(f"kiosk: {ADDRESS}: no id") == f"kiosk: {ADDRESS}: no id"
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    assert complaint(f"kiosk: {ADDRESS}: no id\nand more") == "<3>kiosk: …: no id\n<3>and more"
    assert logging.getLogger("kiosk").name == "kiosk"
