"""The replays of a folder of published contests as one table."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from voting.replays import eurovision, isu
from voting.replays.checks import Check, UnreadableFile, compare
from voting.rules.rounding import half_up, shown
from voting.rules.trimming import trimmed_mean

# Four judges; 7 and 7.25 are left, so the mean ends in exactly half a hundredth.
OWN_EXAMPLE = (Fraction(6), Fraction(7), Fraction("7.25"), Fraction("7.5"))
OWN_RESULT = "7.13"


def replay_folder(folder: Path) -> list[Check]:
    """Replay every contest whose files are in the folder, and the rounding example of our own.

    Errors
        :class:`~voting.replays.checks.UnreadableFile` if a file is bad or none is there.
    """
    checks: list[Check] = []
    if (folder / isu.FILE).is_file():
        checks += isu.replay(folder / isu.FILE)
    if (folder / eurovision.VOTES_FILE).is_file():
        checks += eurovision.replay(
            folder / eurovision.VOTES_FILE, folder / eurovision.PLACES_FILE
        )
    if not checks:
        raise UnreadableFile(f"no file of published contests in {folder.name}")
    return checks + rounding_example()


def rounding_example() -> list[Check]:
    """Half-up against banker's rounding on a panel of four."""
    mean = trimmed_mean(OWN_EXAMPLE, drop=1)
    return [
        compare(
            "own example", "half-up", [("mean", shown(half_up(mean, 2), 2), OWN_RESULT)]
        ),
        compare(
            "own example",
            "banker's rounding",
            [("mean", shown(_half_even(mean, 2), 2), OWN_RESULT)],
            is_our_rule=False,
        ),
    ]


def _half_even(value: Fraction, places: int) -> Fraction:
    return round(value, places)


def table(checks: Sequence[Check]) -> str:
    """Plain text: our rules first as they are checked, wrong rules marked as such."""
    lines = [f"{'contest':<13}{'rule':<40}{'equal':>7}{'of':>7}  verdict"]
    for check in checks:
        lines.append(
            f"{check.contest:<13}{check.name:<40}{check.right:>7}{check.of:>7}  {_verdict(check)}"
        )
    lines += [
        f"first difference, {c.contest}, {c.name}: {c.first_difference}"
        for c in checks
        if c.is_bad
    ]
    return "\n".join(lines)


def _verdict(check: Check) -> str:
    if check.is_our_rule:
        return "exact" if check.right == check.of else "DIFFERS"
    wrong = check.of - check.right
    return (
        f"wrong rule, fails on {wrong}"
        if wrong
        else "wrong rule, not seen in this data"
    )
