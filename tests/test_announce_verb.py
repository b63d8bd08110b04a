"""`kiosk announce`: the text always, the sound where a voice is, a clear word where none is."""

import wave
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.config import Config, parse, programme_of, scripts_of
from tests.voice import NEEDS_VOICE


def test_the_text_is_printed_in_the_language_and_length_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["announce", "--seconds", "15", "--lang", "both"]) == 0
    told = capsys.readouterr().out
    assert "# vi, ~1" in told
    assert "Mời bà con quét mã trên màn hình để cài Bluezone" in told
    assert "Scan the code on the screen" in told
    assert main(["announce", "--topic", "prevention", "--seconds", "60"]) == 0
    assert "đeo khẩu trang" in capsys.readouterr().out


def test_without_a_voice_the_text_is_still_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["announce", "--wav", str(tmp_path / "a.wav")]) == 1
    told = capsys.readouterr()
    assert "Mời bà con" in told.out
    assert told.err == "kiosk: espeak-ng is not on this machine: run: apt-get install espeak-ng\n"
    assert not (tmp_path / "a.wav").exists()


class TestTheRealVoice:
    pytestmark = NEEDS_VOICE

    def test_a_wav_file_is_written_and_its_length_told(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "a.wav"
        assert main(["announce", "--seconds", "15", "--wav", str(file)]) == 0
        with wave.open(str(file)) as sound:
            seconds = sound.getnframes() / sound.getframerate()
        assert f"{file}: {seconds:.1f} s" in capsys.readouterr().out
        assert 10 < seconds < 18

    def test_it_plays_on_the_configured_output(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        config = tmp_path / "kiosk.toml"
        config.write_text('[loudspeaker]\ndevice = "null"\n')
        assert main(["announce", "--seconds", "15", "--play", "--config", str(config)]) == 0
        config.write_text('[loudspeaker]\ndevice = "no-such"\n')
        assert main(["announce", "--seconds", "15", "--play", "--config", str(config)]) == 1
        assert "loudspeaker.device" in capsys.readouterr().err

    def test_a_file_that_cannot_be_written_is_told(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["announce", "--seconds", "15", "--wav", str(tmp_path / "missing" / "a.wav")]) == 2
        assert "cannot be written: No such file or directory" in capsys.readouterr().err


def test_the_programme_has_every_topic_in_every_language() -> None:
    config = parse('[loudspeaker]\nlanguage = "both"\ntopics = ["prevention", "install"]\n', "")
    first, second = programme_of(config)
    assert [script.language for script in first] == ["vi", "en"]
    assert "khẩu trang" in first[0].text
    assert "quét mã" in second[0].text
    assert len(programme_of(Config())) == 3


def test_the_venues_own_messages_are_said() -> None:
    config = parse(
        '[loudspeaker]\nmessages = ["Chợ nghỉ họp ngày rằm."]\nmessages_en = ["No market at full moon."]\n', ""
    )
    assert "Chợ nghỉ họp ngày rằm." in scripts_of(config, "prevention")[0].text
    assert "No market at full moon." in scripts_of(config, "prevention", 15, "en")[0].text
