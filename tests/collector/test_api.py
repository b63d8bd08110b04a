"""What a box is told, on both databases, over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from openapi_spec_validator import validate

from kiosk.collector.api.openapi import ROUTES
from kiosk.collector.books import Books
from kiosk.collector.site import Site
from kiosk.config.collector import CollectorSection
from kiosk.core import wire
from kiosk.core.parcels import Kind, digest, wrapped
from kiosk.errors import ConfigError
from tests.collector.made import DAY, NEW, NOW, OLD, HandClock, heartbeat, rows
from tests.collector.served import CODE, KEY, Asker, asking, body_of, content_of, prepared


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def box(books: Books, clock: HandClock) -> AsyncIterator[Asker]:
    async with asking(books, clock) as asker:
        yield asker


async def test_a_box_enrols_with_a_code_typed_anyhow_and_asks_again_when_the_answer_was_lost(box: Asker) -> None:
    again = await box.enrol(" abcd efgh\tjkmn ")
    assert again.status == 201
    assert wire.from_json(again.body, wire.Enrolled) == wire.Enrolled(
        kiosk=box.kiosk, venue="Chợ Bến Đò", signing_key=KEY
    )
    box.token = "another box"
    stranger = await box.enrol()
    assert (stranger.status, stranger.problem.code) == (404, "code")


async def test_a_new_parcel_gets_201_and_the_same_again_200_with_the_same_receipt(box: Asker, books: Books) -> None:
    content = content_of(rows(40))
    first, again = await box.put(3, wrapped(content)), await box.put(3, wrapped(content))
    assert (first.status, again.status) == (201, 200)
    assert first.receipt == again.receipt == wire.Receipt(store=OLD, batch=3, sha256=digest(content), last=3)
    assert await books.database.encounters(box.kiosk, DAY) == rows(40)
    told = await box.ask("GET", f"/v1/kiosks/{box.kiosk}/stores/{OLD}")
    assert wire.from_json(told.body, wire.StoreState) == wire.StoreState(last=3)


async def test_another_parcel_under_the_same_number_is_a_conflict(box: Asker, books: Books) -> None:
    await box.put(1, body_of(4))
    told = await box.put(1, body_of(4, seed=2))
    assert (told.status, told.problem.code) == (409, "conflict")
    assert len(await books.fleet.conflicts(0)) == 1


@pytest.mark.parametrize(
    ("token", "status", "code"), [("", 401, "token"), ("nonsense", 401, "token"), ("a b", 401, "token")]
)
async def test_a_token_nobody_has_opens_nothing(box: Asker, token: str, status: int, code: str) -> None:
    box.token = token
    told = await box.put(1, body_of(4))
    assert (told.status, told.problem.code, told.headers["WWW-Authenticate"]) == (status, code, "Bearer")


async def test_a_box_may_not_speak_for_another(box: Asker) -> None:
    box.kiosk = "aaaaaaaa"
    told = await box.put(1, body_of(4))
    assert (told.status, told.problem.code) == (403, "other-kiosk")


async def test_a_revoked_box_is_refused_from_its_next_request_on(box: Asker, books: Books) -> None:
    assert (await box.put(1, body_of(4))).status == 201
    await books.boxes.revoke(box.kiosk, NOW, stolen=True)
    told = await box.put(2, body_of(4, seed=2))
    assert (told.status, told.problem.code) == (401, "revoked")


async def test_a_heartbeat_is_kept_and_answered_with_what_is_new(box: Asker, books: Books) -> None:
    await box.put(7, body_of(4))
    told = await box.say(f"/v1/kiosks/{box.kiosk}/heartbeat", heartbeat(light="amber"))
    assert wire.from_json(told.body, wire.Heard) == wire.Heard(now=NOW, last=7, notice=0)
    [line] = await books.fleet.venues()
    assert line.heartbeat == heartbeat(light="amber")
    other = await box.say(f"/v1/kiosks/{box.kiosk}/heartbeat", heartbeat(store=NEW))
    assert wire.from_json(other.body, wire.Heard).last == 0


async def test_notices_come_with_a_tag_and_are_not_sent_again_while_it_holds(box: Asker, books: Books) -> None:
    notice = wire.Notice(
        number=NOW, issued=NOW, expires=NOW + 1000, body=wire.Campaign(settings={"hotline": "1900 9095"})
    )
    signed = wire.Signed(notice=wire.to_msgpack(notice), signature=bytes(64))
    path = f"/v1/kiosks/{box.kiosk}/notices"
    empty = await box.ask("GET", f"{path}?after=0")
    assert wire.from_json(empty.body, wire.Notices).notices == ()
    await books.notices.add(notice, signed)
    first = await box.ask("GET", f"{path}?after=0", If_None_Match=empty.headers["ETag"])
    assert wire.from_json(first.body, wire.Notices).notices == (signed,)
    again = await box.ask("GET", f"{path}?after=0", If_None_Match=f'"x", {first.headers["ETag"]}')
    assert (again.status, again.body) == (304, b"")
    beyond = await box.ask("GET", f"{path}?after={NOW}", If_None_Match=first.headers["ETag"])
    assert wire.from_json(beyond.body, wire.Notices).notices == ()
    odd = await box.ask("GET", f"{path}?after=-1")
    assert (odd.status, odd.problem.code) == (400, "bad-message")


async def test_a_report_an_answer_and_a_key_of_a_day_that_is_over_are_taken_in(box: Asker, books: Books) -> None:
    presence = wire.Presence(window=NOW, first_s=1, last_s=60, receptions=3, rssi_mean=-60, others=21)
    report = wire.Report(case="CA-1", notice=7, presences=(presence,))
    answer = wire.Answer(request=8, case="CA-1", batches=(content_of(rows(3)), content_of(rows(2), DAY - 1)))
    key = wire.OwnDay(day=DAY - 1, key=bytes(32))
    for n, (kind, message) in enumerate([(Kind.REPORT, report), (Kind.ANSWER, answer), (Kind.DAY_KEY, key)], 1):
        assert (await box.put(n, wrapped(wire.to_msgpack(message)), kind=kind)).status == 201
    assert await books.database.rows(int, "SELECT row_count FROM answer") == [5]
    early = await box.put(4, wrapped(wire.to_msgpack(wire.OwnDay(day=DAY, key=bytes(32)))), kind=Kind.DAY_KEY)
    assert (early.status, early.problem.code) == (422, "unprocessable")


@pytest.mark.parametrize(
    ("path", "method", "status", "code"),
    [
        ("/nowhere", "GET", 404, "not-found"),
        ("/v1/enrol", "GET", 405, "method"),
        ("/v1/kiosks/UPPER/heartbeat", "POST", 404, "not-found"),
        ("/v1/kiosks/{kiosk}/stores/short", "GET", 404, "not-found"),
        ("/v1/kiosks/{kiosk}/stores/aaaaaaaaaaaaaaaa/batches/0", "PUT", 404, "not-found"),
        ("/v1/kiosks/{kiosk}/stores/aaaaaaaaaaaaaaaa/batches/9007199254740992", "PUT", 404, "not-found"),
        ("/v1/kiosks/{kiosk}/stores/aaaaaaaaaaaaaaaa/batches/1", "PUT", 415, "media-type"),
        ("/v1/kiosks/{kiosk}/heartbeat", "POST", 415, "media-type"),
    ],
)
async def test_every_refusal_says_its_reason(box: Asker, path: str, method: str, status: int, code: str) -> None:
    told = await box.ask(method, path.replace("{kiosk}", box.kiosk), b"x", Content_Type="text/plain")
    assert (told.status, told.problem.code, told.problem.status) == (status, code, status)


async def test_a_body_of_more_than_a_megabyte_is_refused(box: Asker) -> None:
    told = await box.put(1, bytes(1_000_001))
    assert (told.status, told.problem.code) == (413, "too-large")


@pytest.mark.parametrize(("day", "status"), [(DAY - 21, 201), (DAY - 22, 422), (DAY + 1, 201), (DAY + 2, 422)])
async def test_only_days_that_are_kept_are_taken_in(box: Asker, day: int, status: int) -> None:
    assert (await box.put(1, body_of(4, day=day))).status == status


async def test_a_box_that_asks_too_often_is_told_when_to_come_back(box: Asker, clock: HandClock) -> None:
    path = f"/v1/kiosks/{box.kiosk}/stores/{OLD}"
    statuses = [(await box.ask("GET", path)).status for _ in range(301)]
    assert (statuses.count(200), statuses[-1]) == (300, 429)
    told = await box.ask("GET", path)
    assert (told.headers["Retry-After"], told.problem.code) == ("1", "slow-down")
    clock.seconds += 1
    assert (await box.ask("GET", path)).status == 200


async def test_codes_cannot_be_guessed_from_one_address(box: Asker, clock: HandClock) -> None:
    tries = [await box.enrol(f"ZZZZ-ZZZZ-{number:04}") for number in range(10)]
    assert [told.status for told in tries] == [404] * 9 + [429]
    clock.seconds += 10
    assert (await box.enrol(CODE)).status == 201


async def test_a_proxy_is_believed_only_if_it_is_a_known_one(books: Books, clock: HandClock) -> None:
    await prepared(books)
    for proxies, last in (("127.0.0.1",), 404), ((), 429):
        config = CollectorSection(port=0, proxies=proxies)
        async with Site(config, books, clock) as site, aiohttp.ClientSession() as client:
            asker = Asker(client, f"http://127.0.0.1:{site.port}")
            body = wire.to_json(wire.Enrol(code="ZZZZ-ZZZZ-ZZZZ", token_sha256="0" * 64, version="1"))
            tries = [
                await asker.ask(
                    "POST", "/v1/enrol", body, Content_Type="application/json", X_Forwarded_For=f"8.8.8.8, 10.0.0.{n}"
                )
                for n in range(11)
            ]
        assert tries[-1].status == last


async def test_without_a_key_nobody_is_enrolled_and_no_code_is_used_up(books: Books, clock: HandClock) -> None:
    await prepared(books)
    await books.people.set("signing_key", "")
    async with Site(CollectorSection(port=0), books, clock) as site, aiohttp.ClientSession() as client:
        asker = Asker(client, f"http://127.0.0.1:{site.port}")
        assert (await asker.enrol()).problem.code == "unavailable"
        await books.people.set("signing_key", KEY)
        assert (await asker.enrol()).status == 201


async def test_parcels_of_many_at_once_are_all_taken_in(box: Asker, books: Books) -> None:
    told = await asyncio.gather(*(box.put(n, body_of(50, seed=n)) for n in range(1, 61)))
    assert {each.status for each in told} == {201}
    assert len(await books.database.encounters(box.kiosk, DAY)) == 3000


async def test_the_document_is_valid_and_describes_every_route_and_no_other(box: Asker) -> None:
    answer = await box.ask("GET", "/v1/openapi.json")
    document = json.loads(answer.body)
    validate(document)
    described = {(method.upper(), path) for path, of in document["paths"].items() for method in of}
    assert described == set(ROUTES)


async def test_health_and_metrics_are_open_and_name_no_box(box: Asker) -> None:
    await box.put(1, body_of(30))
    box_id, box.token = box.kiosk, ""
    assert (await box.ask("GET", "/healthz")).status == 200
    text = (await box.ask("GET", "/metrics")).body.decode()
    assert "kiosk_collector_encounters_total 30\n" in text
    assert 'kiosk_collector_parcels_total{kind="encounters",verdict="new"} 1\n' in text
    assert box_id not in text


async def test_a_port_that_is_taken_is_told_with_the_key_to_change(books: Books, clock: HandClock) -> None:
    async with Site(CollectorSection(port=0), books, clock) as site:
        second = Site(CollectorSection(port=site.port), books, clock)
        with pytest.raises(ConfigError, match=r"another program has it. Set collector\.port"):
            await second.__aenter__()
