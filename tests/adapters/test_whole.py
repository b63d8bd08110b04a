"""A file put in the place of another: whole or not at all, with its mode, and nothing left beside it."""

import os
from pathlib import Path

import pytest

from kiosk.adapters import whole


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_the_new_content_and_mode_stand_whatever_was_there(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")
    file.chmod(0o640)
    before = os.umask(0o077)
    try:
        whole.put(file, b"new" * 100_000, mode)
    finally:
        os.umask(before)
    assert file.read_bytes() == b"new" * 100_000
    assert file.stat().st_mode & 0o777 == mode
    assert list(tmp_path.iterdir()) == [file]


def test_what_a_power_cut_left_beside_it_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / f"file.{os.getpid()}").write_bytes(b"half")
    whole.put(tmp_path / "file", b"whole", 0o600)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"whole"]


def test_a_disk_that_refuses_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")

    def refuses(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuses)
    with pytest.raises(OSError, match="No space"):
        whole.put(file, b"new", 0o600)
    assert file.read_bytes() == b"old"


def test_it_is_synchronised_before_it_gets_its_name_and_its_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, seen = tmp_path / "file", list[tuple[bool, bool]]()
    fsync = os.fsync

    def watched(fd: int) -> None:
        seen.append((Path(f"/proc/self/fd/{fd}").resolve() == tmp_path, file.exists()))
        fsync(fd)

    monkeypatch.setattr(os, "fsync", watched)
    whole.put(file, b"new", 0o600)
    assert seen == [(False, False), (True, True)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_writes_into_the_service_s_folder_is_the_service_s(tmp_path: Path) -> None:
    os.chown(tmp_path, 4321, 4322)
    whole.put(tmp_path / "theirs", b"x", 0o600, as_folder=True)
    whole.put(tmp_path / "ours", b"x", 0o600)
    assert [(tmp_path / name).stat().st_uid for name in ("theirs", "ours")] == [4321, 0]
