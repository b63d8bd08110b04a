"""id: the box's own id now, or a phone's id by the reference chain; and a new root key."""

import argparse
from pathlib import Path

from kiosk.adapters.power_on_file import RUN_FOLDER, PowerOnFile
from kiosk.adapters.system import ROOT_KEY_FILE, SystemClock, load_root_key, replace_root_key
from kiosk.config import Config
from kiosk.core.identity import DailyKey, reference_id
from kiosk.core.windows import UnixMs, window_at
from kiosk.errors import ConfigError
from kiosk.verbs.arguments import Verbs, configured, packet, takes_config


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    own = verbs.add_parser("id", help="the box's own id now, or a phone's id by the reference chain")
    own.set_defaults(act=_id)
    own.add_argument("--base-key", type=_key, metavar="HEX", help="a phone's base id, 64 hex digits")
    own.add_argument("--base-time", type=int, metavar="EPOCH_S", help="when it was made, seconds since 1970 UTC")
    own.add_argument("--at", type=int, metavar="EPOCH_MS", help="the moment asked for, ms since 1970 UTC")
    own.add_argument("--new-root-key", action="store_true", help="replace the box's root key")
    own.add_argument("--yes", action="store_true", help="with --new-root-key: do not ask")
    takes_config(own)


def _id(arguments: argparse.Namespace) -> int:
    reference = (arguments.base_key, arguments.base_time, arguments.at)
    if all(value is not None for value in reference):
        base_time = UnixMs(arguments.base_time * 1000)
        print(reference_id(DailyKey(arguments.base_key), base_time, UnixMs(arguments.at)).hex)
        return 0
    if any(value is not None for value in reference):
        raise ConfigError("kiosk id: give --base-key, --base-time and --at together, or none of them")
    config = configured(arguments)
    key_file = Path(config.store.folder) / ROOT_KEY_FILE
    if arguments.new_root_key:
        return _new_root_key(key_file, sure=arguments.yes)
    print(load_root_key(key_file).id_in(window_at(_now(config))).hex)
    return 0


def _now(config: Config) -> UnixMs:
    """The time that the running kiosk goes by: the machine's clock may have been set since, or say anything."""
    machine = SystemClock()
    known = PowerOnFile(RUN_FOLDER).recall() if config.clock.believe == "checked" else None
    return machine.now() if known is None else UnixMs(known[0] + machine.boot_ms())


def _new_root_key(path: Path, *, sure: bool) -> int:
    print(f"Khóa mới thay khóa cũ trong {path}; mã phát ra sẽ khác ngay sau khi trạm khởi động lại.")
    print(f"A new key replaces the one in {path}; the box sends other ids once the kiosk is restarted.")
    if not sure and input("Type yes / gõ yes: ").strip().lower() != "yes":
        print("Nothing was changed. / Chưa thay gì.")
        return 1
    replace_root_key(path)
    print("Done. Now: systemctl restart bluezone-kiosk / Đã xong, mời khởi động lại trạm.")
    return 0


def _key(text: str) -> bytes:
    raw = packet(text)
    if len(raw) != 32:
        raise argparse.ArgumentTypeError(f"expected 64 hex digits, got {len(text)} characters")
    return raw
