"""Two outcomes beside each other. Pure: no rows, no clock."""

import pytest

from voting.results.revising_rules import Change, Place, changes


def ranked(plate, rank, shown, exact=None):
    total = {"shown": shown, "exact": exact or shown}
    return {"entry": plate, "name": f"单位{plate}", "rank": rank, "total": total}


def outcome(*ranking, inside=(), unranked=(), withdrawn=()):
    return {
        "ranking": list(ranking),
        "unranked": list(unranked),
        "withdrawn": list(withdrawn),
        "cut": {"inside": list(inside)},
    }


def gone(plate, reason):
    return {"entry": plate, "name": f"单位{plate}", "reason": reason}


FIRST = outcome(
    ranked("01", 1, "90.00"),
    ranked("02", 2, "80.00"),
    ranked("03", 3, "70.00"),
    inside=["01"],
)


def told(before, after):
    return [
        (each.plate, each.before.told, each.after.told)
        for each in changes(before, after)
    ]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param(FIRST, [], id="nothing"),
        pytest.param(
            outcome(
                ranked("02", 1, "91.00"),
                ranked("01", 2, "90.00"),
                ranked("03", 3, "70.00"),
                inside=["02"],
            ),
            [
                ("02", "第 2 名，80.00 分", "第 1 名，91.00 分，红旗"),
                ("01", "第 1 名，90.00 分，红旗", "第 2 名，90.00 分"),
            ],
            id="two change places, and the flag goes with them",
        ),
        pytest.param(
            outcome(
                ranked("01", 1, "90.00"),
                ranked("02", 2, "80.00", exact="80.001"),
                ranked("03", 3, "70.00"),
                inside=["01"],
            ),
            [("02", "第 2 名，80.00 分", "第 2 名，80.00 分")],
            id="behind the shown digits",
        ),
        pytest.param(
            outcome(
                ranked("01", 1, "90.00"),
                ranked("02", 2, "80.00"),
                inside=["01"],
                withdrawn=[gone("03", "取消资格")],
            ),
            [("03", "第 3 名，70.00 分", "取消资格")],
            id="one is gone",
        ),
        pytest.param(
            outcome(ranked("01", 1, "90.00"), ranked("02", 2, "80.00"), inside=["01"]),
            [("03", "第 3 名，70.00 分", "没有列出名次")],
            id="one is told no more",
        ),
    ],
)
def test_only_what_differs_is_told(after, expected):
    assert told(FIRST, after) == expected


def test_flags_are_won_and_lost_by_name():
    after = outcome(ranked("02", 1, "91.00"), ranked("01", 2, "90.00"), inside=["02"])
    won, lost, *_ = changes(FIRST, after)

    assert [(each.plate, each.wins_flag, each.loses_flag) for each in (won, lost)] == [
        ("02", True, False),
        ("01", False, True),
    ]


def test_a_contest_without_a_cut_has_no_flags_to_lose():
    without = FIRST | {"cut": None}

    assert changes(without, without) == []
    assert changes(without, FIRST) == [
        Change(
            "01",
            "单位01",
            Place(1, "90.00", "90.00", False),
            Place(1, "90.00", "90.00", True),
        )
    ]
