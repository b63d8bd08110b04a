"""decode: what raw advertising data means, one JSON object a line."""

import argparse
import json

from kiosk.core.adverts import Ask, CarriesId, Damaged, Stranger, read
from kiosk.verbs.arguments import Verbs, packet


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    decode = verbs.add_parser("decode", help="what raw advertising data means, one JSON object a line")
    decode.set_defaults(act=_decode)
    decode.add_argument("hex", nargs="+", type=packet, metavar="HEX", help="AD structures, scan response appended")


def _decode(arguments: argparse.Namespace) -> int:
    for ad in arguments.hex:
        print(json.dumps(_decoded(ad)))
    return 0


def _decoded(ad: bytes) -> dict[str, str | None]:
    match read(ad):
        case CarriesId(peer):
            return _line("id", peer.hex, "android", "service 4E56 and 12 bytes of company 0x22B5")
        case Ask(likely):
            why = "the Apple overflow bit is set: likely the app" if likely else "the app's iOS service UUID"
            return _line("ask", None, "ios", f"{why}; the id must be read over GATT")
        case Stranger(kind):
            return _line("ignore", None, None, f"not the app ({kind.value})")
        case Damaged(why):
            return _line("ignore", None, None, why)


def _line(result: str, peer: str | None, platform: str | None, why: str) -> dict[str, str | None]:
    return {"result": result, "id": peer, "platform": platform, "why": why}
