"""评审排名 Written reviews of entries become a ranking with a cut, and every step is told.

What comes in and what goes out are plain dicts, as they stand in JSON: packages that may not
import this one are handed :func:`rank` by a setting.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from voting.rules import exact, ranking, rounding, sheets, trimming
from voting.rules.ranking import Rung
from voting.rules.sheets import Criterion
from voting.rules.trimming import Trimmed, Trimming

FORMAT = "hongqi-reviews/1"
PLACES_SHOWN = 2
# A reviewer with fewer sheets than this has no level of their own that could be told.
LEVEL_NEEDS = 3

_STATES = {"kept": "counted", "high": "high", "low": "low"}


class _Sheet(NamedTuple):
    entry: str
    reviewer: str
    marks: Mapping[str, Fraction]
    total: Fraction
    level: Fraction

    @property
    def points(self) -> Fraction:
        """The total, moved by how far this reviewer's level is from everybody's."""
        return self.total + self.level


class _Scored(NamedTuple):
    code: str
    sheets: tuple[_Sheet, ...]
    trimmed: Trimmed
    score: Fraction


def read_criteria(document: Sequence[Mapping[str, str]]) -> list[Criterion]:
    return [
        Criterion(
            code=row["code"],
            name=row["name"],
            maximum=exact.parse(row["maximum"]),
            step=exact.parse(row["step"]),
            weight=exact.parse(row["weight"]),
        )
        for row in document
    ]


def total(marks: Mapping[str, str], criteria: Sequence[Mapping[str, str]]) -> str:
    """The weighted total of one complete sheet out of 100, for a screen.

    >>> criteria = [
    ...     {"code": "a", "name": "实效", "maximum": "50", "step": "0.5", "weight": "60"},
    ...     {"code": "b", "name": "民意", "maximum": "10", "step": "1", "weight": "40"},
    ... ]
    >>> total({"a": "45", "b": "7"}, criteria)
    '82.00'
    """
    read = {code: exact.parse(mark) for code, mark in marks.items()}
    points = sheets.sheet_total(read, read_criteria(criteria), "percent")
    return rounding.shown(points, PLACES_SHOWN)


def rank(document: Mapping[str, Any]) -> dict[str, Any]:
    """The ranking of a round of reviews.

    ``document`` holds ``criteria``, ``trim_from`` (from so many sheets of an entry on, one highest
    and one lowest are dropped; None: never), ``normalised``, ``places``, ``entries`` (``code``
    and ``name``), ``reviews`` (``entry``, ``reviewer``, ``marks``) and ``decision`` (None, or
    ``kind`` ``all``, ``rung`` or ``named`` with ``chosen``, and who decided).

    Errors
        ``ValueError`` for a sheet that is not complete, and for a decision that does not fit the
        tie at the cut.

    Source
        Award platforms rank by the mean over complete sheets: totals would punish an entry whose
        reviewer is missing. 1, 2, 2, 4: ICPC contest control system requirements.
    """
    criteria = read_criteria(document["criteria"])
    given = _sheets(document, criteria)
    rule = _trimming(document["trim_from"])
    scored = {
        entry["code"]: _score(entry["code"], given, rule)
        for entry in document["entries"]
        if any(sheet.entry == entry["code"] for sheet in given)
    }
    ladder = ranking.climb(
        list(scored), [Rung("score", lambda code: scored[code].score)]
    )
    rank_of = ranking.ranks(ladder.groups)
    line = ranking.cut(ladder.groups, document["places"])
    further = _further_rung(line.tied, line.places_left, scored, criteria)
    names = {entry["code"]: entry["name"] for entry in document["entries"]}
    order = [code for group in ladder.groups for code in group]
    digits = _digits([scored[code].score for code in order])
    return {
        "format": FORMAT,
        "ranking": [
            _row(scored[code], names[code], rank_of[code], shown, criteria, document)
            for code, shown in zip(order, digits, strict=True)
        ],
        "unranked": [
            {"entry": code, "name": name, "reason": "还没有一份评审，不能排名。"}
            for code, name in names.items()
            if code not in scored
        ],
        "cut": {
            "places": line.places,
            "inside": list(line.inside),
            "tied": list(line.tied),
            "places_left": line.places_left,
        },
        "further_rung": further,
        "decision": document["decision"],
        "chosen": _chosen(line, further, document["decision"], order),
    }


def _sheets(document: Mapping[str, Any], criteria: Sequence[Criterion]) -> list[_Sheet]:
    given = []
    for review in document["reviews"]:
        marks = {code: exact.parse(mark) for code, mark in review["marks"].items()}
        points = sheets.sheet_total(marks, criteria, "percent")
        given.append(
            _Sheet(review["entry"], review["reviewer"], marks, points, Fraction(0))
        )
    if not document["normalised"] or not given:
        return given
    whole = _mean([sheet.total for sheet in given])
    moved = []
    for sheet in given:
        own = [other.total for other in given if other.reviewer == sheet.reviewer]
        level = whole - _mean(own) if len(own) >= LEVEL_NEEDS else Fraction(0)
        moved.append(sheet._replace(level=level))
    return moved


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _trimming(trim_from: int | None) -> Trimming:
    if trim_from is None:
        return Trimming(drop_high=0, drop_low=0)
    return Trimming(at_least=trim_from - 2, small="mean")


def _score(code: str, given: Sequence[_Sheet], rule: Trimming) -> _Scored:
    own = tuple(sheet for sheet in given if sheet.entry == code)
    points = [sheet.points for sheet in own]
    trimmed = trimming.trim(points, rule)
    return _Scored(code, own, trimmed, _mean([points[i] for i in trimmed.kept]))


def _further_rung(
    tied: Sequence[str],
    places_left: int,
    scored: Mapping[str, _Scored],
    criteria: Sequence[Criterion],
) -> dict[str, Any] | None:
    """What comparing the criteria, the heaviest first, would do to the tie at the cut."""
    if not tied:
        return None
    by_weight = sorted(criteria, key=lambda criterion: -criterion.weight)
    rungs = [_criterion_rung(scored, criterion) for criterion in by_weight]
    ladder = ranking.climb(tied, rungs)
    line = ranking.cut(ladder.groups, places_left)
    return {
        "settles": line.is_settled,
        "chosen": list(line.inside) if line.is_settled else [],
        "by": list(dict.fromkeys(ladder.between)),
        "means": [
            {
                "entry": code,
                "criteria": [
                    {
                        "name": criterion.name,
                        "mean": _figure(_of_criterion(scored[code], criterion.code)),
                    }
                    for criterion in by_weight
                ],
            }
            for code in tied
        ],
    }


def _criterion_rung(scored: Mapping[str, _Scored], criterion: Criterion) -> Rung:
    return Rung(
        criterion.name, lambda code: _of_criterion(scored[code], criterion.code)
    )


def _of_criterion(entry: _Scored, code: str) -> Fraction:
    return _mean([entry.sheets[i].marks[code] for i in entry.trimmed.kept])


def _chosen(
    line: ranking.Cut,
    further: Mapping[str, Any] | None,
    decision: Mapping[str, Any] | None,
    order: Sequence[str],
) -> list[str] | None:
    """Who goes on, in the order of the ranking; None while the tie at the cut is open."""
    if line.is_settled:
        return list(line.inside)
    if decision is None:
        return None
    taken = {
        "all": list(line.tied),
        "rung": further["chosen"] if further else [],
        "named": decision.get("chosen", []),
    }[decision["kind"]]
    fits = decision["kind"] == "all" or len(set(taken)) == line.places_left
    if not fits or not set(taken) <= set(line.tied):
        raise ValueError("the decision does not fit the tie at the cut")
    going_on = {*line.inside, *taken}
    return [code for code in order if code in going_on]


def _digits(scores: Sequence[Fraction]) -> list[int]:
    """How many decimals each score needs so that no two different neighbours look equal."""
    digits = [PLACES_SHOWN] * len(scores)
    for index in range(1, len(scores)):
        if scores[index - 1] != scores[index]:
            places = rounding.deciding_places(
                scores[index - 1], scores[index], start=PLACES_SHOWN
            )
            for neighbour in (index - 1, index):
                digits[neighbour] = max(digits[neighbour], places)
    return digits


def _figure(value: Fraction, places: int = PLACES_SHOWN) -> dict[str, str]:
    return {"exact": exact.ratio(value), "shown": rounding.shown(value, places)}


def _row(
    entry: _Scored,
    name: str,
    place: int,
    digits: int,
    criteria: Sequence[Criterion],
    document: Mapping[str, Any],
) -> dict[str, Any]:
    totals = [sheet.total for sheet in entry.sheets]
    return {
        "entry": entry.code,
        "name": name,
        "rank": place,
        "score": _figure(entry.score, digits),
        "spread": _figure(max(totals) - min(totals)),
        "reviews": [
            {
                "reviewer": sheet.reviewer,
                "state": _state(entry.trimmed, index),
                "marks": {
                    code: exact.plain(mark) for code, mark in sheet.marks.items()
                },
                "total": _figure(sheet.total),
                "points": _figure(sheet.points),
                "sum": _sum(sheet, criteria),
            }
            for index, sheet in enumerate(entry.sheets)
        ],
        "sentences": _sentences(entry, digits, document),
    }


def _state(trimmed: Trimmed, index: int) -> str:
    return next(
        state for part, state in _STATES.items() if index in getattr(trimmed, part)
    )


def _sum(sheet: _Sheet, criteria: Sequence[Criterion]) -> str:
    weights = sum((criterion.weight for criterion in criteria), Fraction(0))
    parts = [
        f"{criterion.name} {exact.plain(sheet.marks[criterion.code])}"
        f" ÷ {exact.plain(criterion.maximum)}"
        f" × {rounding.shown(100 * criterion.weight / weights, PLACES_SHOWN)}"
        for criterion in criteria
    ]
    return f"{' ＋ '.join(parts)} ＝ {rounding.shown(sheet.total, PLACES_SHOWN)}"


def _sentences(entry: _Scored, digits: int, document: Mapping[str, Any]) -> list[str]:
    told = []
    if document["normalised"]:
        told.append(
            "各评审员宽严不同：先把每人的平均分移到全体平均分，再合成；"
            f"评审不足 {LEVEL_NEEDS} 份的评审员不移。"
        )
    points = [rounding.shown(sheet.points, PLACES_SHOWN) for sheet in entry.sheets]
    said = f"{len(points)} 份评审（{'、'.join(points)}）"
    if entry.trimmed.high:
        high, low = entry.trimmed.high[0], entry.trimmed.low[0]
        said += f"，去掉最高 {points[high]}，去掉最低 {points[low]}"
        said += f"，其余 {len(entry.trimmed.kept)} 份平均"
    elif len(points) > 1:
        said += "平均"
    told.append(f"{said} ＝ {rounding.shown(entry.score, digits)}。")
    if document["trim_from"] and not entry.trimmed.high:
        told.append(f"不足 {document['trim_from']} 份，不去高低分。")
    return told
