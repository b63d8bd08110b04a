"""The diagnostics file: whatever is planted in the facts or the configuration, nothing of it comes out."""

import json
from dataclasses import replace
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from kiosk.config import Config, keys
from kiosk.config import replace as changed
from kiosk.core.diagnostics import diagnostics, redacted
from kiosk.core.facts import ServiceFacts, State, Trouble
from kiosk.core.report import document
from kiosk.core.status import Document
from kiosk.web.actions import settings_of
from tests.web.conftest import WELL

HEX = st.sampled_from(["abcdefABCDEF", "0123456789abcdef", "0123456789ABCDEF"])
TOKENS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", min_size=16, max_size=64)


def digits(size: int) -> st.SearchStrategy[str]:
    return HEX.flatmap(lambda letters: st.text(letters, min_size=size, max_size=size))


def address(gap: str) -> st.SearchStrategy[str]:
    return digits(12).map(lambda text: gap.join(text[n : n + 2] for n in range(0, 12, 2)))


SECRETS = st.one_of(
    digits(24), digits(64), digits(12), address(":"), address("-"), address("_"), TOKENS,
    st.binary(min_size=12, max_size=32).map(repr), st.ip_addresses().map(str),
    st.from_regex(r"[0-9]{6,12}", fullmatch=True),
)  # fmt: skip
AROUND = st.sampled_from(["{}", "no answer from {}", "/org/bluez/hci0/dev_{}", "id={};", "({})", "failed:{}", "a {} b"])


def told(status: Document, settings: dict[str, object]) -> str:
    return json.dumps(diagnostics(status, settings, {"kiosk": "0.1.0"}), ensure_ascii=False)


def planted(text: str) -> Document:
    """The status of a box whose facts hold this text wherever a text can be."""
    service = ServiceFacts("collect", State.TROUBLED, 1.0, trouble=Trouble.OTHER, detail=text)
    return document(replace(WELL, venue=text, services=(service,), show=replace(WELL.show, surface=text)))


@given(SECRETS, AROUND)
def test_no_id_key_address_or_token_planted_in_the_facts_comes_out(secret: str, around: str) -> None:
    by_chance = told(planted("word"), {}).count(secret)  # "000000" is also in the room left on the card
    assert told(planted(around.format(secret)), {}).count(secret) == by_chance


@given(SECRETS)
def test_nothing_that_somebody_typed_into_the_configuration_comes_out(secret: str) -> None:
    config = Config()
    for section in keys():
        at = getattr(config, section)
        typed = {key: secret for key in at.__struct_fields__ if isinstance(getattr(at, key), str)}
        config = changed(config, **{section: changed(at, **typed)})
    settings = settings_of(config)
    assert secret not in told(document(WELL), settings)
    assert settings["web.host"] == ("as delivered" if secret == Config().web.host else "changed")
    assert settings["web.port"] == 8080


@given(st.recursive(SECRETS, lambda inner: st.lists(inner) | st.dictionaries(st.just("detail"), inner)))
def test_nothing_hides_deeper_down(value: object) -> None:
    for leaf in json.dumps(redacted(value), ensure_ascii=False).replace("…", " ").split('"'):
        assert not any(len(word) > 11 for word in leaf.split())


def test_plain_words_times_and_versions_stay() -> None:
    for text in ("no heartbeat from collect", "the disk is full 12 days", "bản 0.1.0", "2020-08-18T14:05:00+07:00"):
        assert redacted(text) == text
    plain = {"n": 3, "on": True, "none": None, "list": [1.5]}
    assert redacted(plain) == plain


def test_the_file_says_what_the_person_in_charge_needs() -> None:
    status = document(replace(WELL, services=(ServiceFacts("collect", State.TROUBLED, 1.0, trouble=Trouble.BLOCKED),)))
    file = diagnostics(status, settings_of(Config()), {"kiosk": "0.1.0"})
    assert file["code"] == "S2"
    assert file["services"] == [
        {"name": "collect", "state": "troubled", "restarts": 0, "hangs": 0, "trouble": "blocked", "detail": ""}
    ]
    assert cast(dict[str, object], file["settings"])["store.retention_days"] == 14
    assert "Bến xe" not in json.dumps(file, ensure_ascii=False)
