"""Steps: the three moves abreast or listed, ten phones in a row, and the lines of the set-up card. Blocks of the column
(core/column.py)."""

from typing import Final

from kiosk.core.column import STEP_ICONS, Block, Column, hang
from kiosk.core.items import Disc, Icon, Item, baseline
from kiosk.core.look import Colour
from kiosk.core.pages import Check, Mark, Page
from kiosk.core.wording import Words

PHONES: Final = 10


def steps(page: Page, column: Column, *, english: bool, whole: bool) -> Block | None:
    """Abreast in short words, or in whole sentences as the page wishes; on a narrow panel short and listed."""
    if not page.steps:
        return None
    if page.listed:
        block = _sentences(page.steps, column, english=english) if whole else None
        return block or _short(page.short, column)
    return _short(page.steps, column)


def _short(moves: tuple[Words, ...], column: Column) -> Block | None:
    for size in column.sizes(38):
        block = _abreast(moves, column, size)
        if block is not None:
            return block
    return _listed(moves, column)


def _abreast(moves: tuple[Words, ...], column: Column, size: int) -> Block | None:
    small = max(column.smallest, round(0.9 * size))
    icon, gap = round(1.68 * size), 0.42 * size
    line, small_line = 1.21 * size, 1.18 * small
    widths = [icon + gap + max(column.wide(step.vi, 600, size), column.wide(step.en, 400, small)) for step in moves]
    between = (column.width - sum(widths)) / max(1, len(widths) - 1)
    if between < 0.55 * size:
        return None
    look, items, x = column.palette, list[Item](), 0.0
    for step, name, width in zip(moves, STEP_ICONS, widths, strict=False):
        items += [
            Icon(x + hang("scan", icon), (line + small_line - icon) / 2, name, icon, _ink(column)),
            column.line(x + icon + gap, baseline(line, size), step.vi, 600, size, look.text),
            column.line(x + icon + gap, line + baseline(small_line, small), step.en, 400, small, look.second),
        ]
        x += width + between
    return Block("steps", column.px(column.gaps.steps), line + small_line, tuple(items), stretch=2)


def _listed(moves: tuple[Words, ...], column: Column) -> Block | None:
    for size in column.sizes(38):
        icon, gap, line = round(1.3 * size), 0.46 * size, 1.6 * size
        if max(icon + gap + column.wide(step.vi, 600, size) for step in moves) > column.width:
            continue
        items: list[Item] = []
        for index, (step, name) in enumerate(zip(moves, STEP_ICONS, strict=False)):
            y = index * line
            items += [
                Icon(hang("scan", icon), y + (line - icon) / 2, name, icon, _ink(column)),
                column.line(icon + gap, y + baseline(line, size), step.vi, 600, size, column.palette.text),
            ]
        return Block("steps", column.px(column.gaps.steps / 2), line * len(moves), tuple(items), stretch=2)
    return None


def _sentences(moves: tuple[Words, ...], column: Column, *, english: bool) -> Block | None:
    """Each move as a sentence of one or two lines beside its disc, English below."""
    for size in column.sizes(52):
        small, disc = max(column.smallest, round(0.66 * size)), round(2.1 * size)
        left = 1.36 * disc
        room = column.width - left
        rows: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        for step in moves:
            vi = column.wrapped(step.vi, 600, size, room, 2)
            en = column.wrapped(step.en, 400, small, room, 2) if english else ()
            if vi is None or en is None:
                break
            rows.append((vi, en))
        if len(rows) == len(moves):
            return _rows(rows, column, (size, small, disc, left))
    return None


def _rows(
    rows: list[tuple[tuple[str, ...], tuple[str, ...]]], column: Column, sizes: tuple[int, int, int, float]
) -> Block:
    size, small, disc, left = sizes
    line, small_line, between = 1.2 * size, 1.25 * small, column.px(34)
    look, items, y = column.palette, list[Item](), 0.0
    for number, (vi, en) in enumerate(rows):
        words = line * len(vi) + small_line * len(en)
        height = max(words, float(disc))
        icon = round(0.56 * disc)
        middle, down = y + height / 2, y + (height - words) / 2
        items += [
            Disc(0, middle - disc / 2, disc, look.accent),
            Icon((disc - icon) / 2, middle - icon / 2, STEP_ICONS[number], icon, look.on_accent),
        ]
        for index, text in enumerate(vi):
            items.append(column.line(left, down + index * line + baseline(line, size), text, 600, size, look.text))
        down += line * len(vi)
        for index, text in enumerate(en):
            at = down + index * small_line + baseline(small_line, small)
            items.append(column.line(left, at, text, 400, small, look.second))
        y += height + between
    return Block("steps", column.px(1.4 * column.gaps.steps), y - between, tuple(items), stretch=2)


def checks(page: Page, column: Column, *, english: bool, well: bool) -> Block | None:
    """Each part of a box that is being set up beside its mark; without `well` only what is not well."""
    shown = [check for check in page.checks if well or check.mark in (Mark.BANG, Mark.WAIT)]
    for size in column.sizes(40) if shown else []:
        icon, small = round(1.2 * size), max(column.smallest, round(0.8 * size))
        left = 1.6 * size
        room = column.width - left
        told = [(check, *_told(check, column, (size, small), room, english=english)) for check in shown]
        rows = [(check, vi, en) for check, vi, en in told if vi is not None and en is not None]
        if len(rows) == len(shown):
            return _checked(rows, column, (size, small, icon, left))
    return None


def _told(
    check: Check, column: Column, sizes: tuple[int, int], room: float, *, english: bool
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    vi = column.wrapped(f"{check.name.vi}: {check.value.vi}", 600, sizes[0], room, 2)
    en = column.wrapped(f"{check.name.en}: {check.value.en}", 400, sizes[1], room, 2)
    return vi, en if english and check.name.en else ()


def _checked(
    rows: list[tuple[Check, tuple[str, ...], tuple[str, ...]]], column: Column, sizes: tuple[int, int, int, float]
) -> Block:
    size, small, icon, left = sizes
    line, small_line, between = 1.3 * size, 1.25 * small, column.px(14)
    look, items, y = column.palette, list[Item](), 0.0
    inks = {Mark.TICK: look.text, Mark.WAIT: look.second, Mark.BANG: look.accent, Mark.NONE: look.second}
    for check, vi, en in rows:
        items.append(Icon(hang("scan", icon), y + (line - icon) / 2, check.mark.value, icon, inks[check.mark]))
        for index, text in enumerate(vi):
            items.append(column.line(left, y + index * line + baseline(line, size), text, 600, size, look.text))
        y += line * len(vi)
        for index, text in enumerate(en):
            at = y + index * small_line + baseline(small_line, small)
            items.append(column.line(left, at, text, 400, small, look.second))
        y += small_line * len(en) + between
    return Block("checks", column.px(column.gaps.steps), y - between, tuple(items), stretch=2)


def phones(page: Page, column: Column) -> Block | None:
    """Ten phones in a row, those with the app in yellow: the same in any language."""
    if page.phones_in_ten is None:
        return None
    pitch = min(column.width / PHONES, 84 * column.unit)
    icon = round(0.86 * pitch)
    look = column.palette
    items = tuple(
        Icon(index * pitch + hang("shield", icon), 0, "phone" if index >= page.phones_in_ten else "phone-full", icon,
             look.accent if index < page.phones_in_ten else look.icon)
        for index in range(PHONES)
    )  # fmt: skip
    return Block("phones", column.px(40), icon, items)


def _ink(column: Column) -> Colour:
    """Sunlight on a screen; paper has ink alone."""
    return column.palette.text if column.ink.paper else column.palette.accent
