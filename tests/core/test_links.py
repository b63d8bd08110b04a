"""Links: what a page means, alone and against what was known of it."""

import pytest

from kiosk.core.campaign import Links
from kiosk.core.links import Known, Page, Verdict, accepted, judge, judge_all, named, package_of, title_of

pytestmark = pytest.mark.guest

PLAY = "https://play.google.com/store/apps/details?id=com.mic.bluezone"
APPLE = "https://apps.apple.com/us/app/bluezone/id1508062685?ls=1"
SITE = "https://www.bluezone.gov.vn"
TITLE = "Bluezone - Ứng dụng trên Google Play"
KNOWN = Known("play.google.com", TITLE, "com.mic.bluezone")


def page(url: str = PLAY, title: str = TITLE, *, status: int = 200, final: str = "") -> Page:
    return Page(url, final or url, status, f"<html><head><title>{title}</title></head></html>")


def test_every_link_there_is_is_looked_at() -> None:
    assert list(named(Links())) == ["site", "android", "ios"]
    assert list(named(Links(smart="https://s.example.vn", declaration="https://k.example.vn"))) == [
        "site", "android", "ios", "smart", "declaration",
    ]  # fmt: skip


def test_a_page_as_known_is_fine() -> None:
    report = judge("android", page(), KNOWN)
    assert (report.verdict, report.alarm, report.found) == (Verdict.FINE, False, KNOWN)


def test_a_page_seen_for_the_first_time_is_new() -> None:
    report = judge("site", page(SITE, "Bluezone", final=f"{SITE}/vi"), None)
    assert (report.verdict, report.alarm) == (Verdict.NEW, False)
    assert report.found == Known("www.bluezone.gov.vn", "Bluezone")
    assert "www.bluezone.gov.vn" in report.words.vi


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (page(title="PC-Covid - Google Play"), "PC-Covid"),
        (page(final="https://play.google.com/store/apps/details?id=vn.other"), "vn.other"),
        (page(final="https://parked.example.com/"), "parked.example.com"),
        (page(final="http://play.google.com/store/apps/details?id=com.mic.bluezone"), "mã hóa"),
    ],
)
def test_another_title_app_host_or_lost_encryption_is_an_alarm(now: Page, told: str) -> None:
    report = judge("android", now, KNOWN)
    assert (report.verdict, report.alarm) == (Verdict.CHANGED, True)
    assert told in report.words.vi
    assert "kiosk links --accept" in report.words.vi
    assert "campaign.android" in report.words.en


def test_the_first_look_at_a_store_expects_the_app_and_the_name_that_the_posters_promise() -> None:
    renamed = judge("ios", page(APPLE, "PC-Covid trên App Store"), None)
    assert renamed.verdict is Verdict.CHANGED
    assert "“PC-Covid trên App Store”" in renamed.words.en
    other = judge("android", page(final="https://play.google.com/store/apps/details?id=vn.other"), None)
    assert "vn.other" in other.words.en
    assert judge(
        "android", page(title="PC-Covid"), Known("play.google.com", "PC-Covid", "com.mic.bluezone")
    ).verdict is (Verdict.FINE)


def test_a_site_of_ones_own_may_have_any_title() -> None:
    assert judge("declaration", page("https://k.example.vn", "Khai báo y tế"), None).verdict is Verdict.NEW


@pytest.mark.parametrize(
    ("status", "verdict", "alarm"),
    [
        (404, Verdict.GONE, True),
        (410, Verdict.GONE, True),
        (403, Verdict.REFUSED, False),
        (429, Verdict.REFUSED, False),
        (503, Verdict.REFUSED, False),
    ],
)
def test_a_page_that_is_gone_is_an_alarm_and_one_that_refuses_us_is_not(
    status: int, verdict: Verdict, alarm: bool
) -> None:
    report = judge("android", page(status=status), KNOWN)
    assert (report.verdict, report.alarm, report.found) == (verdict, alarm, None)
    assert str(status) in report.words.vi
    assert str(status) in report.words.en


def test_no_answer_names_the_reason_and_is_no_alarm() -> None:
    report = judge("site", Page(SITE, trouble="no answer within 15 s"), None)
    assert (report.verdict, report.alarm) == (Verdict.UNREACHABLE, False)
    assert "no answer within 15 s" in report.words.en


def test_a_name_that_nobody_knows_has_lapsed_only_if_the_network_is_there() -> None:
    lapsed = Page("https://old.example.vn/x", trouble="the name old.example.vn is not known", nameless=True)
    (alone,) = judge_all({"smart": lapsed}, {})
    assert (alone.verdict, alone.alarm) == (Verdict.UNREACHABLE, False)
    beside = judge_all({"site": page(SITE, "Bluezone"), "smart": lapsed}, {})
    assert [report.verdict for report in beside] == [Verdict.NEW, Verdict.GONE]
    assert "old.example.vn" in beside[1].words.vi


def test_what_is_seen_first_is_kept_and_a_change_only_when_accepted() -> None:
    new = judge("site", page(SITE, "Bluezone"), None)
    changed = judge("android", page(title="PC-Covid"), KNOWN)
    lost = judge("ios", page(APPLE, status=404), None)
    known = {PLAY: KNOWN}
    kept = accepted(known, [new, changed, lost], changes=False)
    assert kept == {PLAY: KNOWN, SITE: Known("www.bluezone.gov.vn", "Bluezone")}
    assert accepted(known, [new, changed, lost], changes=True)[PLAY].title == "PC-Covid"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("<TITLE lang=vi>\n  Khẩu trang &amp; Bluezone\t</TITLE>", "Khẩu trang & Bluezone"),
        ("<title>Ti\u00ea\u0301u</title>", "Tiếu"),
        ("<title>first</title><title>second</title>", "first"),
        ("no title", ""),
        ("<title>cut off", ""),
        (f"<title>{'x' * 900}</title>", "x" * 200),
    ],
)
def test_the_title_is_one_line_of_composed_text(text: str, title: str) -> None:
    assert title_of(text) == title


@pytest.mark.parametrize(
    ("url", "package"),
    [
        (PLAY, "com.mic.bluezone"),
        (f"{PLAY}&hl=vi", "com.mic.bluezone"),
        ("https://play.google.com/store/apps", ""),
        (APPLE, "id1508062685"),
        ("https://apps.apple.com/vn/app/id1508062685", "id1508062685"),
        ("https://example.vn/id1508062685", ""),
    ],
)
def test_the_app_is_read_from_a_stores_address_alone(url: str, package: str) -> None:
    assert package_of(url) == package
