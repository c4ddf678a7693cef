"""The checker of the night itself: clean is clean, and each wrong is counted under its name."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from tests.faults.night.checker import Sheet, Taken, Verdict, verdict

ANNAS = Sheet(UUID(int=1), "A01", 7, 1, {"results": Decimal(50)})
ANNAS_SECOND = replace(ANNAS, id=UUID(int=2), version=2, marks={"results": Decimal(51)})
BERTS = Sheet(UUID(int=3), "A02", 7, 1, {"results": Decimal(40)})
CARLS = Sheet(UUID(int=4), "A03", 7, 1, {"results": Decimal(30)})
SENT = [ANNAS, ANNAS_SECOND, BERTS, CARLS]
TAKEN = [Taken(ANNAS), Taken(ANNAS_SECOND), Taken(BERTS), Taken(CARLS, "late")]
TOTALS = [Decimal(40), Decimal(51)]
STEPS = [("called", 7), ("opened", 7), ("locked", 7)]
CLEAN = Verdict(
    acknowledged=4,
    aside=1,
    lost=0,
    doubled=0,
    altered=0,
    unknown=0,
    refused=0,
    misshown=0,
    displaced=0,
    behind=0,
)


def found(**given):
    clean = {
        "sent": SENT,
        "receipts": TAKEN,
        "refused": [],
        "stored": TAKEN,
        "shown": {7: [TOTALS, TOTALS]},
        "steps": STEPS,
        "expected_steps": STEPS,
        "displaced": 0,
        "behind": 0,
    }
    return verdict(**clean | given)


def test_marks_that_are_as_their_judges_were_told_are_clean():
    assert found() == CLEAN
    assert CLEAN.is_clean


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        pytest.param({"stored": TAKEN[:-1]}, {"lost": 1}, id="a receipt without a row"),
        pytest.param(
            {"stored": [*TAKEN, TAKEN[0]]}, {"doubled": 2}, id="the same row twice"
        ),
        pytest.param(
            {
                "sent": [*SENT, replace(BERTS, id=UUID(int=9))],
                "receipts": [*TAKEN, Taken(replace(BERTS, id=UUID(int=9)))],
                "stored": [*TAKEN, Taken(replace(BERTS, id=UUID(int=9)))],
            },
            {"acknowledged": 5, "doubled": 1},
            id="two rows that count for one version",
        ),
        pytest.param(
            {
                "stored": [
                    *TAKEN[:2],
                    Taken(replace(BERTS, marks={"results": Decimal(41)})),
                    TAKEN[3],
                ],
                "shown": {},
            },
            {"altered": 1},
            id="other marks",
        ),
        pytest.param(
            {"stored": [*TAKEN[:3], Taken(CARLS)], "shown": {}},
            {"altered": 1},
            id="counted although its judge was told that it is late",
        ),
        pytest.param(
            {"sent": SENT[:-1], "receipts": TAKEN[:-1]},
            {"acknowledged": 3, "aside": 0, "unknown": 1},
            id="a row that nobody sent",
        ),
        pytest.param(
            {"receipts": TAKEN[:-1]},
            {"acknowledged": 3, "aside": 0, "unknown": 1},
            id="a sheet that was never answered for good",
        ),
        pytest.param(
            {"receipts": TAKEN[:-1], "stored": TAKEN[:-1], "refused": [CARLS]},
            {"acknowledged": 3, "aside": 0, "refused": 1},
            id="a sheet refused although no other page was faster",
        ),
        pytest.param(
            {"receipts": TAKEN[:-1], "refused": [CARLS]},
            {"acknowledged": 3, "aside": 0, "refused": 1},
            id="a sheet refused and kept all the same",
        ),
        pytest.param(
            {"shown": {7: [TOTALS, [Decimal(40), Decimal(50)]]}},
            {"misshown": 1},
            id="a screen that shows the first version",
        ),
        pytest.param(
            {"steps": [*STEPS, ("opened", 7)]}, {"displaced": 1}, id="opened twice"
        ),
        pytest.param({"steps": STEPS[:-1]}, {"displaced": 1}, id="a lock is gone"),
        pytest.param(
            {"steps": STEPS[::-1]}, {"displaced": 1}, id="steps in another order"
        ),
        pytest.param({"behind": 2}, {"behind": 2}, id="screens that stayed behind"),
    ],
)
def test_each_wrong_is_counted_under_its_name(given, wrong):
    seen = found(**given)

    assert seen == replace(CLEAN, **wrong)
    assert not seen.is_clean


def test_the_slower_of_two_pages_is_refused_rightly():
    slower = replace(BERTS, id=UUID(int=9), marks={"results": Decimal(41)})

    assert found(sent=[*SENT, slower], refused=[slower]) == CLEAN
