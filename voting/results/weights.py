"""Who decided: the weight of each part as it was written, and as it worked. Pure."""

from fractions import Fraction
from typing import NamedTuple

from voting.results.standings import Json, counting_parts, value
from voting.rules.influence import spread
from voting.rules.rounding import shown
from voting.rules.rule_sheet import RuleSheet
from voting.rulesheets.wording import percent

_PLACES_OF_SPREAD = 3


class Weight(NamedTuple):
    """``effective`` is empty where the scores of all entries are the same."""

    name: str
    nominal: str
    effective: str
    low: str
    high: str
    spread: str


def weights(rules: RuleSheet, outcome: Json) -> list[Weight]:
    """One for each part that counts, over the entries that have all of them.

    A part whose scores lie close together decides little, whatever its weight is called: the
    effective weight is its weight times the spread of its scores, as a share of all parts.
    """
    entries = [counting_parts(entry) for entry in outcome["ranking"]]
    names = {part["code"]: part["name"] for parts in entries for part in parts}
    whole = [
        {part["code"]: part for part in parts}
        for parts in entries
        if len(parts) == len(names)
    ]
    if len(whole) < 2 or len(names) < 2:
        return []
    points = {code: [value(parts[code]["points"]) for parts in whole] for code in names}
    nominal = _nominal(rules)
    works = {code: nominal[code] * spread(points[code]) for code in names}
    together = sum(works.values(), Fraction(0))
    return [
        Weight(
            name=names[code],
            nominal=percent(nominal[code]),
            effective=f"{shown(works[code] / together * 100, 0)}%" if together else "",
            low=shown(min(points[code]), rules.shown_places),
            high=shown(max(points[code]), rules.shown_places),
            spread=shown(spread(points[code]), _PLACES_OF_SPREAD),
        )
        for code in names
    ]


def _nominal(rules: RuleSheet) -> dict[str, Fraction]:
    return {
        "marks": rules.marks_weight(),
        "votes": rules.online_weight or Fraction(0),
        **{f"extra:{extra.code}": extra.weight for extra in rules.extras},
    }
