"""The `kiosk` command: verbs are parsed here, work is done below. Exit 0: done, 1: failed, 2: a person must mend it.

What brings radio, web or picture libraries is imported by the verb that needs it: they take seconds on a small Pi.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from kiosk import __version__
from kiosk.adapters.system import ROOT_KEY_FILE, SystemClock, load_root_key, replace_root_key
from kiosk.config import Config, load
from kiosk.core.adverts import Ask, CarriesId, Damaged, Stranger, read
from kiosk.core.facts import Snapshot
from kiosk.core.identity import DailyKey, reference_id
from kiosk.core.screens import Screen, screen_of
from kiosk.core.windows import UnixMs, window_at
from kiosk.errors import ConfigError, Fatal, KioskError, Transient

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
CONFIG_FILE = Path("/etc/bluezone-kiosk/config.toml")
FETCH_S = 10.0
"""How long the terminal waits for the running kiosk: a small Pi may be busy."""


def parser() -> argparse.ArgumentParser:
    """Every verb and option; docs are tested against it."""
    top = argparse.ArgumentParser(
        prog="kiosk",
        description="Bluezone kiosk: broadcasts, listens, shows the install QR code, tells staff how it is.",
    )
    top.add_argument("--version", action="version", version=f"kiosk {__version__}")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")

    readers = [_add_run(verbs), _add_id(verbs)]
    status = verbs.add_parser("status", help="how the running kiosk is")
    status.set_defaults(act=_status)
    status.add_argument("--json", action="store_true", help="the facts as one JSON object")

    show = verbs.add_parser("show", help="what the wall shows")
    show.set_defaults(act=_show)
    show.add_argument("--png", type=Path, metavar="F", help="write the picture to this file")

    decode = verbs.add_parser("decode", help="what raw advertising data means, one JSON object a line")
    decode.set_defaults(act=_decode)
    decode.add_argument("hex", nargs="+", type=_packet, metavar="HEX", help="AD structures, scan response appended")

    for verb in (*readers, status, show):
        verb.add_argument(
            "--config", type=Path, metavar="F", help=f"configuration (default {CONFIG_FILE}, if it exists)"
        )
    return top


def _add_run(verbs: Verbs) -> argparse.ArgumentParser:
    run = verbs.add_parser("run", help="run the kiosk")
    run.set_defaults(act=_run)
    run.add_argument("--simulate", action="store_true", help="no hardware: a street of simulated phones")
    run.add_argument("--speed", type=float, default=1.0, metavar="N", help="with --simulate: time runs N times faster")
    run.add_argument("--seed", type=int, default=1, metavar="N", help="with --simulate: another street")
    run.add_argument(
        "--state", type=Path, metavar="DIR", help="with --simulate: keep the store here (default: temporary)"
    )
    run.add_argument("--duration", type=float, metavar="S", help="with --simulate: stop after S real seconds")
    return run


def _add_id(verbs: Verbs) -> argparse.ArgumentParser:
    own = verbs.add_parser("id", help="the box's own id now, or a phone's id by the reference chain")
    own.set_defaults(act=_id)
    own.add_argument("--base-key", type=_key, metavar="HEX", help="a phone's base id, 64 hex digits")
    own.add_argument("--base-time", type=int, metavar="EPOCH_S", help="when it was made, seconds since 1970 UTC")
    own.add_argument("--at", type=int, metavar="EPOCH_MS", help="the moment asked for, ms since 1970 UTC")
    own.add_argument("--new-root-key", action="store_true", help="replace the box's root key")
    own.add_argument("--yes", action="store_true", help="with --new-root-key: do not ask")
    return own


def main(argv: Sequence[str] | None = None) -> int:
    """Parse, act, and turn errors into one line and an exit code."""
    arguments = parser().parse_args(argv)
    try:
        code: int = arguments.act(arguments)
    except Fatal as error:
        return _fail(error, error.exit_code)
    except KioskError as error:
        return _fail(error, 1)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
    return code


def _fail(error: KioskError, code: int) -> int:
    print(f"kiosk: {error}", file=sys.stderr)
    return code


def _config(arguments: argparse.Namespace) -> Config:
    if arguments.config is not None:
        return load(arguments.config)
    return load(CONFIG_FILE) if CONFIG_FILE.exists() else Config()


def _run(arguments: argparse.Namespace) -> int:
    from kiosk import app

    config = _config(arguments)
    if not arguments.simulate:
        for option, unset in (("speed", 1.0), ("state", None), ("duration", None)):
            if getattr(arguments, option) != unset:
                raise ConfigError(f"--{option} is for --simulate only")
        return app.run(config)
    if arguments.speed <= 0 or arguments.speed > 10_000:
        raise ConfigError(f"--speed: expected more than 0 and at most 10000, got {arguments.speed}")
    return app.simulate(
        config, speed=arguments.speed, seed=arguments.seed, state=arguments.state, duration_s=arguments.duration
    )


def _status(arguments: argparse.Namespace) -> int:
    from kiosk.core.report import lines
    from kiosk.web import client

    document = client.fetch_status(client.address(_config(arguments).web), FETCH_S)
    print(json.dumps(document, ensure_ascii=False, indent=2) if arguments.json else "\n".join(lines(document)))
    return 0


def _show(arguments: argparse.Namespace) -> int:
    config = _config(arguments)
    picture, source = _picture(config)
    if arguments.png is None:
        screen = _screen(config)
        print("\n".join((source, *screen.headline, screen.headline_en, f"QR: {screen.install_url}")))
        return 0
    try:
        arguments.png.write_bytes(picture)
    except OSError as error:
        raise ConfigError(f"--png {arguments.png}: cannot be written: {error.strerror}") from error
    print(f"{arguments.png}: {source}")
    return 0


def _picture(config: Config) -> tuple[bytes, str]:
    """The wall as PNG, and where it comes from: the running kiosk, or else the configuration."""
    from kiosk.adapters.paint import png
    from kiosk.web import client

    try:
        return client.fetch_picture(client.address(config.web), FETCH_S), "what the running kiosk shows"
    except Transient as error:
        size = (config.show.width or 1920, config.show.height or 1080)
        return png(_screen(config), *size), f"what the configuration would show ({error})"


def _screen(config: Config) -> Screen:
    now = SystemClock().now()
    return screen_of(Snapshot(now, now, __version__, config.venue.name, simulated=False), config.show.install_url)


def _id(arguments: argparse.Namespace) -> int:
    reference = (arguments.base_key, arguments.base_time, arguments.at)
    if all(value is not None for value in reference):
        base_time = UnixMs(arguments.base_time * 1000)
        print(reference_id(DailyKey(arguments.base_key), base_time, UnixMs(arguments.at)).hex)
        return 0
    if any(value is not None for value in reference):
        raise ConfigError("kiosk id: give --base-key, --base-time and --at together, or none of them")
    key_file = Path(_config(arguments).store.folder) / ROOT_KEY_FILE
    if arguments.new_root_key:
        return _new_root_key(key_file, sure=arguments.yes)
    print(load_root_key(key_file).id_in(window_at(SystemClock().now())).hex)
    return 0


def _new_root_key(path: Path, *, sure: bool) -> int:
    print(f"Khóa mới thay khóa cũ trong {path}; mã phát ra sẽ khác ngay sau khi trạm khởi động lại.")
    print(f"A new key replaces the one in {path}; the box sends other ids once the kiosk is restarted.")
    if not sure and input("Type yes / gõ yes: ").strip().lower() != "yes":
        print("Nothing was changed. / Chưa thay gì.")
        return 1
    replace_root_key(path)
    print("Done. Now: systemctl restart bluezone-kiosk / Đã xong, mời khởi động lại trạm.")
    return 0


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


def _key(text: str) -> bytes:
    raw = _packet(text)
    if len(raw) != 32:
        raise argparse.ArgumentTypeError(f"expected 64 hex digits, got {len(text)} characters")
    return raw


def _packet(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected hex digits in pairs, got '{text[:80]}'") from None
