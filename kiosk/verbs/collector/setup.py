"""init: makes the books and the key that signs notices."""

import argparse
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import ConfigError
from kiosk.verbs.arguments import Verbs
from kiosk.verbs.collector.shared import noted, section, takes_collector, with_books

if TYPE_CHECKING:
    from kiosk.collector.books import Books
    from kiosk.collector.signing import Signer

SETTING = "signing_key"


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    init = verbs.add_parser("init", help="make the books and the signing key; harmless when they are there")
    init.set_defaults(act=_init)
    init.add_argument("--new-key", action="store_true", help="another signing key: every box must be enrolled anew")
    takes_collector(init)


def _init(arguments: argparse.Namespace) -> int:
    config = section(arguments)
    path = Path(config.signing_key)

    async def made(books: "Books") -> str:
        signer = _signer(path, await books.people.setting(SETTING), anew=arguments.new_key)
        await books.people.set(SETTING, signer.public)
        await noted(books, "init", "")
        return signer.public

    public = with_books(arguments, made)
    print(
        f"Sổ đã sẵn sàng; khóa ký: {path} ({public[:8]}…). Giữ tệp này như giữ con dấu.\n"
        f"The books are ready; signing key: {path} ({public[:8]}…). Keep that file as you would a seal.\n"
        "Tiếp theo · next: kiosk collector user add NAME --role admin · venue add NAME · serve"
    )
    return 0


def signer_of(path: Path) -> "Signer":
    """The key in its file. Raises ConfigError, SecretError."""
    from kiosk.adapters.vault import read_secret
    from kiosk.collector.signing import Signer

    seed = read_secret(path)
    if seed is None:
        raise ConfigError(f"{path}: there is no signing key; run: kiosk collector init")
    return Signer(seed)


def _signer(path: Path, known: str, *, anew: bool) -> "Signer":
    """The key in the file, made on first use. One that boxes do not know is refused."""
    from kiosk.adapters.vault import write_secret
    from kiosk.collector.signing import SEED_BYTES

    if anew or (not known and not path.exists()):
        write_secret(path, secrets.token_bytes(SEED_BYTES))
    elif not path.exists():
        raise ConfigError(
            f"{path}: the books know a signing key, but its file is missing. Copy it from where it is, or set "
            "collector.signing_key; --new-key makes another, and then every box must be enrolled anew"
        )
    signer = signer_of(path)
    if known and not anew and signer.public != known:
        raise ConfigError(
            f"{path}: is not the key that the boxes know ({known[:8]}…). Set collector.signing_key to the right file"
        )
    return signer
