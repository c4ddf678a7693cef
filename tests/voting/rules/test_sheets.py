from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.sheets import Criterion, full_marks, sheet_total

CRITERIA = [
    Criterion("work", "实效", Fraction(50), weight=Fraction(2)),
    Criterion("talk", "表达", Fraction(20)),
]
MARKS = {"work": Fraction(40), "talk": Fraction("18.5")}


@pytest.mark.parametrize(
    ("adding", "total", "full"),
    [
        pytest.param("sum", "98.5", 120, id="weight times mark, added"),
        pytest.param("mean", "197/6", 40, id="divided by the sum of weights"),
        pytest.param("percent", "505/6", 100, id="share of each maximum, out of 100"),
    ],
)
def test_sheet_total_joins_the_criteria_as_declared(adding, total, full):
    assert sheet_total(MARKS, CRITERIA, adding) == Fraction(total)
    assert full_marks(CRITERIA, adding) == full


@pytest.mark.parametrize(
    "marks",
    [
        pytest.param({"work": Fraction(40)}, id="a criterion without a mark"),
        pytest.param(MARKS | {"song": Fraction(1)}, id="a mark without a criterion"),
        pytest.param({}, id="an empty sheet"),
    ],
)
def test_a_partial_sheet_has_no_total(marks):
    with pytest.raises(ValueError, match="a mark for each criterion"):
        sheet_total(marks, CRITERIA, "sum")


@given(
    st.sampled_from(["sum", "mean", "percent"]),
    st.integers(0, 49),
    st.integers(0, 20),
)
def test_a_higher_mark_gives_a_higher_total(adding, work, talk):
    lower = sheet_total(
        {"work": Fraction(work), "talk": Fraction(talk)}, CRITERIA, adding
    )
    higher = sheet_total(
        {"work": Fraction(work + 1), "talk": Fraction(talk)}, CRITERIA, adding
    )

    assert lower < higher <= full_marks(CRITERIA, adding)
