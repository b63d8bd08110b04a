"""backup, restore: the whole books as one file, while boxes go on sending."""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kiosk.errors import ConfigError, Transient
from kiosk.verbs.arguments import Verbs
from kiosk.verbs.collector.shared import section, takes_collector


def add(verbs: Verbs) -> None:
    """Declare the verbs."""
    backup = verbs.add_parser("backup", help="the whole books as one file; the signing key is a file of its own")
    backup.set_defaults(act=_backup)
    backup.add_argument("file", type=Path)
    takes_collector(backup)
    restore = verbs.add_parser("restore", help="put a backup in the place of the books; stop the collector first")
    restore.set_defaults(act=_restore)
    restore.add_argument("file", type=Path)
    restore.add_argument("--yes", action="store_true", help="what is in the books now may be lost")
    takes_collector(restore)


def _backup(arguments: argparse.Namespace) -> int:
    from kiosk.collector.opening import sqlite_path

    address, target = section(arguments).db, arguments.file
    if target.exists():
        raise ConfigError(f"{target}: is there already; choose another name")
    new = target.with_name(f".{target.name}.{os.getpid()}")
    path = sqlite_path(address)
    if path is not None and not path.exists():
        raise ConfigError(f"{path}: there are no books; look at --db and collector.db")
    try:
        new.touch(mode=0o600)
        if path is not None:
            asyncio.run(_copy(path, new))
        else:
            _run("pg_dump", address, ["--format=custom", f"--file={new}", "--no-owner"])
        with new.open("rb") as file:
            os.fsync(file.fileno())
        new.replace(target)
    except OSError as error:
        raise ConfigError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        new.unlink(missing_ok=True)
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")
    return 0


async def _copy(path: Path, target: Path) -> None:
    from kiosk.collector.sqlite import open_sqlite

    database = await open_sqlite(path)
    try:
        await database.copy(target)
    finally:
        await database.close()


def _restore(arguments: argparse.Namespace) -> int:
    from kiosk.collector.opening import sqlite_path

    address, source = section(arguments).db, arguments.file
    if not source.is_file():
        raise ConfigError(f"{source}: is no file")
    path = sqlite_path(address)
    if path is None:
        if not arguments.yes:
            raise ConfigError("restore replaces every table of this database; stop the collectors, then give --yes")
        _run("pg_restore", address, ["--clean", "--if-exists", "--single-transaction", "--no-owner", str(source)])
    else:
        if path.exists() and not arguments.yes:
            raise ConfigError(f"{path}: there are books; stop the collector, then give --yes to replace them")
        _put_back(source, path)
    print(f"{source} → {address if path else 'PostgreSQL'}")
    return 0


def _put_back(source: Path, path: Path) -> None:
    """Checked before the old books go, and with their own WAL gone: it belongs to another file."""
    from kiosk.collector.sqlite import check_file

    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(source, new)
        new.chmod(0o600)
        check_file(new)
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        new.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        new.unlink(missing_ok=True)


def _run(program: str, address: str, options: Sequence[str]) -> None:
    """One of PostgreSQL's own programs. A password goes by the environment: others can read a command line."""
    found = shutil.which(program)
    if found is None:
        raise ConfigError(f"{program} is missing. Run: apt-get install postgresql-client")
    parts = urlsplit(address)
    plain = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@")) if parts.password else parts
    told = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    done = subprocess.run(
        [found, f"--dbname={plain.geturl()}", *options], env={**os.environ, **told}, stderr=subprocess.PIPE, check=False
    )
    if done.returncode:
        sys.stderr.write(done.stderr.decode(errors="replace"))
        raise Transient(f"{program} failed with exit code {done.returncode}")
