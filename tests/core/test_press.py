"""Press: articles of the length asked for, from the campaign's own words, in both languages."""

import re
import unicodedata

import pytest

from kiosk.core.campaign import PROFILES, Campaign, Links, compose, plain
from kiosk.core.campaign.press import Article, articles, radio_spot
from tests.core.test_campaign import AVOID

pytestmark = pytest.mark.guest

DECLARED = Links(declaration="https://khaibao.example.vn")
CAMPAIGNS = [
    *(compose(key) for key in ("", *PROFILES)),
    *(
        compose(key, links=DECLARED, venue="Bệnh viện Đa khoa Trung ương", unit="Sở Y tế", hotline="0292 000 000")
        for key in ("", *PROFILES)
    ),
]
EVERY = [(campaign, article) for campaign in CAMPAIGNS for article in articles(campaign)]


def of(campaign: Campaign, length: int, language: str) -> Article:
    return next(each for each in articles(campaign) if (each.length, each.language) == (length, language))


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_there_is_a_short_and_a_long_article_in_each_language(campaign: Campaign) -> None:
    found = [(article.length, article.language) for article in articles(campaign)]
    assert found == [(150, "vi"), (150, "en"), (400, "vi"), (400, "en")]


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_every_article_has_the_length_asked_for_within_a_tenth(campaign: Campaign) -> None:
    for article in articles(campaign):
        assert 0.9 * article.length <= article.words <= 1.1 * article.length, (article.length, article.language)


def test_every_article_is_whole_clean_and_in_the_words_of_the_glossary() -> None:
    for _, article in EVERY:
        text = article.text
        assert unicodedata.is_normalized("NFC", text)
        assert not re.search(r"[{}!\u00a0]| {2}| [.,;]|\.\.", text), text
        assert all(paragraph.endswith((".", "?")) for paragraph in article.paragraphs)
        sentences = re.split(r"(?<=[.?]) ", " ".join(article.paragraphs))
        assert len(sentences) == len(set(sentences)), "said twice"
        for word in AVOID:
            assert not re.search(rf"\b{re.escape(word)}\b(?! Store)", text, re.IGNORECASE), (word, text)


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_every_article_tells_why_how_privacy_and_where(campaign: Campaign) -> None:
    for article in articles(campaign):
        text, at = article.text, ("vi", "en").index(article.language)
        assert article.title == plain(" ".join(campaign.headline) if at == 0 else campaign.headline_en).rstrip(".")
        assert plain(campaign.reason[at]) in text
        assert plain(campaign.privacy_short[at] if article.length == 150 else campaign.privacy[at]) in text
        assert all(plain(step[at])[1:].rstrip(".") in text for step in campaign.steps)
        assert campaign.short_url in text
        assert campaign.hotline in text
        assert campaign.venue in text
        assert campaign.unit in text


def test_long_articles_tell_of_the_family_the_call_and_the_kiosk_where_there_is_one() -> None:
    for campaign in CAMPAIGNS:
        long = of(campaign, 400, "vi").text
        assert plain(campaign.family.vi) in long
        assert plain(campaign.call.vi) in long
        assert "một hộp máy nhỏ" in long
        assert ("Bên mã QR" in long) == (campaign.profile not in ("outdoor", "household"))


def test_the_declaration_is_told_only_where_it_stands_beside() -> None:
    assert "khai báo y tế" in of(compose("hospital", links=DECLARED), 150, "vi").text
    assert "khai báo" not in of(compose("hospital"), 400, "vi").text


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_the_radio_spot_takes_half_a_minute_and_names_the_address(campaign: Campaign) -> None:
    for spot in radio_spot(campaign):
        assert 20 <= spot.seconds <= 33
        assert campaign.short_url in spot.text
        assert not re.search(r"[{}!\u00a0]", spot.text)


def test_an_article_about_boards_speaks_of_the_kiosks_privacy_and_of_no_board_before_the_reader() -> None:
    for article in articles(compose("outdoor", hears=False, kept_days=21)):
        assert "Bảng này" not in article.text
        assert "This board" not in article.text
        assert ("21" in article.text) == (article.length == 400)
