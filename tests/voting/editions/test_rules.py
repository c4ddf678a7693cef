from datetime import UTC, date, datetime, timedelta

from voting.editions.rules import SHANGHAI, next_name, proposed_times

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def at(day: str, hour: int = 9) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=SHANGHAI)


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def after(times: dict, is_working=weekdays, now=NOW) -> dict[str, datetime]:
    told = proposed_times(times, is_working=is_working, now=now)
    return {name: each.after for name, each in told.items()}


def test_the_same_weekday_and_hour_a_year_of_weeks_later():
    opens, closes = at("2026-06-01", 8), at("2026-06-10", 18)

    assert after({"poll_opens_at": opens, "poll_closes_at": closes}) == {
        "poll_opens_at": at("2027-05-31", 8),
        "poll_closes_at": at("2027-06-09", 18),
    }


def test_an_old_contest_is_brought_past_today():
    told = after({"poll_opens_at": at("2022-06-06")})["poll_opens_at"]

    assert told > NOW
    assert told - at("2022-06-06") == 5 * timedelta(weeks=52)


def test_a_working_day_stays_one_and_a_day_off_may_stay_off():
    off = {date(2027, 5, 31)}
    told = proposed_times(
        {"poll_opens_at": at("2026-06-01"), "poll_closes_at": at("2026-06-06")},
        is_working=lambda day: weekdays(day) and day not in off,
        now=NOW,
    )

    opens, closes = told["poll_opens_at"], told["poll_closes_at"]
    assert opens.after == at("2027-06-01")
    assert "下一个工作日" in opens.moved
    assert (closes.after, closes.moved) == (at("2027-06-05"), "")


def test_what_is_moved_never_turns_two_times_around():
    off = {date(2027, 5, 31) + timedelta(days=n) for n in range(7)}
    told = after(
        {"poll_opens_at": at("2026-06-01"), "poll_closes_at": at("2026-06-06")},
        is_working=lambda day: weekdays(day) and day not in off,
    )

    assert told["poll_opens_at"] == at("2027-06-07")
    assert told["poll_closes_at"] == at("2027-06-12")


def test_what_was_never_set_stays_open():
    assert after({"poll_opens_at": None}) == {}


def test_the_year_in_a_name_goes_on():
    assert next_name("2026 年临河县红旗争夺赛", years=1) == "2027 年临河县红旗争夺赛"
    assert next_name("hq-2026", years=2) == "hq-2028"
    assert next_name("第三届 12026 号", years=1) == "第三届 12026 号"
