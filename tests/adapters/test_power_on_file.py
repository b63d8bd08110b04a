"""Power-on file: what the next process of this power-on reads, and what is no memory."""

from pathlib import Path

import pytest

from kiosk.adapters.power_on_file import NAME, PowerOnFile
from kiosk.core.timekeeping import Source
from kiosk.core.windows import UnixMs

AT = UnixMs(1_795_590_300_000)


@pytest.mark.parametrize("source", Source)
def test_the_next_process_knows_what_this_one_noted_last(tmp_path: Path, source: Source) -> None:
    PowerOnFile(tmp_path).note(UnixMs(5), Source.STAFF)
    PowerOnFile(tmp_path).note(AT, source)
    assert PowerOnFile(tmp_path).recall() == (AT, source)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize("written", [b"", b"soon staff", b"5 friend", b"5", b"\xff\xfe", b"5 staff more"])
def test_what_cannot_be_read_is_no_memory(tmp_path: Path, written: bytes) -> None:
    (tmp_path / NAME).write_bytes(written)
    assert PowerOnFile(tmp_path).recall() is None


def test_without_a_folder_there_is_no_memory_and_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for memory in (PowerOnFile(None), PowerOnFile(tmp_path / "gone")):
        memory.note(AT, Source.STAFF)
        assert memory.recall() is None
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    assert PowerOnFile.of_unit().recall() is None


def test_the_folder_is_the_unit_s_first_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNTIME_DIRECTORY", f"{tmp_path}:/run/other")
    PowerOnFile.of_unit().note(AT, Source.NETWORK)
    assert PowerOnFile(tmp_path).recall() == (AT, Source.NETWORK)
