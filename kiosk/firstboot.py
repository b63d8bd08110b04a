"""kiosk-firstboot: reads kiosk.toml, which a person put on the card's FAT partition or on a USB stick, does what it
asks for, and leaves an answer for the wall and in the file. systemd/kiosk-firstboot.service starts it before the kiosk:
`python -I -m kiosk.firstboot [FOLDER...]`.

Three pieces, each done or refused by itself: configuration, Wi-Fi, enrolment. A file that was read is not read again
until somebody changes it. Exit 0: answered; 1: something could not be written; 10: answered, and the configuration is
another one, so a kiosk that runs already has to start again.
"""

import asyncio
import hashlib
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from kiosk.adapters import card, whole
from kiosk.adapters.network_manager import take_up
from kiosk.adapters.system import MachinePower
from kiosk.adapters.vault import write_secret
from kiosk.config import Config, keys, parse
from kiosk.core.firstboot import keyfile, sealing, settings
from kiosk.core.firstboot.lines import line_of
from kiosk.core.firstboot.merging import merged, written
from kiosk.core.firstboot.outcome import FILE_NAME, Outcome, from_text, names, to_text
from kiosk.core.firstboot.plan import Enrol, Plan, Wifi, plan
from kiosk.core.firstboot.slips import ENROLL, WIFI, Slip
from kiosk.core.sync.enrolment import ORDERED, Ordered
from kiosk.core.sync.enrolment import written as as_secret
from kiosk.core.wording import Words
from kiosk.errors import ConfigError, SecretError

FOLDERS: Final = (Path("/boot/firmware"), Path("/boot"))
"""Where Raspberry Pi OS mounts the FAT partition, today and before."""
CHANGED: Final = 10


@dataclass(frozen=True, slots=True)
class House:
    """Every file of the system that this program may write."""

    config: Path = Path("/etc/bluezone-kiosk/config.toml")
    state: Path = Path("/var/lib/bluezone-kiosk")
    connections: Path = Path("/etc/NetworkManager/system-connections")
    network_state: Path = Path("/var/lib/NetworkManager/NetworkManager.state")
    regulatory: Path = Path("/etc/modprobe.d/bluezone-wifi.conf")
    boot: str = field(default_factory=lambda: MachinePower().boot())
    take_up: Callable[[str], object] = lambda connection: asyncio.run(take_up(connection))
    """Tells a NetworkManager that runs already of the connection with this uuid."""

    @property
    def outcome(self) -> Path:
        return self.state / FILE_NAME

    @property
    def connection(self) -> Path:
        return self.connections / f"{keyfile.NAME}.nmconnection"


def main(arguments: Sequence[str] | None = None) -> int:
    """Look in the folders named, or in the usual ones."""
    folders = [Path(each) for each in (sys.argv[1:] if arguments is None else arguments)] or FOLDERS
    found = card.found_in(folders)
    return 0 if found is None else answered(found, House())


def answered(path: Path, house: House) -> int:
    """Read one file and do what it says."""
    data, before = card.read(path), _before(house)
    if before is not None and before.digest == _digest(data):
        if before.slips and before.boot != house.boot:
            _leave(house, replace(before, boot=house.boot))
        return 0
    asked = plan(data, {name: section.__struct_fields__ for name, section in keys().items()})
    outcome, taken = _done(asked, house, Outcome(house.boot, path.name, ""))
    outcome = _sealed(path, asked, taken, outcome)
    _leave(house, outcome)
    _log(outcome, asked)
    return 1 if outcome.trouble else CHANGED if outcome.settings else 0


def _done(asked: Plan, house: House, outcome: Outcome) -> tuple[Outcome, list[str]]:
    """Every piece that is sound; what became of it, and whose secrets were taken."""
    wrong, taken, trouble = list(asked.slips), list[str](), list[str]()
    try:
        if asked.settings:
            found = _configure(asked, house)
            wrong += [found] if isinstance(found, Slip) else []
            outcome = replace(outcome, settings=found is True)
        if asked.wifi is not None:
            slip = _join(asked.wifi, asked.text, house)
            wrong += [slip] if slip else []
            taken += [] if slip or asked.wifi.password is None else [WIFI]
            outcome = replace(outcome, ssid="" if slip else asked.wifi.ssid)
        if asked.enrol is not None:
            _order(asked.enrol, house)
            taken.append(ENROLL)
            outcome = replace(outcome, url=asked.enrol.url)
    except (OSError, SecretError) as error:
        trouble.append(str(error))
    ordered = tuple(sorted(wrong, key=lambda each: each.line))
    return replace(outcome, slips=ordered, trouble="; ".join(trouble)), taken


def _configure(asked: Plan, house: House) -> Slip | bool:
    """The new configuration in place of the old one, which stays beside it as .bak; whether they differ, or what is
    wrong with the new one."""
    old = house.config.read_text(encoding="utf-8") if house.config.exists() else ""
    new = merged(old, asked.settings)
    if error := _refused(new):
        bare = written(asked.settings)
        if not _refused(old) or _refused(bare):
            return settings.slip(error, asked.text, _default(error))
        new = bare  # the old one cannot be read either: whoever wrote kiosk.toml came to mend that
    if new == old:
        return False
    mode = house.config.stat().st_mode & 0o777 if house.config.exists() else 0o644
    if old:
        _put(house.config.with_name(f"{house.config.name}.bak"), old, mode)
    _put(house.config, new, mode)
    return True


def _put(path: Path, text: str, mode: int) -> None:
    """A file of the system, in a folder that may be missing. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole.put(path, text.encode(), mode)


def _refused(text: str) -> str:
    """Why the kiosk would not start with this configuration; "" if it would."""
    try:
        parse(text, "")
    except ConfigError as error:
        return str(error)
    return ""


def _default(error: str) -> object:
    """The default of the key that an error names, as an example; None if it names none."""
    found = re.match(r"(\w+)\.(\w+):", error)
    section = getattr(Config(), found[1], None) if found else None
    return getattr(section, found[2], None) if found else None


def _join(wifi: Wifi, text: str, house: House) -> Slip | None:
    """The Wi-Fi for NetworkManager."""
    if not house.connections.parent.is_dir():
        what = Words("máy này không có NetworkManager", "this machine has no NetworkManager")
        return Slip(WIFI, 0, what, Words("Cắm dây mạng vào trạm.", "Use a network cable."))
    old = house.connection.read_text(encoding="utf-8") if house.connection.exists() else ""
    password = wifi.password
    if password == "":
        password = keyfile.password_of(old) if keyfile.ssid_of(old) == wifi.ssid else None
        if password is None:
            what = Words("thiếu mật khẩu Wi-Fi", "the Wi-Fi's password is missing")
            fix = Words("Viết mật khẩu; Wi-Fi mở thì xóa dòng này.", "Write it; for an open Wi-Fi remove the line.")
            return Slip(WIFI, line_of(text, WIFI, "password"), what, fix)
    new = keyfile.keyfile(wifi, password)
    _put(house.connection, new, 0o600)
    _put(house.regulatory, keyfile.regulatory(wifi.country), 0o644)
    if house.network_state.exists():
        state = house.network_state.read_text(encoding="utf-8")
        _put(house.network_state, keyfile.switched_on(state), 0o644)
    house.take_up(keyfile.uuid_of(wifi))
    return None


def _order(enrol: Enrol, house: House) -> None:
    """The enrolment for the running kiosk; without a code it has been ordered before."""
    if enrol.code:
        write_secret(house.state / ORDERED, as_secret(Ordered(url=enrol.url, code=enrol.code)))


def _sealed(path: Path, asked: Plan, taken: Sequence[str], outcome: Outcome) -> Outcome:
    """Take the secrets out of the file, put the answer at its end, remember the file as it is now."""
    if asked.decoded is None:
        return replace(outcome, digest=_digest(card.read(path)))
    try:
        card.overwrite(path, sealing.unsealed(asked.decoded, taken))
        card.finish(path, sealing.answer(asked.decoded, taken, outcome.slips))
    except OSError as error:
        told = f"{path}: the secrets are still in it: {error.strerror or error}"
        return replace(outcome, trouble="; ".join(filter(None, (outcome.trouble, told))))
    return replace(outcome, digest=_digest(card.read(path)))


def _before(house: House) -> Outcome | None:
    try:
        return from_text(house.outcome.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def _leave(house: House, outcome: Outcome) -> None:
    """For the running kiosk: owned by whoever owns its folder, like its secrets."""
    write_secret(house.outcome, to_text(outcome).encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _log(outcome: Outcome, asked: Plan) -> None:
    for line in _lines(outcome, asked):
        sys.stderr.write(f"{outcome.name}: {line}\n")


def _lines(outcome: Outcome, asked: Plan) -> Iterator[str]:
    if outcome.settings:
        yield f"configuration changed: {names(asked.settings)}"
    if outcome.ssid:
        yield "a Wi-Fi to join"
    if outcome.url:
        yield f"to be enrolled at {outcome.url}"
    yield from (f"{slip.title.en}. {slip.fix.en}" for slip in outcome.slips)
    if outcome.trouble:
        yield outcome.trouble


if __name__ == "__main__":
    sys.exit(main())
