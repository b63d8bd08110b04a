"""For schemathesis, which loads it by its configuration: bytes as parcels, and what JSON schema cannot say."""

from typing import Final, Protocol

import schemathesis
from schemathesis.generation.meta import CaseMetadata

from kiosk.collector.api.boxes import hashed
from kiosk.core.parcels import BY_MEDIA_TYPE
from tests.collector.served import CODE, TOKEN, body_of

PARCEL: Final = body_of(30)


class Asked(Protocol):
    """A request before it is sent: what we touch of schemathesis.Case."""

    meta: CaseMetadata | None
    body: object


@schemathesis.serializer(*BY_MEDIA_TYPE)
def parcel(_context: object, value: object) -> bytes:
    """Any bytes, to the document, are a parcel, so a good one stands for them; what is none goes as its text."""
    return PARCEL if isinstance(value, bytes | str) else repr(value).encode()


@schemathesis.hook
def before_call(_context: object, case: Asked, _kwargs: dict[str, object]) -> None:
    """Meant well, a code is one there is, and 2.0, an integer to JSON schema, is 2."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    case.body = _whole(case.body)
    if isinstance(case.body, dict) and "code" in case.body:
        case.body |= {"code": CODE, "token_sha256": hashed(TOKEN)}


def _whole(value: object) -> object:
    if isinstance(value, dict):
        return {key: _whole(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
