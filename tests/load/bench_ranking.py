"""How long a ranking with its trace takes: 100 entries x 200 seats.

Run by ``python -m tests.load``. Ratios are against writing the same inputs as JSON once,
measured in the same run, because absolute times mean little on a shared machine.
"""

import json
from collections.abc import Callable
from fractions import Fraction
from time import perf_counter

from tests.load.figures import Figure
from voting.rules.engine import compute
from voting.rules.inputs import Absence, Entry, Inputs, Recusal, Seat
from voting.rules.places import exponential_table
from voting.rules.rule_sheet import PanelRule, RoundRule, RuleSheet, VotesRule
from voting.rules.sheets import Criterion
from voting.rules.trimming import Trimming

RANKING = "ranking with trace, 1 criterion"
TARGET_SECONDS = 0.2
REPEATS = 7
ENTRIES = 100
SEATS = 200
PANELS = {"A": Fraction("0.3"), "B": Fraction("0.4"), "C": Fraction("0.3")}


def rule_sheet(criteria: int, **changes: object) -> RuleSheet:
    fields = {
        "title": "测速",
        "online_weight": Fraction("0.3"),
        "ladder": (
            "total",
            "marks",
            "heaviest_panel",
            "votes_raw",
            "first_places",
            "lot",
        ),
        "votes": VotesRule("share_of_top"),
        "panels": tuple(
            PanelRule(code, f"{code} 组", weight, trimming=Trimming(2, 2, at_least=3))
            for code, weight in PANELS.items()
        ),
        "rounds": (
            RoundRule(
                "r1",
                "现场评比",
                Fraction(1),
                tuple(
                    Criterion(f"c{i}", f"第 {i} 项", Fraction(100, criteria))
                    for i in range(criteria)
                ),
            ),
        ),
        "rounding": {"total": 2},
        "places": 10,
    }
    return RuleSheet(**(fields | changes))


def inputs(criteria: int) -> Inputs:
    entries = tuple(Entry(f"u{n}", n, f"单位 {n}", 50) for n in range(1, ENTRIES + 1))
    seats = tuple(Seat(f"S{n:03d}", "ABC"[n % 3]) for n in range(SEATS))
    steps = 200 // criteria
    return Inputs(
        entries=entries,
        seats=seats,
        marks={
            "r1": {
                entry.code: {
                    seat.code: {
                        f"c{i}": Fraction(
                            steps
                            - (entry.number * 7 + place * 13 + i * 5) % (steps // 5),
                            2,
                        )
                        for i in range(criteria)
                    }
                    for place, seat in enumerate(seats)
                    if seat.code != "S003" and (seat.code, entry.code) != ("S004", "u7")
                }
                for entry in entries
            }
        },
        recusals=(Recusal("S004", "u7", "本单位"),),
        absences=(Absence("S003"),),
        votes={entry.code: 10_000 + entry.number * 331 % 9_000 for entry in entries},
        lot_seed="31415926535897932384",
    )


def best(action: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = perf_counter()
        action()
        times.append(perf_counter() - start)
    return min(times)


def figures() -> list[Figure]:
    one, five = inputs(1), inputs(5)
    by_places = tuple(
        PanelRule(code, f"{code} 组", weight, method="places")
        for code, weight in PANELS.items()
    )
    outcome, written = compute(rule_sheet(1), one), one.to_json()
    cases: dict[str, Callable[[], object]] = {
        "write inputs as JSON, 1 criterion (baseline)": lambda: json.dumps(
            one.to_json()
        ),
        RANKING: lambda: compute(rule_sheet(1), one),
        "ranking with trace, 5 criteria": lambda: compute(rule_sheet(5), five),
        "ranking with trace, panels by places": lambda: compute(
            rule_sheet(1, panels=by_places, place_points=exponential_table(ENTRIES)),
            one,
        ),
        "trace as JSON values": outcome.to_json,
        "read inputs from JSON values, 1 criterion": lambda: Inputs.from_json(written),
    }
    times = {name: best(action) for name, action in cases.items()}
    baseline = next(iter(times.values()))
    return [
        Figure(
            name,
            seconds,
            "s",
            ratio=seconds / baseline,
            target=TARGET_SECONDS if name == RANKING else None,
        )
        for name, seconds in times.items()
    ]
