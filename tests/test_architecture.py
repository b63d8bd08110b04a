"""The house rules that no linter knows: floors, library owners, sizes, names. The last test plants violations."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

HOUSE: Final = Path(__file__).parents[1]

FLOORS: Final = (
    {"errors"},
    {"core"},
    {"config", "ports", "shapes", "html"},
    {"supervisor", "store"},
    {"services", "adapters", "web", "sim", "materials", "radiod", "collector"},
    {"displays", "radios", "firstboot"},
    {"parts"},
    {"app"},
    {"simulation"},
    {"verbs"},
    {"cli"},
    {"__main__"},
)
"""Bottom to top. A room imports rooms of lower floors and its own files, never one beside it."""
LONERS: Final = {"services"}
"""Rooms whose files do not import one another."""

OWNERS: Final = {
    "bleak": {"adapters/bleak_radio.py"},
    "dbus_fast": {
        "adapters/bluez.py",
        "adapters/bluez_advert.py",
        "adapters/bus_checkup.py",
        "adapters/network_manager.py",
        "adapters/timedate.py",
    },
    "PIL": {
        "adapters/paint.py",
        "adapters/framebuffer.py",
        "adapters/eye.py",
        "adapters/epaper",
        "materials/",
        "shapes/",
    },
    "qrcode": {"shapes/codes.py"},
    "reportlab": {"materials/pdf.py"},
    "zxingcpp": {"adapters/code_reading.py"},
    "aiosqlite": {"store/"},
    "sqlite3": {"store/", "collector/sqlite.py"},
    "asyncpg": {"collector/postgres.py"},
    "cryptography": {"adapters/signature_check.py", "collector/signing.py"},
    "msgspec": {"core/batches.py", "core/wire.py", "config/", "web/openapi.py", "collector/"},
    "aiohttp": {"collector/", "html/", "web/", "adapters/backend.py", "adapters/link_check.py"},
    "jinja2": {"html/"},
}
"""Library -> the files that know it. Everything else that is not in the standard library is foreign."""
NOT_PURE: Final = {"asyncio", "io", "logging", "os", "random", "secrets", "socket", "subprocess", "threading", "time"}
"""What core may not import: it gets bytes and numbers in and gives values out."""

LONGEST_FILE: Final = 400
LONGEST_FUNCTION: Final = 40
BANNED_NAMES: Final = {"util", "utils", "helper", "helpers", "manager", "base", "common", "misc"}
SIZED: Final = {".py", ".sh", ".sql", ".html", ".css", ".js", ".toml", ""}
WHERE: Final = ("kiosk", "tests", "scripts", "systemd", ".ci")


def violations(house: Path) -> list[str]:
    """Everything in a house that breaks a rule, as `file:line: what`."""
    return sorted({f"{path.relative_to(house)}{problem}" for path, problem in _problems(house)})


def _problems(house: Path) -> Iterator[tuple[Path, str]]:
    for path in _files(house):
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > LONGEST_FILE:
            yield path, f": {len(lines)} lines, more than {LONGEST_FILE}"
        if path.stem in BANNED_NAMES or path.parent.name in BANNED_NAMES:
            yield path, ": a name that says nothing"
        if path.suffix == ".py":
            tree = ast.parse("\n".join(lines))
            rules = [
                _long_functions(tree),
                _anys(path.relative_to(house), tree),
                _sleeps(path.relative_to(house), tree),
            ]
            if path.is_relative_to(house / "kiosk"):
                rules += [_imports(house / "kiosk", path, tree), _nameless(tree)]
            for rule in rules:
                yield from ((path, problem) for problem in rule)


def _files(house: Path) -> Iterator[Path]:
    for top in WHERE:
        for path in (house / top).rglob("*"):
            hidden = any(part.startswith((".", "__pycache__")) for part in path.relative_to(house / top).parts)
            if path.is_file() and path.suffix in SIZED and not hidden:
                yield path


def _imports(package: Path, path: Path, tree: ast.Module) -> Iterator[str]:
    here = path.relative_to(package).as_posix()
    room = here.removesuffix(".py").partition("/")[0]
    for line, module in _imported(tree):
        top, _, inside = module.partition(".")
        if top == "kiosk":
            to = inside.partition(".")[0]
            if (package / f"{to}.py").exists() or (package / to).is_dir():
                yield from (f":{line}: {problem}" for problem in _between(room, to, inside, here))
        elif top in OWNERS and not any(here.startswith(owner) for owner in OWNERS[top]):
            yield f":{line}: {top} belongs to {', '.join(sorted(OWNERS[top]))}"
        elif top not in OWNERS and top not in sys.stdlib_module_names:
            yield f":{line}: {top} is no library of this house"
        elif room == "core" and top in NOT_PURE:
            yield f":{line}: core is pure, {top} is not"


def _imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every module imported anywhere in a file, with `from x import y` as `x.y`: y may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{'.' * node.level}{node.module or ''}.{alias.name}") for alias in node.names)


def _between(room: str, to: str, inside: str, here: str) -> Iterator[str]:
    if room == to:
        if room in LONERS and not inside.startswith(here.removesuffix(".py").replace("/", ".")):
            yield f"{room} do not import one another ({inside})"
    elif _floor(to) >= _floor(room):
        yield f"{room} may not import {to}, which is not below it"


def _floor(room: str) -> int:
    """Number of a room's floor; a room nobody planned is below the ground, so that it cannot import anything."""
    return next((number for number, floor in enumerate(FLOORS) if room in floor), -1)


def _nameless(tree: ast.Module) -> Iterator[str]:
    if ast.get_docstring(tree) is None and tree.body:
        yield ": no docstring on the door"


def _long_functions(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > LONGEST_FUNCTION:
                yield f":{node.lineno}: {node.name} has {size} lines, more than {LONGEST_FUNCTION}"


def _anys(path: Path, tree: ast.Module) -> Iterator[str]:
    if path.is_relative_to("kiosk/adapters") or path.is_relative_to("tests/rig"):
        return
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        if (isinstance(node, ast.ImportFrom) and node.module == "typing" and "Any" in names) or (
            isinstance(node, ast.Attribute) and ast.unparse(node) == "typing.Any"
        ):
            yield f":{node.lineno}: Any is for adapters"


def _sleeps(path: Path, tree: ast.Module) -> Iterator[str]:
    if not path.is_relative_to("tests") or path.is_relative_to("tests/rig"):
        return
    for node in ast.walk(tree):
        imported = isinstance(node, ast.ImportFrom) and node.module in ("time", "asyncio")
        if (isinstance(node, ast.Attribute) and ast.unparse(node) in ("time.sleep", "asyncio.sleep")) or (
            imported and isinstance(node, ast.ImportFrom) and "sleep" in [alias.name for alias in node.names]
        ):
            yield f":{node.lineno}: no test sleeps"


def test_the_house_keeps_its_rules() -> None:
    assert violations(HOUSE) == []


def test_every_room_stands_on_a_floor() -> None:
    rooms = {path.stem for path in (HOUSE / "kiosk").glob("*.py")} - {"__init__"}
    rooms |= {path.name for path in (HOUSE / "kiosk").iterdir() if any(path.glob("*.py"))}
    assert rooms <= set().union(*FLOORS)


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("kiosk/core/new.py", "from kiosk.services import collect", ":2: core may not import services"),
        ("kiosk/config/new.py", "from kiosk import ports", ":2: config may not import ports"),
        ("kiosk/web/site.py", "def f():\n    import kiosk.adapters.bluez", ":3: web may not import adapters"),
        ("kiosk/novel.py", "import kiosk.errors", ":2: novel may not import errors"),
        ("kiosk/services/show.py", "from kiosk.services.collect import x", ":2: services do not import one another"),
        ("kiosk/services/show.py", "from ..core import x", ":2:  is no library of this house"),
        ("kiosk/services/show.py", "import bleak.exc", ":2: bleak belongs to adapters/bleak_radio.py"),
        ("kiosk/store/days.py", "from requests import get", ":2: requests is no library of this house"),
        ("kiosk/core/new.py", "import asyncio", ":2: core is pure, asyncio is not"),
        ("kiosk/core/new.py", "\n" * 400, ": 401 lines, more than 400"),
        ("kiosk/html/static/page.css", "\n" * 400, ": 401 lines, more than 400"),
        ("kiosk/core/new.py", "def f():\n" + "    f()\n" * 40, ":2: f has 41 lines, more than 40"),
        ("kiosk/core/helpers.py", "", ": a name that says nothing"),
        ("kiosk/common/thing.py", "", ": a name that says nothing"),
        ("kiosk/core/new.py", "from typing import Any", ":2: Any is for adapters"),
        ("tests/core/test_new.py", "import typing\nx: typing.Any", ":3: Any is for adapters"),
        ("tests/core/test_new.py", "import time\ntime.sleep(1)", ":3: no test sleeps"),
        ("tests/core/test_new.py", "from asyncio import sleep", ":2: no test sleeps"),
    ],
)
def test_a_planted_violation_is_caught(tmp_path: Path, file: str, text: str, found: str) -> None:
    for name in ("errors", "ports", "core/windows", "services/collect", "adapters/bluez"):
        _plant(tmp_path / f"kiosk/{name}.py", '"""A room."""')
    assert violations(tmp_path) == []
    _plant(tmp_path / file, f'"""A room."""\n{text}')
    assert [f"{file}{found}"] == [each[: len(file) + len(found)] for each in violations(tmp_path)]


def test_a_door_without_a_sign_is_caught(tmp_path: Path) -> None:
    _plant(tmp_path / "kiosk/core/new.py", "X = 1")
    assert violations(tmp_path) == ["kiosk/core/new.py: no docstring on the door"]


def test_what_is_allowed_is_not_caught(tmp_path: Path) -> None:
    _plant(tmp_path / "kiosk/errors.py", '"""A room."""')
    _plant(tmp_path / "kiosk/core/one.py", '"""A room."""\nfrom kiosk.errors import X\nfrom kiosk.core import two')
    _plant(tmp_path / "kiosk/core/two.py", '"""A room."""\nimport hashlib')
    _plant(tmp_path / "kiosk/web/site.py", '"""A room."""\nimport aiohttp.web\nfrom kiosk import __version__')
    _plant(tmp_path / "kiosk/adapters/bluez.py", '"""A room."""\nimport dbus_fast\nfrom typing import Any')
    _plant(tmp_path / "tests/rig/test_it.py", "import asyncio\nfrom typing import Any\nasyncio.sleep(1)")
    assert violations(tmp_path) == []


def _plant(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
