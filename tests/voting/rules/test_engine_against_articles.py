"""The engine adds whole numbers for speed. Here the same contest is put together article by
article from plain fractions; both must agree in every digit.
"""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.voting.rules.builders import make_entries, make_sheet
from voting.rules.combining import Component, combine
from voting.rules.engine import compute
from voting.rules.inputs import Absence, Inputs, Recusal, Seat
from voting.rules.places import place_points
from voting.rules.rounding import at_stage
from voting.rules.rule_sheet import PanelRule, RoundRule, VotesRule
from voting.rules.sheets import Criterion, sheet_total
from voting.rules.trimming import Trimming, panel_mean
from voting.rules.votes import share_of_top
from voting.rules.weighing import Part, weigh

ENTRIES = "abcd"
SEATS = tuple(Seat(f"{panel}{n}", panel) for panel in "AB" for n in range(4))
CRITERIA = (
    Criterion("x", "实效", Fraction(10), step=Fraction(1, 4), weight=Fraction(2)),
    Criterion("y", "表达", Fraction(5), step=Fraction(1, 10), weight=Fraction(1)),
)

mark_pairs = st.tuples(
    st.integers(0, 40).map(lambda n: Fraction(n, 4)),
    st.integers(0, 50).map(lambda n: Fraction(n, 10)),
)
sheet_grids = st.fixed_dictionaries(
    {
        (round_code, entry, seat.code): st.one_of(mark_pairs, mark_pairs, st.none())
        for round_code in ("r1", "r2")
        for entry in ENTRIES
        for seat in SEATS
    }
)
trimmings = st.builds(
    Trimming,
    drop_high=st.integers(0, 2),
    drop_low=st.integers(0, 2),
    at_least=st.integers(1, 2),
    minimum=st.integers(1, 2),
    small=st.sampled_from(["void", "mean", "closest"]),
)
stages = st.dictionaries(
    st.sampled_from(["sheet", "panel", "round", "marks", "votes", "weighted", "total"]),
    st.integers(0, 3),
)
pairs = st.sets(st.tuples(st.sampled_from(SEATS), st.sampled_from(ENTRIES)), max_size=4)


@given(
    grid=sheet_grids,
    trimming=trimmings,
    method=st.sampled_from(["trimmed", "places"]),
    adding=st.sampled_from(["sum", "mean", "percent"]),
    rounding=stages,
    recused=pairs,
    absent=pairs,
    counts=st.tuples(*(st.integers(0, 50) for _ in ENTRIES)).filter(any),
)
def test_the_engine_agrees_with_the_articles(
    grid, trimming, method, adding, rounding, recused, absent, counts
):
    percent_only = {"adding": "percent"} if method == "places" else {"adding": adding}
    weight = Fraction(3, 10) if percent_only["adding"] == "percent" else Fraction(0)
    table = (Fraction(12), Fraction(10), Fraction(8), Fraction(7))
    sheet = make_sheet(
        online_weight=weight,
        votes=VotesRule("share_of_top"),
        panels=(
            PanelRule("A", "A 组", Fraction(2, 3), method=method, trimming=trimming),
            PanelRule("B", "B 组", Fraction(1, 3), trimming=trimming),
        ),
        rounds=tuple(
            RoundRule(code, code, Fraction(1, 2), CRITERIA, **percent_only)
            for code in ("r1", "r2")
        ),
        place_points=table,
        rounding=rounding,
    )
    marks = {}
    for (round_code, entry, seat), given_marks in grid.items():
        if given_marks is not None:
            by_entry = marks.setdefault(round_code, {})
            by_entry.setdefault(entry, {})[seat] = dict(
                zip("xy", given_marks, strict=True)
            )
    inputs = Inputs(
        entries=make_entries(ENTRIES),
        seats=SEATS,
        marks=marks,
        recusals=tuple(Recusal(seat.code, entry) for seat, entry in recused),
        absences=tuple(Absence(seat.code, entry, "r1") for seat, entry in absent),
        votes=dict(zip(ENTRIES, counts, strict=True)),
    )

    outcome = compute(sheet, inputs)

    assert {
        t.entry: t.total for t in (*outcome.ranking, *outcome.unranked)
    } == by_articles(sheet, inputs, recused, absent)


def by_articles(sheet, inputs, recused, absent):
    stages = sheet.rounding
    rounds = {entry: [] for entry in ENTRIES}
    for rule in sheet.rounds:
        excused = {(seat.code, entry) for seat, entry in recused}
        if rule.code == "r1":
            excused |= {(seat.code, entry) for seat, entry in absent}
        totals = {
            (seat, entry): at_stage(
                sheet_total(marks, CRITERIA, rule.adding), "sheet", stages
            )
            for entry, by_seat in inputs.marks.get(rule.code, {}).items()
            for seat, marks in by_seat.items()
            if (seat, entry) not in excused
        }
        for entry in ENTRIES:
            parts = []
            for panel in sheet.panels:
                points = panel_points(sheet, panel, totals, entry)
                rounded = None if points is None else at_stage(points, "panel", stages)
                parts.append(Part(panel.code, panel.weight, rounded))
            joined = weigh(parts, void="share").points
            rounded = None if joined is None else at_stage(joined, "round", stages)
            rounds[entry].append(Part(rule.code, rule.weight, rounded))
    online = share_of_top(
        {entry: Fraction(count) for entry, count in inputs.votes.items()}
    )
    found = {}
    for entry in ENTRIES:
        points = weigh(rounds[entry], void="share").points
        if points is None:
            found[entry] = None
            continue
        components = [
            Component(
                "现场", at_stage(points, "marks", stages), 1 - sheet.online_weight
            ),
            Component(
                "民意", at_stage(online[entry], "votes", stages), sheet.online_weight
            ),
        ]
        found[entry] = at_stage(combine(components, stages=stages), "total", stages)
    return found


def panel_points(sheet, panel, totals, entry):
    seats = [seat.code for seat in SEATS if seat.panel == panel.code]
    if panel.method == "trimmed":
        given_totals = [
            totals[seat, entry] for seat in seats if (seat, entry) in totals
        ]
        return panel_mean(given_totals, panel.trimming)
    points = []
    for seat in seats:
        of_seat = {e: totals[seat, e] for e in ENTRIES if (seat, e) in totals}
        if entry in of_seat:
            points.append(place_points(of_seat, sheet.place_points)[entry])
    if len(points) < panel.trimming.minimum:
        return None
    return sum(points) / len(points) * 100 / sheet.place_points[0]
