"""Invented marks and votes for any rule sheet: what its rules would do, before they count.

The figures are the same every time. Twenty units; judges' marks lie close together and votes
far apart, as in real contests, so that the effective weight of the vote shows.
"""

from fractions import Fraction

from voting.rules.inputs import Entry, Inputs, Seat
from voting.rules.rule_sheet import RoundRule, RuleSheet
from voting.rules.sheets import Criterion

SEATS_OF_A_PANEL = 5
SHOWN = "07"

# Name, headcount, votes, and how good the judges find it, in thousandths of the full marks.
_UNITS = (
    ("县公安局", 610, 17920, 921),
    ("县医保局", 46, 19880, 931),
    ("县行政审批局", 72, 12450, 929),
    ("县人民医院", 840, 18260, 909),
    ("柳林镇", 64, 21040, 893),
    ("河湾镇", 58, 15210, 889),
    ("县交通运输局", 118, 13980, 908),
    ("县住建局", 135, 19240, 891),
    ("县农业农村局", 96, 11870, 905),
    ("县教育体育局", 240, 23110, 941),
    ("临河经开区", 83, 9350, 900),
    ("青石乡", 41, 20260, 876),
    ("县民政局", 52, 10480, 884),
    ("县水利局", 77, 8760, 887),
    ("县卫健局", 130, 14020, 872),
    ("县供电公司", 320, 7640, 882),
    ("县人社局", 88, 12910, 868),
    ("县文旅局", 61, 16330, 859),
    ("县林业局", 69, 6120, 871),
    ("吕庄镇", 55, 9040, 861),
)


def example_inputs(sheet: RuleSheet) -> Inputs:
    """Complete inputs for ``sheet``, with a seat and a mark wherever it asks for one."""
    entries = tuple(
        Entry(f"{number:02d}", number, name, headcount)
        for number, (name, headcount, _, _) in enumerate(_UNITS, start=1)
    )
    seats = tuple(
        Seat(f"{panel.code}-{place}", panel.code)
        for panel in sheet.panels
        for place in range(1, SEATS_OF_A_PANEL + 1)
    )
    return Inputs(
        entries=entries,
        seats=seats,
        marks={r.code: _marks(sheet, r, entries, seats) for r in sheet.rounds},
        votes={entry.code: _UNITS[entry.number - 1][2] for entry in entries},
        grades=_grades(sheet, entries),
        extras={
            extra.code: {
                entry.code: extra.full * _UNITS[entry.number - 1][3] / 1000
                for entry in entries
            }
            for extra in sheet.extras
        },
    )


def _marks(
    sheet: RuleSheet,
    round_rule: RoundRule,
    entries: tuple[Entry, ...],
    seats: tuple[Seat, ...],
) -> dict[str, dict[str, dict[str, Fraction]]]:
    judging = {panel.code for panel in sheet.panels_of(round_rule)}
    return {
        entry.code: {
            seat.code: {
                criterion.code: _mark(entry.number, index, place, criterion)
                for place, criterion in enumerate(round_rule.criteria)
            }
            for index, seat in enumerate(seats)
            if seat.panel in judging
        }
        for entry in entries
    }


def _mark(number: int, seat: int, place: int, criterion: Criterion) -> Fraction:
    """The unit's quality, this judge's bent and a little unevenness, in whole steps."""
    bent = seat * 5 % 7 - 3
    unevenness = (number * 7 + seat * 11 + place * 5) % 13 - 6
    share = Fraction(_UNITS[number - 1][3] + 4 * bent + 3 * unevenness, 1000)
    span = criterion.maximum - criterion.minimum
    return criterion.minimum + criterion.step * round(span * share / criterion.step)


def _grades(sheet: RuleSheet, entries: tuple[Entry, ...]) -> dict[str, dict[str, int]]:
    """The same people, grading instead of picking: each grade down is given a third as often."""
    if sheet.votes is None or sheet.votes.form != "grades":
        return {}
    most = max(votes for _, _, votes, _ in _UNITS)
    found = {}
    for entry in entries:
        votes = _UNITS[entry.number - 1][2]
        found[entry.code] = {
            grade.code: (votes if place == 0 else (most - votes) // 3**place + 10)
            for place, grade in enumerate(sheet.votes.grades)
        }
    return found
