"""Campaign: sixteen venues in two languages, whole, warm and in the words of the glossary."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from kiosk.core.campaign import (
    ANY_VENUE,
    CALL,
    CALL_ON_PAPER,
    LONGEST_LINE,
    PROFILES,
    STEPS,
    TEXT_KEYS,
    Campaign,
    Links,
    Mode,
    compose,
    phrases,
    plain,
    text_fault,
    tied,
)
from kiosk.core.wording import Words
from kiosk.errors import ConfigError

pytestmark = pytest.mark.guest

VENUES = [
    "office", "hospital", "quarantine", "school", "market", "mall", "industrial", "hotel", "restaurant", "bus-station",
    "port", "vehicle", "public-service", "community-hall", "household", "outdoor",
]  # fmt: skip
LINKS = Links(declaration="https://khaibao.example.vn/to-khai")

AVOID = (
    "ki-ốt", "thiết bị", "node", "phần cứng", "server", "địa điểm", "site", "fleet", "đối tượng", "người dùng cuối",
    "operator", "vận hành", "admin", "quảng bá", "advertise", "dò quét", "sniff", "bắt sóng", "chụp mã", "đọc mã",
    "adapter", "dongle", "client", "bản ghi", "record", "token", "định danh", "slot", "epoch", "mã vạch", "tải về",
    "setup", "app", "phần mềm", "đồng bộ hóa", "upload", "sync", "tồn đọng", "backend", "máy chủ", "timestamp",
    "database", "monitor", "signage", "đăng xuất tài khoản", "magic link", "mật mã", "alarm", "exception", "độ phủ",
    "nguồn lây", "nghi nhiễm", "phơi nhiễm", "theo dõi", "giám sát", "retention", "hủy", "dump", "firmware", "reset",
    "tờ khai điện tử", "standee", "vui lòng", "yêu cầu", "bắt buộc", "nguy hiểm", "chết người", "chắc chắn an toàn",
    "bảo vệ tuyệt đối", "keeps you safe", "please be advised", "bảo mật thông tin", "ứng dụng di động",
)  # fmt: skip
"""What the glossary and its rules of tone keep off every surface."""


def strings(value: object) -> Iterator[str]:
    """Every text inside a profile, campaign or pair of words."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from strings(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from strings(getattr(value, field.name))


def pairs(value: object) -> Iterator[Words]:
    """Every pair of languages inside a profile, campaign or module of phrases."""
    if isinstance(value, Words):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from pairs(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from pairs(getattr(value, field.name))


def every_campaign() -> list[Campaign]:
    modes: tuple[Mode, ...] = ("site", "stores", "smart")
    return [
        compose(key, links=links, mode=mode, hears=hears)
        for key in ("", *VENUES)
        for links in (Links(), LINKS)
        for mode in modes
        for hears in (True, False)
    ]


SHARED = [value for name, value in vars(phrases).items() if name.isupper() and name != "NOTHING"]
PAIRS = [pair for source in (*every_campaign(), *PROFILES.values(), ANY_VENUE, *SHARED) for pair in pairs(source)]


def test_the_sixteen_venues_are_all_there_and_no_other() -> None:
    assert list(PROFILES) == VENUES


@pytest.mark.parametrize("key", ["", *VENUES])
def test_every_text_of_a_campaign_is_there_in_both_languages(key: str) -> None:
    campaign = compose(key, links=LINKS)
    words = list(pairs(campaign))
    assert len(words) >= 10
    assert all(vi.strip() and en.strip() for vi, en in words)
    assert campaign.headline
    assert campaign.headline_en
    assert campaign.address


def test_vietnamese_has_its_marks_and_english_has_none() -> None:
    for vi, en in PAIRS:
        assert not vi.isascii() or vi == "iPhone", vi
        assert en.isascii(), en


def test_every_text_is_composed_unicode_on_one_line() -> None:
    for text in strings((tuple(every_campaign()), tuple(PROFILES.values()), tuple(SHARED))):
        assert unicodedata.is_normalized("NFC", text)
        assert text == text.strip()
        assert "  " not in text
        assert text.replace("\u00a0", " ").isprintable()


@pytest.mark.parametrize("key", ["", *VENUES])
def test_headlines_have_two_or_three_lines_of_at_most_17_letters(key: str) -> None:
    headline = compose(key).headline
    assert 2 <= len(headline) <= 3
    assert max(map(len, headline)) <= LONGEST_LINE


def test_no_text_shouts() -> None:
    for text in strings((tuple(every_campaign()), tuple(SHARED))):
        assert "!" not in text
        assert set(re.findall(r"\b[A-ZĐ]{2,}\b", text)) <= {"COVID", "CH"}, text


@pytest.mark.parametrize("word", AVOID)
def test_no_word_of_the_avoid_list_is_on_any_surface(word: str) -> None:
    pattern = re.compile(rf"\b{re.escape(word)}\b(?! Store)", re.IGNORECASE)
    assert [text for pair in PAIRS for text in pair if pattern.search(plain(text))] == []


def test_sentences_on_the_wall_are_short() -> None:
    for campaign in every_campaign():
        for said in (campaign.reason, campaign.call, *campaign.steps, campaign.family):
            for sentence in re.split(r"(?<=[.?]) ", plain(said.vi)):
                assert len(sentence.split()) <= 17, sentence


@pytest.mark.parametrize("key", ["", *VENUES])
def test_the_third_step_keeps_bluetooth_and_the_app_on(key: str) -> None:
    last = compose(key).steps[2]
    assert "Bluetooth và Bluezone" in last.vi
    assert re.search(r"Bluetooth and Bluezone", last.en)


@pytest.mark.parametrize("key", ["", *VENUES])
def test_privacy_says_what_is_heard_for_how_long_and_how_not_to_be_heard(key: str) -> None:
    privacy = compose(key, kept_days=21).privacy
    assert "mã ngẫu\u00a0nhiên" in privacy.vi
    assert "sau 21 ngày" in privacy.vi
    assert "không hỏi tên, số điện\u00a0thoại" in privacy.vi
    assert "tắt Bluetooth" in privacy.vi
    assert "after 21 days" in privacy.en
    assert "no name, phone number" in privacy.en
    assert "Turn Bluetooth off" in privacy.en
    assert "{" not in "".join(privacy)


def test_a_board_without_a_radio_does_not_speak_of_hearing() -> None:
    board = compose("outdoor", hears=False)
    assert board.privacy == tied(phrases.PICTURE_ONLY) == board.privacy_short
    assert compose("outdoor").privacy != board.privacy


@pytest.mark.parametrize("key", ["hospital", "quarantine"])
def test_the_declaration_is_the_second_code_where_the_venue_has_a_link_for_it(key: str) -> None:
    campaign = compose(key, links=LINKS)
    assert [(card.number, card.url) for card in campaign.cards] == [(1, LINKS.site), (2, LINKS.declaration)]
    assert any("mã\u00a0số\u00a02" in step.vi for step in campaign.steps)
    assert any("code 2" in step.en for step in campaign.steps)


@pytest.mark.parametrize("key", ["", *VENUES])
def test_without_a_link_nothing_speaks_of_a_second_code(key: str) -> None:
    campaign = compose(key, declares=True)
    assert len(campaign.cards) == 1
    said = " ".join(map(plain, strings(campaign)))
    assert not re.search(r"mã số|code [12]|khai báo|declar", said, re.IGNORECASE)


def test_a_venue_may_ask_for_the_declaration_or_leave_it_out() -> None:
    assert len(compose("bus-station", links=LINKS).cards) == 1
    asked = compose("bus-station", links=LINKS, declares=True)
    assert asked.cards[1].url == LINKS.declaration
    assert "mã\u00a0số\u00a02" in asked.call.vi
    assert len(compose("hospital", links=LINKS, declares=False).cards) == 1


def test_two_stores_stand_side_by_side_with_the_site_to_type() -> None:
    campaign = compose("market", mode="stores")
    assert [card.url for card in campaign.cards] == [Links().android, Links().ios]
    assert campaign.short_url == "www.bluezone.gov.vn"


def test_beside_the_declaration_the_stores_become_one_code() -> None:
    links = Links(smart="https://b.example.vn/x/", declaration=LINKS.declaration)
    assert [card.url for card in compose("hospital", links=links, mode="stores").cards] == [
        links.smart,
        links.declaration,
    ]
    assert [card.url for card in compose("hospital", links=LINKS, mode="stores").cards] == [
        LINKS.site,
        LINKS.declaration,
    ]


def test_a_smart_link_is_coded_and_typed_and_the_site_stands_in_for_a_missing_one() -> None:
    smart = compose("port", links=Links(smart="https://b.example.vn/x/"), mode="smart")
    assert (smart.cards[0].url, smart.short_url) == ("https://b.example.vn/x/", "b.example.vn/x")
    missing = compose("port", mode="smart")
    assert (missing.cards[0].url, missing.short_url) == (Links().site, "www.bluezone.gov.vn")


def test_the_default_links_are_the_two_store_pages_and_the_governments_site() -> None:
    hosts = {re.sub(r"https://([^/]+).*", r"\1", url) for url in strings(Links()) if url}
    assert hosts == {"play.google.com", "apps.apple.com", "www.bluezone.gov.vn"}


def test_a_hotline_is_told_only_where_there_is_one() -> None:
    assert compose("market").help_line == ("", "")
    assert compose("market", hotline="0292 000 000").help_line.vi == "Cần giúp, mời bạn gọi 0292 000 000."


def test_no_default_names_a_person_or_a_number_to_call() -> None:
    for campaign in every_campaign():
        assert campaign.hotline == ""
        assert not re.search(r"\d{3}", " ".join(strings((campaign.reason, campaign.call, campaign.steps))))


def test_a_venues_own_words_take_the_profiles_place() -> None:
    texts = {"headline": "Chợ Đông Ba, / bật Bluezone.", "call_en": "Scan, friends.", "step2": "Bấm\u0301 Cài đặt"}
    campaign = compose("market", texts=texts)
    assert campaign.headline == ("Chợ Đông Ba,", "bật Bluezone.")
    assert campaign.headline_en == PROFILES["market"].headline_en
    assert campaign.call == tied(Words(PROFILES["market"].call.vi, "Scan, friends."))
    assert unicodedata.is_normalized("NFC", campaign.steps[1].vi)


@pytest.mark.parametrize("key", TEXT_KEYS)
def test_every_text_can_be_overridden(key: str) -> None:
    own = "Lời riêng" if not key.endswith("_en") else "Own words"
    campaign = compose("school", texts={key: own})
    assert [text for text in strings(campaign) if text == own] == [own]
    assert text_fault(key, own) == ""


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("reason", " \t", "blank"),
        ("headline", " / ", "0 lines"),
        ("headline", "Bến xe Trung tâm Cần Thơ", '"Bến xe Trung tâm Cần Thơ" has 24'),
        ("headline", "a / b / c / d", "4 lines"),
        ("call_en", "Scan now!", "exclamation"),
        ("family", "x" * 401, "401"),
        ("step1", "Quét\x07mã", "invisible"),
    ],
)
def test_a_text_that_cannot_be_shown_is_told_with_the_remedy(key: str, text: str, told: str) -> None:
    fault = text_fault(key, text)
    assert fault.startswith("expected ")
    assert told in fault


def test_an_unknown_profile_is_told_with_all_known() -> None:
    with pytest.raises(ConfigError, match=r"'airport' is unknown; known are: office, .*outdoor"):
        compose("airport")


def test_names_typed_with_line_breaks_become_one_line() -> None:
    campaign = compose("market", venue=" Chợ\tĐông\u200b Ba\n\x07", unit="Sở Y tế\n")
    assert (campaign.venue, campaign.unit) == ("Chợ Đông Ba", "Sở Y tế")


def test_word_pairs_stay_together_and_come_apart_again_for_speech() -> None:
    assert tied(Words("Bố mẹ, ông bà", "Parents")).vi == "Bố\u00a0mẹ, ông\u00a0bà"
    assert plain("Bố\u00a0mẹ") == "Bố mẹ"


def test_the_shortest_words_are_short_enough_for_small_walls() -> None:
    assert max(len(step.vi) for step in STEPS) <= 13
    assert max(len(call.vi) for call in (CALL, CALL_ON_PAPER)) <= LONGEST_LINE + 1
