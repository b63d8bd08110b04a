"""Files: where print puts things, and errors in the user's words."""

from pathlib import Path

from kiosk.errors import ConfigError

REMEDY = "Choose a folder you may write to with --out"


def folder(path: Path) -> Path:
    """The folder, made if missing. ConfigError if it cannot be written."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"--out {path}: cannot be made: {error.strerror or error}. {REMEDY}") from error
    return path


def write(path: Path, data: bytes) -> None:
    """The file, whole. ConfigError if it cannot be written."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ConfigError(f"--out {path}: cannot be written: {error.strerror or error}. {REMEDY}") from error


def several(path: Path, parts: tuple[bytes, ...]) -> list[Path]:
    """One file, or -1, -2 ... before the ending."""
    names = [path] if len(parts) == 1 else [path.with_stem(f"{path.stem}-{n}") for n in range(1, len(parts) + 1)]
    for name, data in zip(names, parts, strict=True):
        write(name, data)
    return names
