"""Wire: messages come back as they went, and nothing else is read as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.wire import (
    Cases,
    Heartbeat,
    Message,
    Notice,
    Notices,
    OwnDay,
    Presence,
    Receipt,
    Report,
    Request,
    Signed,
    Watch,
    from_json,
    from_msgpack,
    to_json,
    to_msgpack,
)
from kiosk.errors import BadMessage

pytestmark = pytest.mark.guest

STORE = "abcdefgh234567aa"
PRESENCE = Presence(window=900_000, first_s=1, last_s=899, receptions=3, rssi_mean=-71, others=12)
MESSAGES: tuple[Message, ...] = (
    Receipt(store=STORE, batch=1, sha256="0" * 64, last=4),
    Heartbeat(at=1, store=STORE, version="1.0", light="green", share="matches"),
    Report(case="F0-1", notice=7, presences=(PRESENCE,)),
    OwnDay(day=20_000, key=bytes(32)),
    Notice(number=1, issued=1, expires=2, body=Request(case="F0-1", windows=(900_000,))),
    Notice(number=1, issued=1, expires=2, body=Cases(cases=(Watch(case="F0-1", start=0, ids=bytes(24)),))),
    Notices(notices=(Signed(notice=b"x", signature=bytes(64)),)),
)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_comes_back_as_it_went(message: Message) -> None:
    assert from_json(to_json(message), type(message)) == message
    assert from_msgpack(to_msgpack(message), type(message)) == message
    assert to_msgpack(message) == to_msgpack(from_msgpack(to_msgpack(message), type(message)))


@given(st.binary(max_size=100), st.sampled_from(MESSAGES))
def test_strange_bytes_are_refused_in_words(noise: bytes, message: Message) -> None:
    for read in (from_json, from_msgpack):
        with pytest.raises(BadMessage, match=type(message).__name__):
            read(noise, type(message))


def test_text_that_is_no_utf_8_is_refused() -> None:
    body = to_msgpack(MESSAGES[2]).replace(b"F0-1", b"F0\xcb1")
    with pytest.raises(BadMessage, match="Report"):
        from_msgpack(body, Report)


def test_a_deep_nest_is_refused_and_not_a_crash() -> None:
    with pytest.raises(BadMessage):
        from_json(b"[" * 200_000, Receipt)
    with pytest.raises(BadMessage):
        from_msgpack(b"\x91" * 200_000, Notice)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"store":"short","batch":1,"sha256":"' + b"0" * 64 + b'","last":1}', r"\$\.store"),
        (b'{"store":"abcdefgh234567aa","batch":0,"sha256":"' + b"0" * 64 + b'","last":1}', r"\$\.batch"),
        (b'{"store":"abcdefgh234567aa","batch":1,"sha256":"00","last":1}', r"\$\.sha256"),
        (b"{}", "missing required field"),
    ],
)
def test_a_wrong_value_is_named(body: bytes, why: str) -> None:
    with pytest.raises(BadMessage, match=why):
        from_json(body, Receipt)


def test_a_key_that_a_later_version_adds_is_ignored() -> None:
    body = to_json(MESSAGES[0])[:-1] + b',"novel":[1]}'
    assert from_json(body, Receipt) == MESSAGES[0]
