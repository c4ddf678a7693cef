"""Where what was published daily can be read, and that a hidden poll publishes nothing."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Contest
from tests.factories import NOW, make_contest, open_poll
from voting.polls.rules import Counts, Form
from voting.polls.tally_models import DailyTotal

pytestmark = pytest.mark.django_db

FIRST = date(2026, 6, 1)


def publish(poll, *counts: int, day: date = FIRST, **fields) -> None:
    given = {
        str(entry.id): {"1": count}
        for entry, count in zip(poll.entries, counts, strict=True)
    }
    DailyTotal.objects.create(
        **{"poll_id": poll.id, "day": day, "published_at": NOW, "ballots": sum(counts)}
        | {"given": given}
        | fields
    )


def page_of(poll, name: str = "daily_totals"):
    slug = Contest.objects.get(pk=poll.contest_id).slug
    return Client().get(reverse(f"voting:{name}", args=[slug]))


def cells(table) -> list[tuple]:
    return [
        (row["header"][:2], *(cell["text"] for cell in row["cells"]))
        for row in table["rows"]
    ]


def daily_poll(**fields):
    return open_poll(counts=Counts.DAILY.value, **fields)


def test_every_day_is_listed_the_newest_first_in_the_order_of_numbers():
    poll = daily_poll()
    publish(poll, 1, 0, 2, day=date(2026, 6, 1))
    publish(poll, 3, 9, 5, day=date(2026, 6, 2))

    days = page_of(poll).context["days"]

    assert [cells(day) for day in days] == [
        [("01", 3), ("02", 9), ("03", 5)],
        [("01", 1), ("02", 0), ("03", 2)],
    ]


def test_the_polls_page_shows_the_latest_day():
    poll = daily_poll()
    publish(poll, 1, 0, 2, day=date(2026, 6, 1))
    publish(poll, 31, 9, 5, day=date(2026, 6, 2))

    page = page_of(poll, "ballot").content.decode()

    assert "公布的累计票数" in page
    assert '<td class="n" data-label="票数">31</td>' in page


def test_the_page_of_a_closed_poll_still_shows_what_was_published():
    poll = daily_poll()
    publish(poll, 31, 0, 2)
    Contest.objects.filter(pk=poll.contest_id).update(poll_closes_at=timezone.now())

    assert "公布的累计票数" in page_of(poll, "ballot").content.decode()


def test_grades_have_a_column_each():
    poll = daily_poll(form=Form.GRADING.value, picks_max=3)
    grades = {"1": 5, "2": 4, "3": 3, "4": 2}
    publish(poll, 0, 0, 0, given={str(entry.id): grades for entry in poll.entries})

    (day,) = page_of(poll).context["days"]

    assert [column["label"] for column in day["columns"]] == [
        "编号和单位", "满意", "基本满意", "不满意", "不了解",
    ]  # fmt: skip
    assert cells(day)[0] == ("01", 5, 4, 3, 2)


def test_an_entry_that_was_withdrawn_is_left_out():
    poll = daily_poll()
    publish(poll, 1, 0, 2, given={str(poll.entries[0].id): {"1": 1}})

    (day,) = page_of(poll).context["days"]

    assert cells(day) == [("01", 1)]


def test_a_hidden_poll_has_a_page_without_numbers_and_nothing_on_its_ballot():
    poll = open_poll()

    assert page_of(poll).context["days"] == []
    assert "没有公布的票数" in page_of(poll).content.decode()
    assert "公布的累计票数" not in page_of(poll, "ballot").content.decode()


def test_before_the_opening_the_page_is_empty():
    contest = make_contest()

    page = Client().get(reverse("voting:daily_totals", args=[contest.slug]))

    assert page.context["days"] == []
