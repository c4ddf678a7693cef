from datetime import timedelta

import pytest

from tests.factories import NOW
from voting.sample.public import approval_choices, arrival_minutes


def choices(**fields) -> list[bytes]:
    defaults = {
        "popularity": [3, 2, 1, 1],
        "ballots": 400,
        "choices_min": 1,
        "choices_max": 3,
        "seed": 7,
    }
    return list(approval_choices(**defaults | fields))


def test_the_same_seed_gives_the_same_public():
    assert choices(seed=7) == choices(seed=7)
    assert choices(seed=7) != choices(seed=8)


@pytest.mark.parametrize(("least", "most"), [(1, 3), (2, 2), (1, 1), (4, 4)])
def test_every_ballot_keeps_to_the_number_of_picks(least, most):
    sizes = {sum(ballot) for ballot in choices(choices_min=least, choices_max=most)}

    assert sizes == set(range(least, most + 1))


def test_a_popular_entry_is_picked_more_often():
    totals = [sum(column) for column in zip(*choices(ballots=2000), strict=True)]

    assert totals[0] > totals[1] > max(totals[2:])


def test_arrivals_follow_the_hours_and_stop_now():
    minutes = arrival_minutes(
        [1, 0, 3],
        opens_at=NOW,
        until=NOW + timedelta(hours=3),
        ballots=4000,
        seed=1,
    )
    by_hour = [
        sum(
            NOW + timedelta(hours=h) <= m < NOW + timedelta(hours=h + 1)
            for m in minutes
        )
        for h in range(3)
    ]

    assert by_hour[1] == 0
    assert by_hour[2] == pytest.approx(3 * by_hour[0], rel=0.1)
    assert minutes == sorted(minutes)


def test_nobody_has_voted_after_now():
    minutes = arrival_minutes(
        [1, 1], opens_at=NOW, until=NOW + timedelta(hours=1), ballots=1000, seed=1
    )

    assert max(minutes) < NOW + timedelta(hours=1)
    assert 400 < len(minutes) < 600
