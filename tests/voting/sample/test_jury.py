import random
from decimal import Decimal

import pytest

from voting.sample.jury import CriterionScale, panel_leniency, sheet_marks

CRITERIA = [
    CriterionScale("result", Decimal(40), Decimal("0.5")),
    CriterionScale("stage", Decimal(10), Decimal("0.1")),
]


@pytest.mark.parametrize("quality", [0.0, 0.85, 1.5])
def test_marks_stay_on_the_scale_and_on_its_steps(quality):
    rng = random.Random(1)

    for _ in range(200):
        marks = sheet_marks(quality=quality, leniency=0, criteria=CRITERIA, rng=rng)
        for criterion in CRITERIA:
            mark = marks[criterion.code]
            assert 0 <= mark <= criterion.maximum
            assert mark % criterion.step == 0


def test_a_better_entry_gets_more_on_the_whole():
    rng = random.Random(1)
    good, fair = (
        sum(
            sum(sheet_marks(quality=q, leniency=0, criteria=CRITERIA, rng=rng).values())
            for _ in range(100)
        )
        for q in (0.92, 0.84)
    )

    assert good > fair


def test_leniency_is_the_same_for_one_seed_and_small():
    seats = ["A01", "A02", "B01"]

    assert panel_leniency(seats, seed=3) == panel_leniency(seats, seed=3)
    assert all(-0.05 <= bent <= 0.04 for bent in panel_leniency(seats, seed=3).values())
