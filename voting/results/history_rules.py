"""A unit's years beside each other: what may be compared, and what may not. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from voting.rules import exact
from voting.rules.rounding import shown

# What a rule sheet says beside its rules: another name for the same sum.
_BESIDE_THE_RULES = ("title", "note", "publishing", "shown_on_wall")


class Part(NamedTuple):
    name: str
    points: str


@dataclass(frozen=True, slots=True)
class Year:
    """One contest as one unit went through it. ``rank`` None: it has none that is public.

    ``deeds`` and ``deeds_closed`` are what its page showed when the poll opened.
    """

    slug: str
    contest: str
    year: int
    plate: str
    rules: str
    of: int
    rank: int | None = None
    place: str = ""
    score: Fraction | None = None
    score_shown: str = ""
    shown_places: int = 2
    parts: tuple[Part, ...] = ()
    has_flag: bool = False
    is_final: bool = True
    why_unranked: str = ""
    deeds: int | None = None
    deeds_closed: int | None = None

    @property
    def is_in_the_name(self) -> bool:
        """Whether the contest's own name says which year it was."""
        return str(self.year) in self.contest


@dataclass(frozen=True, slots=True)
class Compared:
    """A year and what it is beside the one before. Empty text: there is nothing to compare."""

    year: Year
    rank_change: str = ""
    score_change: str = ""


def compared(years: Sequence[Year]) -> list[Compared]:
    """Newest first. Ranks are told beside how many took part; scores only under one rule.

    >>> one = Year("a", "甲", 2025, "07", rules="x", of=20, rank=5, score=Fraction(80))
    >>> two = Year("b", "乙", 2026, "07", rules="x", of=24, rank=2, score=Fraction(161, 2))
    >>> [(c.rank_change, c.score_change) for c in compared([one, two])]
    [('比 2025 年进 3 名', '比 2025 年多 0.50 分'), ('', '')]
    """
    in_order = sorted(years, key=lambda year: (year.year, year.slug))
    told = [
        Compared(year, _ranks(year, earlier), _scores(year, earlier))
        if earlier
        else Compared(year)
        for year, earlier in zip(in_order, [None, *in_order], strict=False)
    ]
    return told[::-1]


def fingerprint(rules: Mapping[str, Any]) -> str:
    """The same for two rule sheets exactly when they count alike."""
    counted = {
        name: value for name, value in rules.items() if name not in _BESIDE_THE_RULES
    }
    return exact.digest(counted)


def _ranks(year: Year, earlier: Year) -> str:
    if year.rank is None or earlier.rank is None:
        return ""
    moved = earlier.rank - year.rank
    if not moved:
        return f"和 {earlier.year} 年相同"
    return f"比 {earlier.year} 年{'进' if moved > 0 else '退'} {abs(moved)} 名"


def _scores(year: Year, earlier: Year) -> str:
    if year.score is None or earlier.score is None:
        return ""
    if year.rules != earlier.rules:
        return f"和 {earlier.year} 年的计分规则不同，得分不能比"
    moved = year.score - earlier.score
    if not moved:
        return f"和 {earlier.year} 年相同"
    more = shown(abs(moved), year.shown_places)
    return f"比 {earlier.year} 年{'多' if moved > 0 else '少'} {more} 分"
