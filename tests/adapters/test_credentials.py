"""Credentials: what systemd gives counts before our own files; what is not given comes from them."""

from pathlib import Path

import pytest

from kiosk.adapters.certificate import context_of
from kiosk.adapters.journal import redaction
from kiosk.adapters.system import load_or_create_root_key
from kiosk.adapters.vault import FileVault, read_code, read_token
from kiosk.errors import ConfigError, KioskError, SecretError

KEY = bytes(range(100, 132))


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that systemd made."""
    folder = tmp_path / "credentials"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    return folder


def give(folder: Path, name: str, value: bytes) -> None:
    (folder / name).write_bytes(value)
    (folder / name).chmod(0o440)  # as systemd's ACL looks


def test_a_root_key_that_was_given_counts_before_the_file_and_none_is_made(given: Path, tmp_path: Path) -> None:
    give(given, "root.key", KEY)
    assert load_or_create_root_key(tmp_path / "root.key").raw == KEY
    assert not (tmp_path / "root.key").exists()


def test_without_one_the_file_counts(given: Path, tmp_path: Path) -> None:
    made = load_or_create_root_key(tmp_path / "root.key")
    assert load_or_create_root_key(tmp_path / "root.key") == made


def test_a_given_key_of_another_size_is_refused_by_name(given: Path, tmp_path: Path) -> None:
    give(given, "root.key", b"short")
    with pytest.raises(KioskError, match=r"the credential root\.key: a root key has 32 bytes"):
        load_or_create_root_key(tmp_path / "root.key")


def test_enrolment_claim_code_and_token_may_be_given(given: Path, tmp_path: Path) -> None:
    give(given, "sync.json", b"{}")
    give(given, "claim.code", b"480317\n")
    give(given, "metrics.token", b"a-token-of-a-program\n")
    FileVault(tmp_path).write("sync.json", b"the file's")
    assert FileVault(tmp_path).read("sync.json") == b"{}"
    assert read_code(tmp_path / "claim.code") == "480317"
    assert read_token(None) == b"a-token-of-a-program"
    assert "480317" not in redaction("code 480317")


def test_the_pin_is_the_boxs_own(given: Path, tmp_path: Path) -> None:
    give(given, "web.pin", b"somebody else's")
    assert FileVault(tmp_path).read("web.pin") is None


def test_a_box_without_credentials_or_token_file_has_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert read_token(None) is None


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_secret_that_others_can_read_is_refused_with_the_command_that_mends_it(mode: int, tmp_path: Path) -> None:
    vault = FileVault(tmp_path)
    vault.write("sync.json", b"{}")
    (tmp_path / "sync.json").chmod(mode)
    with pytest.raises(SecretError, match=r"chmod 600 .*sync.json"):
        vault.read("sync.json")
    load_or_create_root_key(tmp_path / "root.key")
    (tmp_path / "root.key").chmod(mode)
    with pytest.raises(KioskError, match=r"chmod 600 .*root.key"):
        load_or_create_root_key(tmp_path / "root.key")


def test_a_tls_key_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "own.key"
    key.write_text("not looked into")
    key.chmod(0o644)
    with pytest.raises(ConfigError, match=r"chmod o= .*own.key"):
        context_of(tmp_path / "own.crt", key)
