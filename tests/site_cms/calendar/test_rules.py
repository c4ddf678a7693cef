from datetime import date

import pytest

from site_cms.calendar.queries import calendar_of, is_arranged
from site_cms.calendar.rules import Calendar, Counts, Ruling

pytestmark = pytest.mark.django_db

# As the State Council arranged 2026: 国务院办公厅关于2026年部分节假日安排的通知.
FRIDAY_BEFORE_NATIONAL_DAY = date(2026, 9, 25)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        pytest.param(date(2026, 6, 1), "", id="a Monday"),
        pytest.param(date(2026, 6, 6), "周末", id="a Saturday"),
        pytest.param(date(2026, 10, 1), "国庆节", id="a holiday"),
        pytest.param(
            date(2026, 10, 7),
            "休息日（由 2026-10-10 调休）",
            id="a weekday that was given off",
        ),
        pytest.param(date(2026, 10, 10), "", id="a Saturday that is worked"),
        pytest.param(date(2026, 9, 20), "", id="a Sunday that is worked"),
    ],
)
def test_days_count_as_the_state_council_arranged_them(day, why):
    assert calendar_of(2026, 2026).why_off(day) == why


def test_a_worked_weekend_says_why_it_counts():
    calendar = calendar_of(2026, 2026)

    assert [
        calendar.why_on(date(2026, 10, 10)),
        calendar.why_on(date(2026, 10, 11)),
        calendar.why_on(date(2026, 10, 12)),
    ] == ["调休上班", "", ""]


@pytest.mark.parametrize(
    ("start", "number", "expected"),
    [
        pytest.param(date(2026, 6, 1), 5, date(2026, 6, 8), id="over a weekend"),
        pytest.param(date(2026, 6, 6), 1, date(2026, 6, 8), id="from a Saturday"),
        pytest.param(
            date(2026, 9, 28),
            5,
            date(2026, 10, 10),
            id="over National Day, with a worked Saturday",
        ),
        pytest.param(
            date(2026, 12, 31), 1, date(2027, 1, 4), id="over the end of the year"
        ),
    ],
)
def test_working_days_are_counted_without_the_day_itself(start, number, expected):
    assert calendar_of(2026, 2027).working_day_after(start, number) == expected


def test_what_an_operator_says_goes_before_everything():
    monday, saturday = date(2026, 6, 1), date(2026, 6, 6)
    calendar = Calendar(
        {monday: "节"},
        frozenset({saturday}),
        {
            monday: Ruling(Counts.WORKING, "县里照常上班"),
            saturday: Ruling(Counts.OFF, "县庆"),
        },
    )

    assert [
        calendar.why_off(monday),
        calendar.why_on(monday),
        calendar.why_off(saturday),
    ] == ["", "县里照常上班", "县庆"]


def test_counting_from_nothing_is_refused():
    with pytest.raises(ValueError, match="counted from 1"):
        Calendar({}, frozenset()).working_day_after(FRIDAY_BEFORE_NATIONAL_DAY, 0)


def test_a_year_without_worked_weekends_is_not_arranged_yet():
    assert [is_arranged(year) for year in (2025, 2026, 2090)] == [True, True, False]
