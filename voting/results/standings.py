"""A stored outcome as the list that page, screen and export show. Pure: no rows, no clock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from voting.rules import exact
from voting.rules.rounding import deciding_places, shown, to_decimal
from voting.rules.rule_sheet import RuleSheet
from voting.rulesheets.wording import percent

Json = Mapping[str, Any]

# How a part of the score is called in a row, where its full name is too long.
_SHORT = {"marks": "现场", "votes": "民意"}

_SPOKEN = list("零一两三四五六七八九十")
_SPOKEN += [f"十{digit}" for digit in "一二三四五六七八九"] + ["二十"]


class Row(NamedTuple):
    """One ranked entry. ``shares`` are the parts of its score out of 100, for the bar.

    ``score`` has as many digits as part it from its neighbours. ``deciding`` says what parted it
    from the next one below where even these are equal.
    """

    plate: str
    name: str
    rank: int
    place: str
    score: str
    exact: str
    shares: list[Decimal]
    parts: str
    deciding: str
    has_flag: bool


class LeftOut(NamedTuple):
    plate: str
    name: str
    reason: str


class Unlisted(NamedTuple):
    """An entry of which the rule sheet lets the pages tell nothing but who it is."""

    plate: str
    name: str


@dataclass(frozen=True, slots=True)
class Standings:
    """``why_not_exact`` says why there are not as many flags as places; empty when there are."""

    rows: list[Row]
    unlisted: list[Unlisted]
    unranked: list[LeftOut]
    withdrawn: list[LeftOut]
    legend: list[str]
    places: int | None
    why_not_exact: str
    ties: list[str]
    notes: list[str]

    @property
    def flags(self) -> list[Row]:
        return [row for row in self.rows if row.has_flag]

    @property
    def title(self) -> str:
        """十面红旗: as many as there are, in words as they are spoken."""
        count = len(self.flags)
        spoken = _SPOKEN[count] if count < len(_SPOKEN) else f" {count} "
        return f"{spoken}面红旗".strip()

    @property
    def cut_text(self) -> str:
        return f"以上 {len(self.flags)} 个单位拟授红旗，以下按得分排列"

    @property
    def final_cut_text(self) -> str:
        return f"以上 {len(self.flags)} 个单位获红旗，以下按得分排列"


def value(figure: Json) -> Fraction:
    """The exact number of a figure in the outcome."""
    return exact.parse(figure["exact"])


def published(rules: RuleSheet, outcome: Json) -> Json:
    """The part of an outcome that the result's pages tell: all of it, or only the flags.

    With ``publishing`` "top" the others are ``unlisted``: by number and name, in the order of
    the numbers. Nobody above the line is then compared with somebody below it.
    """
    if rules.publishing == "all":
        return outcome
    inside = set(outcome["cut"]["inside"])
    told = [entry for entry in outcome["ranking"] if entry["entry"] in inside]
    others = [
        entry
        for entry in (*outcome["ranking"], *outcome["unranked"])
        if entry["entry"] not in inside
    ]
    if told and told[-1]["parted_by"]:
        told[-1] = {**told[-1], "sentences": told[-1]["sentences"][:-1]}
    return {
        **outcome,
        "ranking": told,
        "unranked": [],
        "unlisted": [
            {"entry": entry["entry"], "number": entry["number"], "name": entry["name"]}
            for entry in sorted(others, key=lambda entry: entry["number"])
        ],
        "ties": [tie for tie in outcome["ties"] if inside & set(tie["entries"])],
        "missing": [],
    }


def standings(rules: RuleSheet, outcome: Json) -> Standings:
    cut = outcome["cut"]
    inside = set(cut["inside"]) if cut else set()
    scores = _scores(rules, outcome["ranking"])
    below = [*scores[1:], None]
    return Standings(
        rows=[
            _row(entry, score, score == next_score, inside)
            for entry, score, next_score in zip(
                outcome["ranking"], scores, below, strict=True
            )
        ],
        unlisted=[
            Unlisted(entry["entry"], entry["name"])
            for entry in outcome.get("unlisted", [])
        ],
        unranked=[_left_out(entry) for entry in outcome["unranked"]],
        withdrawn=[_left_out(entry) for entry in outcome["withdrawn"]],
        legend=_legend(rules),
        places=cut["places"] if cut else None,
        why_not_exact=_why_not_exact(rules, outcome),
        ties=list(_ties(rules, outcome)),
        notes=list(outcome["notes"]),
    )


def other_methods(outcome: Json, whatif: Sequence[Json]) -> list[str]:
    """Whose flag hangs on the method: a sentence for each other way of counting."""
    names = _names(outcome)
    told = []
    for column in whatif[1:]:
        moves = [
            f"{word}：{'、'.join(f'{code} {names[code]}' for code in column[key])}"
            for word, key in (("多出", "entering"), ("少了", "leaving"))
            if column[key]
        ]
        told.append(f"{column['name']}，{'；'.join(moves) or '红旗不变'}。")
    return told


def place(entry: Json) -> str:
    """
    >>> place({"rank": 2, "is_shared": True})
    '并列第 2 名'
    """
    return f"{'并列' if entry['is_shared'] else ''}第 {entry['rank']} 名"


def counting_parts(entry: Json) -> list[Json]:
    """The parts that weigh something: an advisory vote is not among them."""
    return [part for part in entry["parts"] if value(part["weight"])]


def shares(entry: Json) -> list[Decimal]:
    """The parts of the score out of 100, for a bar."""
    return [to_decimal(value(p["weighted"]), 2) for p in counting_parts(entry)]


def score_of(rules: RuleSheet, outcome: Json, plate: str) -> str:
    """The score of one ranked entry with the digits that it has in the list."""
    scores = _scores(rules, outcome["ranking"])
    codes = [entry["entry"] for entry in outcome["ranking"]]
    return scores[codes.index(plate)]


def _scores(rules: RuleSheet, ranking: Sequence[Json]) -> list[str]:
    """With the digits that all have, and more where neighbours differ only in these."""
    totals = [value(entry["total"]) for entry in ranking]
    places = [rules.shown_places] * len(totals)
    for index, (high, low) in enumerate(pairwise(totals)):
        if high > low:
            needed = deciding_places(high, low, start=rules.shown_places)
            places[index] = max(places[index], needed)
            places[index + 1] = max(places[index + 1], needed)
    return [shown(total, count) for total, count in zip(totals, places, strict=True)]


def _row(entry: Json, score: str, is_as_below: bool, inside: set[str]) -> Row:
    parts = counting_parts(entry)
    told = [
        f"{_SHORT.get(part['code'], part['name'])} {part['weighted']['shown']}"
        for part in parts
    ]
    told += [f"{note['name']} {note['points']['shown']}" for note in entry["added"]]
    text = " ＋ ".join(told) + "".join(
        f" － 扣分 {note['points']['shown']}" for note in entry["deducted"]
    )
    return Row(
        plate=entry["entry"],
        name=entry["name"],
        rank=entry["rank"],
        place=place(entry),
        score=score,
        exact=entry["total"]["exact"],
        shares=shares(entry),
        parts=text,
        deciding=entry["sentences"][-1] if is_as_below and entry["parted_by"] else "",
        has_flag=entry["entry"] in inside,
    )


def _left_out(entry: Json) -> LeftOut:
    return LeftOut(entry["entry"], entry["name"], entry["reason"])


def _legend(rules: RuleSheet) -> list[str]:
    labels = []
    if rules.marks_weight():
        labels.append(f"现场评比 {percent(rules.marks_weight())}")
    if rules.online_weight:
        labels.append(f"民意测评 {percent(rules.online_weight)}")
    labels += [
        f"{extra.name} {percent(extra.weight)}"
        for extra in rules.extras
        if extra.way == "weighted"
    ]
    return labels


def _names(outcome: Json) -> dict[str, str]:
    entries = (
        *outcome["ranking"],
        *outcome["unranked"],
        *outcome.get("unlisted", []),
    )
    return {entry["entry"]: entry["name"] for entry in entries}


def _why_not_exact(rules: RuleSheet, outcome: Json) -> str:
    cut = outcome["cut"]
    if cut is None:
        return ""
    if cut["tied"]:
        names = _names(outcome)
        tied = "、".join(f"{code} {names[code]}" for code in cut["tied"])
        how = "当众抽签" if rules.ladder[-1] == "lot" else "由具名人员裁定"
        return (
            f"现在定下 {len(cut['inside'])} 面。{tied}从综合得分到最后一级比较都相同，"
            f"只剩 {cut['places_left']} 面，按规则{how}，定下以后公布在这里。"
            "不多给，也不少给。"
        )
    if len(cut["inside"]) < cut["places"]:
        return (
            f"红旗有 {cut['places']} 面，有综合得分的单位只有 {len(cut['inside'])} 个，"
            f"所以授出 {len(cut['inside'])} 面。"
        )
    return ""


def _ties(rules: RuleSheet, outcome: Json) -> Iterator[str]:
    names = _names(outcome)
    for tie in outcome["ties"]:
        tied = "、".join(f"{code} {names[code]}" for code in tie["entries"])
        head = f"第 {tie['rank']} 名：{tied}各级都相同，"
        if tie["settled_by"] == "lot":
            yield f"{head}当众抽签定先后，先抽到的在前。名单校验值 {tie['list_hash']}。"
        elif tie["settled_by"] == "decision":
            yield f"{head}由{'、'.join(tie['by'])}裁定先后，理由：{tie['reason']}"
        else:
            yield f"{head}名次并列，后面的名次空出。"
