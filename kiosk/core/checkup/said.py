"""Said: checks as lines for a terminal, Vietnamese first, and as one JSON object for scripts."""

from typing import Final, TypedDict

from kiosk.core.checkup.verdict import Check, Verdict
from kiosk.core.wording import Words

MARKS: Final = {
    Verdict.OK: "✓",
    Verdict.WARNING: "!",
    Verdict.BAD: "×",
    Verdict.UNKNOWN: "?",
    Verdict.NOT_HERE_YET: "–",
}


class CheckDocument(TypedDict):
    """One check; `verdict` is ok, warning, bad, cannot-tell or not-here-yet."""

    key: str
    verdict: str
    title: dict[str, str]
    said: dict[str, str]
    mend: str | None
    detail: str | None


class CheckupDocument(TypedDict):
    """`kiosk doctor --json`: `healthy` is what the exit status says."""

    healthy: bool
    checks: list[CheckDocument]


def document(checks: tuple[Check, ...], *, healthy: bool) -> CheckupDocument:
    """For scripts."""
    return CheckupDocument(
        healthy=healthy,
        checks=[
            CheckDocument(
                key=check.key,
                verdict=check.verdict.value,
                title=check.title._asdict(),
                said=check.said._asdict(),
                mend=check.mend or None,
                detail=check.detail or None,
            )
            for check in checks
        ],
    )


def lines(checks: tuple[Check, ...]) -> list[str]:
    """For a person: one block a check, and at the end how many are to be mended."""
    told: list[str] = []
    for check in checks:
        told.append(f"{MARKS[check.verdict]} {check.title.vi}: {check.said.vi}")
        told.append(f"    {check.title.en}: {check.said.en}")
        if check.detail:
            told.append(f"    {check.detail}")
        if check.mend:
            told.append(f"    $ {check.mend}")
    total = _total(checks)
    return [*told, "", total.vi, total.en]


def _total(checks: tuple[Check, ...]) -> Words:
    """The last two lines."""
    bad, looks = (sum(check.verdict is verdict for check in checks) for verdict in (Verdict.BAD, Verdict.WARNING))
    if bad:
        return Words(
            f"{bad} việc phải sửa, {looks} việc cần để ý. Chạy lệnh sau dấu $ từ trên xuống.",
            f"{bad} to mend, {looks} to look at. Run the commands behind $ from the top.",
        )
    if looks:
        return Words(f"Không có gì phải sửa, {looks} việc cần để ý.", f"Nothing to mend, {looks} to look at.")
    return Words("Mọi thứ đều tốt.", "All is well.")
