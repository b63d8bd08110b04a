"""notice issue: a signed list of cases, a request for ids, or campaign settings, out to the boxes."""

import argparse
import csv
import json
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.core import wire
from kiosk.core.identity import ID_BYTES
from kiosk.core.windows import DAY_MS, WINDOW_MS
from kiosk.errors import BadMessage, ConfigError
from kiosk.verbs.arguments import Verbs
from kiosk.verbs.collector.shared import noted, now, section, takes_collector, with_books
from kiosk.verbs.printing.tables import text_of

if TYPE_CHECKING:
    from kiosk.collector.books import Books

COLUMNS = ("case", "window", "id")
DAYS = 21


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    group = verbs.add_parser("notice", help="signed messages to the boxes: issue").add_subparsers(
        dest="verb", required=True, metavar="VERB"
    )
    issue = group.add_parser("issue", help="sign and publish")
    issue.set_defaults(act=_issue)
    what = issue.add_mutually_exclusive_group(required=True)
    what.add_argument("--cases", type=Path, metavar="F", help="whom to look for: CSV case,window,id, or JSON")
    what.add_argument("--request", type=Path, metavar="F", help="which ids a case needs: JSON with case and windows")
    what.add_argument("--campaign", type=Path, metavar="F", help="keys of [campaign] for all boxes: JSON with settings")
    issue.add_argument("--kiosk", default="", metavar="K", help="for one box (without: for all)")
    issue.add_argument("--days", type=int, default=DAYS, metavar="N", help=f"how long it holds ({DAYS})")
    takes_collector(issue)


def _issue(arguments: argparse.Namespace) -> int:
    from kiosk.verbs.collector.setup import SETTING, signer_of

    body = _body(arguments)
    if not 1 <= arguments.days <= 60:
        raise ConfigError(f"--days {arguments.days}: expected 1 to 60")
    path = Path(section(arguments).signing_key)
    signer = signer_of(path)

    async def issued(books: "Books") -> int:
        if signer.public != await books.people.setting(SETTING):
            raise ConfigError(f"{path}: is not the key that the boxes know; run: kiosk collector init")
        if arguments.kiosk:
            await books.boxes.find(arguments.kiosk)
        at = now()
        number = await books.notices.next_number(at)
        expires = at + arguments.days * DAY_MS
        notice = wire.Notice(number=number, issued=at, expires=expires, kiosk=arguments.kiosk, body=body)
        signed = signer.sign(notice)
        if len(signed.notice) > wire.LARGEST_MESSAGE * 6 // 10:
            raise ConfigError(f"the list has {len(signed.notice)} bytes; at most 600000: issue it in parts")
        await noted(books, f"notice {type(body).__name__.lower()}", f"{number} {arguments.kiosk}".strip())
        await books.notices.add(notice, signed)
        return number

    print(with_books(arguments, issued))
    return 0


def _body(arguments: argparse.Namespace) -> wire.Cases | wire.Request | wire.Campaign:
    if arguments.cases is not None:
        return cases(arguments.cases)
    if arguments.request is not None:
        return _json(arguments.request, wire.Request)
    return _json(arguments.campaign, wire.Campaign)


def cases(path: Path) -> wire.Cases:
    """A list of cases: one line an id, or JSON as core/wire.py has it. Raises ConfigError, which names the line."""
    if path.suffix.lower() == ".json":
        return _json(path, wire.Cases)
    reader = csv.DictReader(StringIO(text_of(path, str(path)).removeprefix("\ufeff")))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        told = ",".join(reader.fieldnames or ())[:80]
        raise ConfigError(f"{path}: the first line must be {','.join(COLUMNS)}; it is {told}")
    found: dict[str, list[tuple[int, bytes]]] = {}
    for row in reader:
        case, window, peer = _row(row, f"{path}: line {reader.line_num}")
        found.setdefault(case, []).append((window, peer))
    watches = tuple(watch for case, ids in found.items() for watch in _watches(case, sorted(set(ids)), path))
    try:
        return wire.from_msgpack(wire.to_msgpack(wire.Cases(cases=watches)), wire.Cases)
    except BadMessage as error:
        raise ConfigError(f"{path}: {error}") from error


def _row(row: Mapping[str, str | None], where: str) -> tuple[str, int, bytes]:
    case, window, peer = (str(row.get(column) or "").strip() for column in COLUMNS)
    if not window.isascii() or not window.isdigit() or int(window) % WINDOW_MS:
        raise ConfigError(f"{where}, column window: expected ms since 1970 at the start of a window")
    try:
        raw = bytes.fromhex(peer)
    except ValueError:
        raw = b""
    if len(raw) != ID_BYTES:
        raise ConfigError(f"{where}, column id: expected {2 * ID_BYTES} hex digits")
    return case, int(window), raw


def _watches(case: str, ids: list[tuple[int, bytes]], path: Path) -> Iterator[wire.Watch]:
    """Ids stand one per window from a start on, so a gap begins another watch of the same case."""
    run: list[tuple[int, bytes]] = []
    for window, peer in ids:
        if run and window == run[-1][0]:
            raise ConfigError(f"{path}: case {case} has two ids in the window {window}")
        if run and (window != run[-1][0] + WINDOW_MS or len(run) == wire.LONGEST_CASE):
            yield _watch(case, run)
            run = []
        run.append((window, peer))
    if run:
        yield _watch(case, run)


def _watch(case: str, run: list[tuple[int, bytes]]) -> wire.Watch:
    return wire.Watch(case=case, start=run[0][0], ids=b"".join(peer for _, peer in run))


def _json(path: Path, type_: type[wire.M]) -> wire.M:
    """A message in a file; whoever writes it by hand need not name its kind."""
    try:
        told = json.loads(text_of(path, str(path)))
        if isinstance(told, dict):
            told.setdefault("kind", type_.__name__.lower())
        return wire.from_json(json.dumps(told).encode(), type_)
    except (ValueError, BadMessage) as error:
        raise ConfigError(f"{path}: {error}") from error
