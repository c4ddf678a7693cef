"""The checker itself: clean is clean, and each wrong is counted under its name."""

from dataclasses import replace
from uuid import UUID

import pytest

from tests.faults.checker import Acknowledged, Asked, StoredBallot, Verdict, verdict

ANNA, BERT = UUID(int=1), UUID(int=2)
ANNAS = Asked(ANNA, UUID(int=11), b"\x01\x00")
BERTS = Asked(BERT, UUID(int=12), b"\x01\x01")
STORED = [
    StoredBallot(1, ANNA, UUID(int=11), b"\x01\x00"),
    StoredBallot(2, BERT, UUID(int=12), b"\x01\x01"),
]
RECEIPTS = [Acknowledged(ANNAS, 1), Acknowledged(BERTS, 2)]
CLEAN = Verdict(
    acknowledged=2, lost=0, counted_twice=0, altered=0, unknown=0, miscounted=0
)


def found(asked=(ANNAS, BERTS), receipts=RECEIPTS, stored=STORED, counts=([2, 1],)):
    return verdict(asked=asked, acknowledged=receipts, stored=stored, counts=counts)


def test_two_ballots_as_they_were_sent_are_clean():
    assert found() == CLEAN
    assert found().is_clean


def test_a_receipt_that_was_given_out_twice_is_no_fault():
    assert found(receipts=[*RECEIPTS, RECEIPTS[0]]) == CLEAN


def test_a_request_that_was_refused_is_no_fault():
    other = replace(ANNAS, request_key=UUID(int=13), choices=b"\x00\x01")

    assert found(asked=[ANNAS, BERTS, other]) == CLEAN


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        pytest.param(
            {"stored": STORED[1:], "counts": [[1, 1]]},
            {"lost": 1},
            id="a receipt without its ballot",
        ),
        pytest.param(
            {
                "asked": [ANNAS, BERTS, replace(ANNAS, request_key=UUID(int=13))],
                "stored": [*STORED, replace(STORED[0], id=3, request_key=UUID(int=13))],
                "counts": [[3, 1]],
            },
            {"counted_twice": 1},
            id="two ballots of one voter",
        ),
        pytest.param(
            {"receipts": [*RECEIPTS, Acknowledged(ANNAS, 3)]},
            {"counted_twice": 1, "lost": 1, "acknowledged": 3},
            id="two receipts of one voter",
        ),
        pytest.param(
            {
                "stored": [replace(STORED[0], choices=b"\x00\x01"), STORED[1]],
                "counts": [[1, 2]],
            },
            {"altered": 1},
            id="other choices than were sent",
        ),
        pytest.param(
            {
                "asked": [BERTS],
                "receipts": RECEIPTS[1:],
            },
            {"unknown": 1, "acknowledged": 1},
            id="a ballot that nobody sent",
        ),
        pytest.param(
            {"receipts": RECEIPTS[1:]},
            {"unknown": 1, "acknowledged": 1},
            id="a voter who was never told",
        ),
        pytest.param(
            {"counts": [[2, 1], [2, 2]]},
            {"miscounted": 1},
            id="a running total of its own",
        ),
    ],
)
def test_each_wrong_is_counted_under_its_name(wrong, named):
    assert found(**wrong) == replace(CLEAN, **named)
    assert not found(**wrong).is_clean
