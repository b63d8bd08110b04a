"""The site for programs: the OpenAPI document, the schema and the metrics, asked over real TCP."""

import json
from pathlib import Path
from typing import cast

import aiohttp
import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from prometheus_client.parser import text_string_to_metric_families

from kiosk.config import Web
from kiosk.core.facts import Trouble
from kiosk.web import openapi
from kiosk.web.described import ROUTES
from kiosk.web.routes import Access, Route
from tests.web.conftest import Kiosk, troubled

HOUSE = Path(__file__).parents[2]
PUBLISHED = HOUSE / "docs/status.schema.json"
Json = dict[str, object]


async def asked(client: aiohttp.ClientSession, path: str) -> Json:
    async with client.get(path) as answer:
        assert answer.status == 200
        return cast(Json, await answer.json(content_type=None))


def parts(document: Json, *keys: str) -> Json:
    """What lies under a path of keys."""
    for key in keys:
        document = cast(Json, document[key])
    return document


def routes() -> tuple[Route, ...]:
    return Kiosk().site(Web(port=0)).routes


@pytest.mark.parametrize("route", routes(), ids=lambda route: f"{route.method} {route.path}")
def test_every_route_is_described(route: Route) -> None:
    described = ROUTES[route.method, route.path]
    assert described.about.endswith(".")
    assert described.answers


def test_nothing_is_described_that_is_no_route() -> None:
    assert set(ROUTES) == {(route.method, route.path) for route in routes()}


async def test_the_openapi_document_is_valid_and_names_every_route(client: aiohttp.ClientSession) -> None:
    document = await asked(client, "/api/v1/openapi.json")
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    told = {(method.upper(), path) for path, at in parts(document, "paths").items() for method in cast(Json, at)}
    assert told == {(route.method, route.path) for route in routes()}


async def test_a_route_for_staff_says_how_it_refuses(client: aiohttp.ClientSession) -> None:
    document = await asked(client, "/api/v1/openapi.json")
    for route in routes():
        operation = parts(document, "paths", route.path, route.method.lower())
        assert ("401" in parts(operation, "responses")) is (route.access is not Access.OPEN)


@pytest.mark.parametrize("trouble", [None, *Trouble])
async def test_the_status_document_keeps_to_its_schema(
    client: aiohttp.ClientSession, kiosk: Kiosk, trouble: Trouble | None
) -> None:
    if trouble is not None:
        kiosk.snapshot = troubled(kiosk.snapshot, "collect", trouble)
    schema = await asked(client, "/api/v1/status.schema.json")
    status = await asked(client, "/api/v1/status")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(status, schema, jsonschema.Draft202012Validator)
    assert status == await asked(client, "/status.json")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**status, "light": "blue"}, schema, jsonschema.Draft202012Validator)


def test_the_schema_in_the_docs_is_the_one_that_is_served() -> None:
    told = json.dumps(openapi.status_schema(), indent=1) + "\n"
    assert PUBLISHED.read_text(encoding="utf-8") == told, "run: python -m kiosk.web.openapi > docs/status.schema.json"


async def test_the_metrics_are_served_as_prometheus_asks(client: aiohttp.ClientSession) -> None:
    async with client.get("/metrics") as answer:
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        names = {family.name for family in text_string_to_metric_families(await answer.text())}
    assert {"kiosk_light", "kiosk_fault", "kiosk_on_air"} <= names
