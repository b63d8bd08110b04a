"""Docs that lag fail here: every verb, option, key, table, column and room is named where people look for it."""

import argparse
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from kiosk import __version__
from kiosk.cli import parser
from kiosk.config import keys
from kiosk.verbs import collector

HOUSE: Final = Path(__file__).parents[1]
PAGES: Final = sorted([*HOUSE.glob("*.md"), *(HOUSE / "docs").glob("*.md"), *(HOUSE / "tests").rglob("*.md")])


def text(*names: str) -> str:
    """The text of files of the house; a missing one is empty."""
    paths = [HOUSE / name for name in names]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.exists())


def code(markdown: str) -> set[str]:
    """Every word in code spans and code blocks."""
    spans = re.findall(r"`([^`\n]+)`", markdown)
    blocks = re.findall(r"```.*?```|^(?: {4}|\t).*$", markdown, re.DOTALL | re.MULTILINE)
    return set(re.findall(r"[\w./-]+", " ".join([*spans, *blocks])))


def verbs() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def options() -> list[tuple[str, str]]:
    """(verb, option) for the whole command; the verb is empty for options of `kiosk` itself."""
    return [
        (verb, option)
        for verb, of in [("", parser()), *verbs()]
        for action in of._actions
        for option in action.option_strings
        if option not in ("-h", "--help")
    ]


def collector_verbs() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every verb below `kiosk collector` with its words."""
    waiting = [("", collector.parser())]
    while waiting:
        words, of = waiting.pop()
        below = [action for action in of._actions if isinstance(action, argparse._SubParsersAction)]
        if words and not below:
            yield words, of
        waiting += [(f"{words} {verb}".strip(), each) for action in below for verb, each in action.choices.items()]


def columns(*names: str) -> list[tuple[str, str]]:
    """(table, column) of every table that the migrations of these folders make."""
    found = []
    for folder in (HOUSE / "kiosk/migrations" / name for name in names):
        store = sqlite3.connect(":memory:")
        for step in sorted(folder.glob("*.sql")):
            store.executescript(step.read_text(encoding="utf-8"))
        for (table,) in store.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            found += [(table, column[1]) for column in store.execute(f"PRAGMA table_info({table})")]
        store.close()
    return found


@pytest.mark.parametrize("verb", [verb for verb, _ in verbs()])
def test_every_verb_is_in_the_readme_or_operations(verb: str) -> None:
    assert f"kiosk {verb}" in text("README.md", "docs/operations.md")


@pytest.mark.parametrize(("verb", "option"), options())
def test_every_option_is_in_the_readme_or_operations(verb: str, option: str) -> None:
    assert option in code(text("README.md", "docs/operations.md")), f"kiosk {verb} {option}"


@pytest.mark.parametrize(
    ("section", "key"), [(section, key) for section, of in keys().items() for key in of.__annotations__]
)
def test_every_configuration_key_is_explained(section: str, key: str) -> None:
    example = text("config.example.toml").partition(f"[{section}]\n")[2].partition("\n[")[0]
    assert f"\n{key} = " in example or f"{section}.{key}" in code(text("docs/operations.md"))


@pytest.mark.parametrize(("table", "column"), columns("day", "state"))
def test_every_table_and_column_is_in_protocol_or_architecture(table: str, column: str) -> None:
    assert {table, column} <= code(text("docs/protocol.md", "docs/architecture.md"))


@pytest.mark.parametrize(
    ("verb", "of"), list(collector_verbs()), ids=lambda each: each if isinstance(each, str) else ""
)
def test_every_verb_and_option_of_the_collector_is_explained(verb: str, of: argparse.ArgumentParser) -> None:
    page = text("docs/collector.md")
    assert f"kiosk collector {verb}" in page
    options = {option for action in of._actions for option in action.option_strings} - {"-h", "--help"}
    assert sorted(options - code(page)) == []


@pytest.mark.parametrize(("table", "column"), columns("collector/sqlite"))
def test_every_table_and_column_of_the_collector_is_explained(table: str, column: str) -> None:
    assert {table, column} <= code(text("docs/collector.md"))


@pytest.mark.parametrize("page", ["README.md", "docs/architecture.md"])
def test_the_tree_names_every_room_of_the_package(page: str) -> None:
    package = HOUSE / "kiosk"
    rooms = [path.name for path in package.iterdir() if path.is_dir() and not path.name.startswith("_")]
    tree = text(page)
    assert [room for room in sorted(rooms) if not re.search(rf"\b{room}/", tree)] == []


def test_the_tree_of_the_architecture_names_every_module_of_the_core() -> None:
    tree = text("docs/architecture.md")
    modules = [path.name for path in (HOUSE / "kiosk").glob("*.py")] + [
        path.name for path in (HOUSE / "kiosk/core").glob("*.py")
    ]
    assert [name for name in sorted(modules) if not name.startswith("_") and name not in tree] == []


def test_the_readme_has_the_two_commands_and_pictures() -> None:
    readme = text("README.md")
    assert {"scripts/simulate", "scripts/check"} <= code(readme)
    assert len(re.findall(r"!\[[^\]]+\]\(docs/pictures/", readme)) >= 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(HOUSE).as_posix())
def test_every_link_inside_the_house_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    inside = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in inside if not (page.parent / target).exists()] == []


def test_every_script_is_explained_somewhere() -> None:
    scripts = [path.name for path in (HOUSE / "scripts").iterdir() if path.is_file()]
    words = code("\n".join(page.read_text(encoding="utf-8") for page in PAGES))
    assert [name for name in sorted(scripts) if f"scripts/{name}" not in words] == []


def test_the_changelog_tells_of_this_version() -> None:
    sections = re.split(r"^## ", text("CHANGELOG.md"), flags=re.MULTILINE)[1:]
    told = [section for section in sections if section.startswith((f"[{__version__}]", "[Unreleased]"))]
    assert any(re.search(r"^- \S", section, re.MULTILINE) for section in told)
