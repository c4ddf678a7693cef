"""Contests of every kind that a rule sheet allows, made from a number: the same each time.

They are small and crowded, so that ties, void panels and empty rounds are common.
"""

from dataclasses import replace
from fractions import Fraction
from random import Random

from voting.rules.combining import Deduction
from voting.rules.engine import compute
from voting.rules.inputs import (
    Absence,
    Decision,
    Entry,
    Inputs,
    Marks,
    Recusal,
    Seat,
    Withdrawal,
)
from voting.rules.rule_sheet import (
    ExtraRule,
    Grade,
    PanelRule,
    RoundRule,
    RuleSheet,
    VotesRule,
    heaviest_panels,
    rung_names,
)
from voting.rules.sheets import Criterion
from voting.rules.trimming import Trimming

SEED = "31415926535897932384"
STAGES = (
    "sheet",
    "criterion",
    "criterion_weighted",
    "panel",
    "round",
    "marks",
    "votes",
    "weighted",
    "total",
)
GRADES = (
    Grade("good", "满意", Fraction(100)),
    Grade("fair", "基本满意", Fraction(60)),
    Grade("bad", "不满意", Fraction(0)),
    Grade("unknown", "不了解", None),
)


def random_contest(number: int) -> tuple[RuleSheet, Inputs]:
    """A valid rule sheet and inputs that it accepts."""
    dice = Random(number)
    sheet = _rule_sheet(dice, number)
    return sheet, _with_seeds(dice, sheet, _inputs(dice, sheet))


def _with_seeds(dice: Random, sheet: RuleSheet, inputs: Inputs) -> Inputs:
    """Now and then lists of equals have a seed of their own."""
    if sheet.ladder[-1] != "lot" or dice.random() < 0.5:
        return inputs
    ties = compute(sheet, inputs).ties
    return replace(
        inputs,
        lot_seeds={tie.list_hash: SEED[place:] for place, tie in enumerate(ties)},
    )


def _rule_sheet(dice: Random, number: int) -> RuleSheet:
    online = dice.choice(["0", "0.3", "1/3", "0.5", "0.5", "1"])
    extras = _extras(dice, Fraction(online))
    panels = _panels(dice)
    rounds = _rounds(dice, [panel.code for panel in panels if panel.weight])
    places = dice.choice([None, 1, 2, 3, 10])
    votes = _votes_rule(dice) if online != "0" or dice.random() < 0.5 else None
    sheet = RuleSheet(
        title=f"规则 {number}",
        online_weight=Fraction(online),
        ladder=("total", "open"),
        votes=votes,
        panels=panels,
        rounds=rounds,
        extras=extras,
        void_panel=dice.choice(["share", "heir", "void"]),
        void_round=dice.choice(["share", "void"]),
        void_votes=dice.choice(["marks_only", "zero", "unranked"]),
        place_points=tuple(map(Fraction, ("12", "10", "8.5", "7", "1/3")))[
            : dice.randint(1, 5)
        ],
        rounding=_rounding(dice),
        shown_places=dice.randint(0, 4),
        places=places,
        publishing=dice.choice(["all", "top"]) if places else "all",
        shown_on_wall=dice.choice(["total", "parts", "none"]),
    )
    return _with_ladder(dice, _with_heir(dice, sheet))


def _rounding(dice: Random) -> dict[str, int]:
    """Now and then so coarse that many totals are equal."""
    stages = {stage: dice.randint(0, 3) for stage in STAGES if dice.random() < 0.3}
    return stages | ({"total": 0} if dice.random() < 0.4 else {})


def _with_heir(dice: Random, sheet: RuleSheet) -> RuleSheet:
    if sheet.void_panel != "heir":
        return sheet
    heir = dice.choice([panel.code for panel in sheet.panels])
    return replace(sheet, void_panel_heir=heir)


def _with_ladder(dice: Random, sheet: RuleSheet) -> RuleSheet:
    rungs = set(rung_names(sheet)) - {"total", "total_exact", "lot", "open"}
    if sheet.votes is None:
        rungs -= {"votes", "votes_raw"}
    if len(heaviest_panels(sheet)) != 1:
        rungs.discard("heaviest_panel")
    usual = sorted(rungs & {"marks", "votes_raw", "panel:A", "round:r1"})
    between = dice.sample(usual, dice.randint(0, 3))
    others = sorted(rungs.difference(between))
    between += dice.sample(others, dice.randint(0, min(3, len(others))))
    first = dice.choice(["total", "total", "total_exact"])
    return replace(
        sheet, ladder=(first, *between, dice.choice(["lot", "open", "open"]))
    )


def _extras(dice: Random, online: Fraction) -> tuple[ExtraRule, ...]:
    extras = []
    if online < 1 and dice.random() < 0.4:
        weight = dice.choice([Fraction("0.1"), Fraction(1, 7), 1 - online])
        if weight + online <= 1:
            extras.append(
                ExtraRule("ledger", "台账", "weighted", weight, full=Fraction(30))
            )
    if dice.random() < 0.4:
        extras.append(ExtraRule("bonus", "表彰加分", "added", full=Fraction(3)))
    return tuple(extras)


def _panels(dice: Random) -> tuple[PanelRule, ...]:
    weights = dice.choice(
        [["1"], ["0.5", "0.5"], ["0.6", "0.4", "0"], ["1/3", "1/3", "1/3"]]
    )
    return tuple(
        PanelRule(
            code,
            f"{code} 组",
            Fraction(weight),
            method=method,
            trimming=Trimming(
                drop_high=dice.randint(0, 2),
                drop_low=dice.randint(0, 2),
                at_least=dice.randint(1, 3),
                minimum=dice.choice([1, 1, 2, 3]),
                small=dice.choice(["void", "mean", "closest"]),
            ),
            trim_by=dice.choice(["sheet", "criterion"])
            if method == "trimmed"
            else "sheet",
        )
        for code, weight in zip("ABC", weights, strict=False)
        for method in [dice.choice(["trimmed", "trimmed", "places"])]
    )


def _rounds(dice: Random, judging: list[str]) -> tuple[RoundRule, ...]:
    weights = dice.choice([["1"], ["0.4", "0.6"], ["1/3", "2/3"], ["1", "0"]])
    return tuple(
        RoundRule(
            f"r{place}",
            f"第 {place} 轮",
            Fraction(weight),
            criteria=_criteria(adding),
            adding=adding,
            panels=tuple(dice.sample(judging, dice.randint(0, len(judging)))),
        )
        for place, weight in enumerate(weights, start=1)
        for adding in [dice.choice(["sum", "mean", "percent"])]
    )


def _criteria(adding: str) -> tuple[Criterion, ...]:
    """Two criteria whose sheet has 100 points, however they are put together."""
    half, tenth = Fraction("0.5"), Fraction("0.1")
    work, talk, weights = {
        "sum": (Fraction(20), Fraction(60), (Fraction(2), Fraction(1))),
        "mean": (Fraction(100), Fraction(100), (Fraction(3), Fraction(4))),
        "percent": (Fraction(60), Fraction(15), (Fraction(3), Fraction(2))),
    }[adding]
    return (
        Criterion("work", "实效", work, half, weight=weights[0]),
        Criterion("talk", "表达", talk, tenth, weight=weights[1]),
    )


def _votes_rule(dice: Random) -> VotesRule:
    method = dice.choice(
        ["as_is", "share_of_top", "share_of_total", "min_max", "rank", "floor_and_rank"]
    )
    form = "grades" if method == "as_is" else dice.choice(["approval", "grades"])
    points = Fraction(dice.choice([0, 50, 30, 100]))
    return VotesRule(
        method,
        form=form,
        grades=GRADES if form == "grades" else (),
        minimum_ratings=dice.choice([1, 1, 5]),
        pool=Fraction(dice.choice(["100", "1000", "0.5"])),
        unit_places=dice.choice([0, 2]),
        rank_step=dice.choice([None, Fraction(1), Fraction("2.5"), Fraction(60)]),
        floor_multiple=Fraction(dice.choice([0, 1, 2])),
        floor_points=points,
        rank_share=100 - points,
    )


def _inputs(dice: Random, sheet: RuleSheet) -> Inputs:
    entries = tuple(
        Entry(
            f"{number:02d}",
            number,
            f"单位{number}",
            headcount=dice.randint(0, 12),
            population=None,
        )
        for number in dice.sample(range(1, 130), dice.randint(1, 7))
    )
    codes = [entry.code for entry in entries]
    seats = tuple(
        Seat(
            f"{panel.code}{number}",
            panel.code,
            dice.choice(["official"] * 8 + ["practice", "observer"]),
        )
        for panel in sheet.panels
        for number in dice.sample(range(1, 12), dice.randint(0, 6))
    )
    rounds = [None, *(each.code for each in sheet.rounds)]
    return Inputs(
        entries=entries,
        seats=seats,
        marks=_marks(dice, sheet, codes, seats),
        recusals=tuple(
            Recusal(seat.code, dice.choice(codes), "", dice.choice(rounds))
            for seat in seats
            if dice.random() < 0.1
        ),
        absences=tuple(
            Absence(seat.code, dice.choice([None, *codes]), dice.choice(rounds))
            for seat in seats
            if dice.random() < 0.1
        ),
        votes=_votes(dice, sheet, codes),
        grades=_grades(dice, sheet, codes),
        extras={
            extra.code: {
                code: dice.choice([Fraction(0), extra.full, extra.full / 7])
                for code in codes
                if extra.way == "weighted" or dice.random() < 0.5
            }
            for extra in sheet.extras
        },
        deductions=tuple(
            Deduction(
                dice.choice(codes), Fraction(dice.choice(["0.5", "1/3", "200"])), "迟到"
            )
            for _ in range(dice.choice([0, 0, 0, 1, 2]))
        ),
        withdrawals=tuple(
            Withdrawal(code, "退出") for code in codes if dice.random() < 0.07
        ),
        decisions=_decisions(dice, codes),
        lot_seed=dice.choice([None, SEED]),
    )


def _marks(dice: Random, sheet: RuleSheet, codes, seats) -> Marks:
    spread = dice.choice([1, 2, 5, 20])
    kept = dice.choice([1.0, 0.95, 0.6])
    found: Marks = {}
    for round_rule in sheet.rounds:
        judging = {panel.code for panel in sheet.panels_of(round_rule)}
        for code in codes:
            for seat in seats:
                if seat.panel not in judging or dice.random() > kept:
                    continue
                found.setdefault(round_rule.code, {}).setdefault(code, {})[
                    seat.code
                ] = {
                    criterion.code: criterion.maximum
                    - criterion.step * dice.randrange(spread)
                    for criterion in round_rule.criteria
                    if dice.random() > 0.01
                }
    return found


def _votes(dice: Random, sheet: RuleSheet, codes) -> dict[str, int]:
    if sheet.votes is None or sheet.votes.form != "approval":
        return {}
    most = dice.choice([0, 1, 3, 40, 90_000])
    return {
        code: dice.randint(0, most)
        for code in codes
        if sheet.online_weight or dice.random() < 0.8
    }


def _grades(dice: Random, sheet: RuleSheet, codes) -> dict[str, dict[str, int]]:
    if sheet.votes is None or sheet.votes.form != "grades":
        return {}
    most = dice.choice([0, 1, 4, 400])
    return {
        code: {
            grade.code: dice.randint(0, most) for grade in GRADES if dice.random() < 0.9
        }
        for code in codes
    }


def _decisions(dice: Random, codes) -> tuple[Decision, ...]:
    found = {}
    for _ in range(6):
        if len(codes) < 2:
            break
        order = tuple(dice.sample(codes, dice.choice([2, 2, min(3, len(codes))])))
        found[frozenset(order)] = Decision(order, ("张三", "李四"), "实事更多")
    return tuple(found.values())
