"""What a correction changed: two outcomes beside each other, entry by entry. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

LEAST_REASON = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in one outcome. Without a rank ``why_none`` says why.

    ``exact`` is the whole score as a fraction, ``score`` as it is shown.
    """

    rank: int | None
    score: str
    exact: str
    has_flag: bool
    why_none: str = ""

    @property
    def told(self) -> str:
        """
        >>> Place(2, "87.42", "8742/100", True).told
        '第 2 名，87.42 分，红旗'
        """
        if self.rank is None:
            return self.why_none or "没有名次"
        flag = "，红旗" if self.has_flag else ""
        return f"第 {self.rank} 名，{self.score} 分{flag}"


ABSENT = Place(None, "", "", False, "没有列出名次")


@dataclass(frozen=True, slots=True)
class Change:
    """One entry whose rank, score or flag is not what it was."""

    plate: str
    name: str
    before: Place
    after: Place

    @property
    def wins_flag(self) -> bool:
        return self.after.has_flag and not self.before.has_flag

    @property
    def loses_flag(self) -> bool:
        return self.before.has_flag and not self.after.has_flag

    @property
    def moves(self) -> bool:
        return self.before.rank != self.after.rank


def changes(before: Json, after: Json) -> list[Change]:
    """Every entry that a correction touched, in the order of the corrected result.

    Scores are compared exactly: what differs behind the shown digits is a change too.
    """
    old, new = _places(before), _places(after)
    names = _names(before) | _names(after)
    return [
        Change(plate, names[plate], old.get(plate, ABSENT), new.get(plate, ABSENT))
        for plate in [*new, *(plate for plate in old if plate not in new)]
        if old.get(plate, ABSENT) != new.get(plate, ABSENT)
    ]


def _places(outcome: Json) -> dict[str, Place]:
    inside = set(outcome["cut"]["inside"]) if outcome["cut"] else set()
    found = {
        entry["entry"]: Place(
            entry["rank"],
            entry["total"]["shown"],
            entry["total"]["exact"],
            entry["entry"] in inside,
        )
        for entry in outcome["ranking"]
    }
    for entry in (*outcome["unranked"], *outcome["withdrawn"]):
        found[entry["entry"]] = Place(None, "", "", False, entry["reason"])
    return found


def _names(outcome: Json) -> dict[str, str]:
    every = (*outcome["ranking"], *outcome["unranked"], *outcome["withdrawn"])
    return {entry["entry"]: entry["name"] for entry in every}
