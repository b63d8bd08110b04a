"""Redaction: whatever looks like an address, an id, a key or a token is hidden; words, numbers and paths stay."""

from base64 import b64encode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.redaction import HIDDEN, Redaction, redacted, spellings


@given(st.binary(min_size=6, max_size=6), st.sampled_from(":_-"))
def test_no_address_stays(address: bytes, sign: str) -> None:
    for spelt in (address.hex(sign), address.hex(sign).upper(), address.hex(), address.hex().upper()):
        assert redacted(f"device /org/bluez/hci0/dev_{spelt} is gone; {spelt}") == (
            f"device /org/bluez/hci0/dev_{HIDDEN} is gone; {HIDDEN}"
        )


@given(st.binary(min_size=12, max_size=32))
def test_no_bytes_stay_in_hex_or_as_python_shows_them(secret: bytes) -> None:
    for spelt in (secret.hex(), secret.hex().upper(), repr(secret), repr(bytearray(secret)), str(list(secret))):
        assert secret.hex() not in redacted(f"<{spelt}>").lower()
        assert spelt not in redacted(f"<{spelt}>")


def test_nearly_every_id_and_every_key_in_base64_is_hidden_by_its_looks() -> None:
    ids = [bytes((number * factor + 17) % 256 for factor in range(1, 13)) for number in range(1000)]
    for code in (b64encode, urlsafe_b64encode):
        kept = [each for each in ids if redacted(code(each).decode()) == code(each).decode()]
        assert len(kept) < 100
        assert redacted(code(b"".join(ids[7:10])).decode()) == HIDDEN


@given(st.binary(min_size=6, max_size=40))
def test_what_is_known_is_hidden_however_it_is_spelt(secret: bytes) -> None:
    redaction = Redaction()
    redaction.know(secret)
    for spelt in spellings(secret):
        assert spelt not in redaction(f"it said: {spelt}!")


def test_a_known_code_of_six_digits_is_hidden_and_other_numbers_stay() -> None:
    redaction = Redaction()
    redaction.know("480317")
    assert redaction("480317 is not 480318") == f"{HIDDEN} is not 480318"


@pytest.mark.parametrize(
    "words",
    [
        "collect: the Bluetooth controller is gone; it starts again",
        "show hung: it took no turn for 45 s; it starts again alone (1 so far)",
        "status page: http://0.0.0.0:8080",
        "org.bluez.LEAdvertisingManager1 is not there: org.freedesktop.DBus.Error.UnknownObject",
        '  File "/opt/bluezone-kiosk/venv/lib/python3.11/site-packages/kiosk/services/collect.py", line 217, in _flush',
        '  File "/usr/lib/python3/dist-packages/PIL/ImageFont.py", line 12, in _run_module_as_main',
        "test_who_hangs_is_started_again_alone_and_systemd_misses_nothing",
        "/dev/fb0: no framebuffer here (show.framebuffer): switch the screen on, check its cable",
        "the clock was 951782 s off and is right now at 12:34:56 on 2026-11-25",
        "Điện thoại Bluezone: 1.234 lượt",
    ],
)
def test_what_a_person_must_read_stays(words: str) -> None:
    assert redacted(words) == words
