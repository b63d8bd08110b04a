"""Spoken: every announcement fits its seconds at the pace of a communal loudspeaker, in the venue's own words."""

import re
import unicodedata

import pytest

from kiosk.core.campaign import PROFILES, compose
from kiosk.core.campaign.scripts import PREVENTION
from kiosk.core.campaign.spoken import (
    LANGUAGES,
    LENGTHS,
    TOPICS,
    Language,
    Script,
    Seconds,
    Topic,
    as_said,
    script,
    spoken_s,
)
from kiosk.core.wording import Words
from tests.core.test_campaign import AVOID

pytestmark = pytest.mark.guest

EVERY = [(key, seconds, language, topic)
         for key in ("", *PROFILES) for seconds in LENGTHS for language in LANGUAGES for topic in TOPICS]  # fmt: skip
every = pytest.mark.parametrize(("key", "seconds", "language", "topic"), EVERY)


def said(key: str, seconds: Seconds, language: Language, topic: Topic = "install") -> Script:
    return script(compose(key), seconds, language, topic)


@every
def test_every_announcement_fits_its_time_and_does_not_waste_it(
    key: str, seconds: Seconds, language: Language, topic: Topic
) -> None:
    assert 0.5 * seconds <= said(key, seconds, language, topic).seconds <= seconds


@every
def test_every_announcement_is_whole(key: str, seconds: Seconds, language: Language, topic: Topic) -> None:
    text = said(key, seconds, language, topic).text
    assert unicodedata.is_normalized("NFC", text)
    assert not re.search(r"[{}\[\]!\u00a0]| {2}| [.,]", text)
    assert text.isascii() == (language == "en")
    for word in AVOID:
        assert not re.search(rf"\b{re.escape(word)}\b(?! Store)", text, re.IGNORECASE), word


@pytest.mark.parametrize("key", PROFILES)
def test_it_opens_with_the_venues_greeting_and_its_own_word_of_address(key: str) -> None:
    profile = PROFILES[key]
    vietnamese, english = said(key, 30, "vi"), said(key, 30, "en")
    assert vietnamese.text.startswith(profile.greeting.vi)
    assert english.text.startswith(profile.greeting.en)
    body = vietnamese.text.removeprefix(profile.greeting.vi)
    assert profile.address in body
    if profile.address != "bà con":
        assert "bà con" not in body.lower()


def test_a_board_and_a_home_hear_nothing_about_a_kiosk_beside_them() -> None:
    for seconds in LENGTHS:
        for topic in TOPICS:
            for key in ("outdoor", "household"):
                assert "Trạm" not in said(key, seconds, "vi", topic).text
                assert "kiosk" not in said(key, seconds, "en", topic).text
    assert "Trạm ở đây" in said("market", 60, "vi").text
    assert "trên tờ rơi" in said("household", 15, "vi").text


def test_the_longest_announcement_says_how_not_to_be_heard() -> None:
    assert "tắt Bluetooth" in said("market", 60, "vi", "keep-on").text


def test_names_are_spelt_as_they_sound_and_counted_so() -> None:
    assert as_said("Bluezone, Bluetooth, mã QR, COVID-19, Zalo.") == (
        "blu dôn, blu tút, mã quy a, cô vít mười chín, za lô."
    )
    assert said("market", 15, "vi").sounds != said("market", 15, "vi").paragraphs
    assert said("market", 15, "en").sounds == said("market", 15, "en").paragraphs


def test_a_minute_holds_two_hundred_syllables_or_a_hundred_and_forty_words() -> None:
    assert spoken_s(" ".join(["la"] * 200), "vi") == 60
    assert spoken_s(" ".join(["word"] * 140), "en") == 60
    assert spoken_s("19 ca - 7", "vi") == pytest.approx(60 * 7 / 200)
    assert Script("vi", ("la " * 100, "la " * 100)).seconds == 61


def test_prevention_says_the_venues_own_messages_in_order_as_many_as_fit() -> None:
    own = [Words("Mời bà con giữ cửa mở cho thoáng.", "Keep doors open for air."), *PREVENTION, *PREVENTION]
    market = compose("school")
    short = script(market, 15, "vi", "prevention", own).text
    assert "Mời bố mẹ giữ cửa mở cho thoáng." in short
    assert short.endswith("Cảm ơn bố mẹ.")
    assert script(market, 60, "vi", "prevention", own).text.count("Mời bố mẹ giữ cửa") == 1
    assert len(script(market, 60, "vi", "prevention", own).text) > len(short)


def test_a_message_too_long_for_its_time_is_said_all_the_same() -> None:
    long = [Words("la " * 100 + "hết.", "la " * 100 + "end.")]
    assert "hết." in script(compose("market"), 15, "vi", "prevention", long).text
