"""Plain functions that build one valid contest in memory. A test names only what it is about."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from voting.rules.inputs import Entry, Inputs, Seat
from voting.rules.rule_sheet import PanelRule, RoundRule, RuleSheet, VotesRule
from voting.rules.sheets import Criterion
from voting.rules.trimming import Trimming

UNTRIMMED = Trimming(drop_high=0, drop_low=0)


def number(text: str | int) -> Fraction:
    return Fraction(text)


def make_round(code: str = "r1", **fields) -> RoundRule:
    """One criterion of 100 points in steps of 0.5."""
    defaults = {
        "name": f"第 {code} 轮",
        "weight": Fraction(1),
        "criteria": (Criterion("all", "总评", Fraction(100)),),
    }
    return RoundRule(code=code, **defaults | fields)


def make_panel(code: str = "A", **fields) -> PanelRule:
    """All sheets count unless the test says otherwise."""
    defaults = {"name": f"{code} 组", "weight": Fraction(1), "trimming": UNTRIMMED}
    return PanelRule(code=code, **defaults | fields)


def make_sheet(**fields) -> RuleSheet:
    """Judges alone decide: one panel, one round, ties left open."""
    defaults = {
        "title": "测试规则",
        "online_weight": Fraction(0),
        "ladder": ("total", "open"),
        "panels": (make_panel(),),
        "rounds": (make_round(),),
    }
    return RuleSheet(**defaults | fields)


def make_entries(codes: Sequence[str], **fields) -> tuple[Entry, ...]:
    return tuple(
        Entry(code, number, f"单位{code}", **fields)
        for number, code in enumerate(codes, start=1)
    )


def make_inputs(
    totals: Mapping[str, Sequence[str | int | None]] | None = None,
    *,
    panels: Mapping[str, int] | None = None,
    **fields,
) -> Inputs:
    """``totals``: each entry's sheet totals in order of the seats; None: no sheet.

    ``panels``: how many seats each panel has; without it all seats are in panel A.
    """
    totals = totals or {}
    count = max((len(marks) for marks in totals.values()), default=0)
    seats = tuple(
        Seat(f"{panel}{place}", panel)
        for panel, size in (panels or {"A": count}).items()
        for place in range(1, size + 1)
    )
    marks = {
        "r1": {
            entry: {
                seat.code: {"all": Fraction(mark)}
                for seat, mark in zip(seats, given, strict=False)
                if mark is not None
            }
            for entry, given in totals.items()
        }
    }
    return Inputs(
        **{"entries": make_entries(list(totals)), "seats": seats, "marks": marks}
        | fields
    )


def make_poll(counts: Mapping[str, int], **fields) -> Inputs:
    """Entries with votes and nothing else."""
    return Inputs(
        **{"entries": make_entries(list(counts)), "votes": dict(counts)} | fields
    )


def make_poll_sheet(rule: VotesRule, **fields) -> RuleSheet:
    """The votes alone decide."""
    defaults = {"online_weight": Fraction(1), "votes": rule, "panels": (), "rounds": ()}
    return make_sheet(**defaults | fields)
