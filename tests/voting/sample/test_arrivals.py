"""The simulated public comes as a real one does: a burst, evenings, quiet nights, a last rush."""

import json
from pathlib import Path

DATA = json.loads(
    (
        Path(__file__).resolve().parents[3] / "voting" / "sample" / "arrivals.json"
    ).read_text(encoding="utf-8")
)
SHARES = DATA["shares_per_million"]
OPENS, CLOSES = DATA["opens"], DATA["closes"]


def hours(day, first, last):
    return sum(SHARES[day][first:last])


def test_shares_make_a_million():
    assert sum(map(sum, SHARES)) == 1_000_000


def test_one_row_a_day_and_one_column_an_hour():
    assert [len(row) for row in SHARES] == [24] * 13


def test_nobody_votes_before_the_opening_or_after_the_close():
    assert hours(OPENS["day"], 0, OPENS["hour"]) == 0
    assert hours(CLOSES["day"], CLOSES["hour"], 24) == 0


def test_somebody_votes_in_every_open_hour():
    is_open = [
        share
        for day, row in enumerate(SHARES)
        for hour, share in enumerate(row)
        if (OPENS["day"], OPENS["hour"])
        <= (day, hour)
        < (CLOSES["day"], CLOSES["hour"])
    ]

    assert len(is_open) == 12 * 24 + 9
    assert min(is_open) > 0


def test_first_day_is_the_busiest():
    assert max(map(sum, SHARES)) == sum(SHARES[0])


def test_evenings_are_busy_and_nights_quiet():
    for day in range(1, 12):
        assert hours(day, 19, 22) > 8 * hours(day, 2, 5)


def test_last_evening_brings_a_rush():
    assert hours(11, 18, 23) > 2 * hours(10, 18, 23)
