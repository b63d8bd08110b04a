"""[campaign]: one section of the file becomes the campaign that every surface shows."""

from pathlib import Path

import pytest

from kiosk.config import Config, campaign_of, parse
from kiosk.core.campaign import Links, compose
from kiosk.errors import ConfigError

pytestmark = pytest.mark.guest

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def complaint(text: str) -> str:
    """What a [campaign] is refused with."""
    with pytest.raises(ConfigError) as refused:
        parse(f"[campaign]\n{text}", "kiosk.toml")
    return str(refused.value)


def test_an_untouched_file_has_words_for_any_door_and_the_governments_site() -> None:
    assert campaign_of(Config()) == compose("")


def test_every_key_reaches_the_campaign(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(PNG)
    config = parse(
        f"""
        [venue]
        name = "Bệnh viện Đa khoa"
        [store]
        retention_days = 21
        [campaign]
        profile = "hospital"
        mode = "smart"
        smart = "https://b.example.vn"
        declaration = "https://khaibao.example.vn"
        hotline = "0292 000 000"
        unit = "Sở Y tế"
        logo = "{logo}"
        headline = "Vì nhau, / bật Bluezone."
        family_en = "Family, too."
        """,
        "",
    )
    links = Links(smart="https://b.example.vn", declaration="https://khaibao.example.vn")
    assert campaign_of(config) == compose(
        "hospital", texts={"headline": "Vì nhau, / bật Bluezone.", "family_en": "Family, too."}, links=links,
        mode="smart", kept_days=21, venue="Bệnh viện Đa khoa", unit="Sở Y tế", hotline="0292 000 000", logo=str(logo),
    )  # fmt: skip


def test_one_of_many_venues_brings_its_own_profile_and_names() -> None:
    config = parse('[venue]\nname = "Chợ"\n[campaign]\nprofile = "market"\nunit = "Phường"', "")
    one = campaign_of(config, profile="school", venue="Trường Hoa Sen", unit="")
    assert (one.profile, one.venue, one.unit) == ("school", "Trường Hoa Sen", "")
    assert (campaign_of(config).profile, campaign_of(config).venue) == ("market", "Chợ")


def test_the_declaration_is_asked_for_or_left_out_by_a_key() -> None:
    link = 'declaration = "https://khaibao.example.vn"'
    assert len(campaign_of(parse(f'[campaign]\n{link}\ndeclare = "always"', "")).cards) == 2
    assert len(campaign_of(parse(f"[campaign]\n{link}", "")).cards) == 1
    assert len(campaign_of(parse(f'[campaign]\n{link}\nprofile = "hospital"\ndeclare = "never"', "")).cards) == 1


def test_a_headline_too_long_names_file_key_line_and_limit() -> None:
    assert complaint('headline = "Bến xe Trung tâm Cần Thơ"') == (
        'kiosk.toml: campaign.headline: expected 1 to 3 lines of at most 17 letters, parted by " / ", '
        'but "Bến xe Trung tâm Cần Thơ" has 24; it is "Bến xe Trung tâm Cần Thơ"'
    )


def test_a_blank_text_is_told_from_one_left_to_the_profile() -> None:
    assert complaint('reason = "  "') == (
        'kiosk.toml: campaign.reason: expected words, or "" for the profile\'s own; blanks are neither; it is "  "'
    )
    assert campaign_of(parse('[campaign]\nreason = ""', "")) == compose("")


def test_a_mode_without_its_link_is_told() -> None:
    assert complaint('mode = "smart"') == (
        'kiosk.toml: campaign.smart: expected a link, since campaign.mode is "smart"; it is ""'
    )
    assert complaint('declare = "always"') == (
        'kiosk.toml: campaign.declaration: expected a link, since campaign.declare is "always"; it is ""'
    )


def test_a_logo_that_is_missing_a_folder_or_no_picture_is_told(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>")
    assert "cannot be read (No such file or directory)" in complaint('logo = "/nowhere/logo.png"')
    assert "cannot be read (Is a directory)" in complaint(f'logo = "{tmp_path}"')
    assert f'but the file is neither; it is "{tmp_path}/logo.svg"' in complaint(f'logo = "{tmp_path}/logo.svg"')
