from datetime import date, timedelta
from decimal import Decimal

import pytest

from showcase.contests.models import Opening
from showcase.ledger.models import Deed, DeedState
from showcase.ledger.queries import (
    Totals,
    deeds_snapshot,
    line_of,
    public_list,
    totals,
    unit_deeds,
)
from tests.factories import NOW, make_contest, make_deed, make_entry

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 1)
TOMORROW = TODAY + timedelta(days=1)
YESTERDAY = TODAY - timedelta(days=1)


def closed(**fields) -> Deed:
    return make_deed(
        state=DeedState.CLOSED, **{"closed_on": YESTERDAY, "due_on": YESTERDAY} | fields
    )


def test_totals_count_what_is_public_once_each():
    closed()
    make_deed(due_on=TODAY)
    make_deed(due_on=TOMORROW, state=DeedState.REPORTED)
    make_deed(due_on=YESTERDAY)
    make_deed(due_on=YESTERDAY, state=DeedState.PROPOSED)

    assert totals(TODAY) == Totals(planned=4, closed=1, running=2, overdue=1)


@pytest.mark.parametrize(
    ("count", "done", "share"),
    [
        (0, 0, "0"),
        (3, 3, "100"),
        (3, 2, "66.6"),
        (1000, 999, "99.9"),
        (2001, 2000, "99.9"),
    ],
)
def test_the_share_that_is_closed_is_never_rounded_up(count, done, share):
    assert Totals(count, done, 0, 0).closed_share == share


def test_lists_show_what_is_pending_first():
    late = make_deed(due_on=YESTERDAY, title="逾期")
    soon = make_deed(due_on=TOMORROW, title="在办")
    done = closed(title="办完")
    make_deed(state=DeedState.PROPOSED)

    assert [*public_list(shown="", today=TODAY)] == [late, soon, done]
    assert [*public_list(shown="overdue", today=TODAY)] == [late]
    assert [*public_list(shown="running", today=TODAY)] == [soon]
    assert [*public_list(shown="closed", today=TODAY)] == [done]


def test_a_line_says_how_much_of_what_by_when():
    deed = make_deed(target=Decimal("17.80"), done=4, measure="公里", due_on=TOMORROW)
    next_year = make_deed(due_on=date(2027, 1, 5), note="等材料。")

    assert line_of(deed, TODAY).figures == (
        "目标 17.8 公里，完成 4 公里。6 月 2 日到期。"
    )
    assert line_of(next_year, TODAY).figures.endswith("2027 年 1 月 5 日到期。等材料。")


def test_a_snapshot_holds_the_public_deeds_of_shortlisted_units_as_plain_values():
    entry = make_entry(contest=make_contest())
    outside = make_entry(contest=entry.contest, shortlisted_at=None)
    deed = make_deed(unit=entry.unit, target=10, done=Decimal("2.50"), source="台账")
    make_deed(unit=entry.unit, state=DeedState.PROPOSED)
    make_deed(unit=outside.unit)

    assert deeds_snapshot(entry.contest) == [
        {
            "deed": deed.pk,
            "unit": entry.unit_id,
            "title": "整修村道",
            "leader": "李某某",
            "target": "10",
            "done": "2.5",
            "measure": "公里",
            "due_on": "2026-06-02",
            "state": "in_progress",
            "closed_on": None,
            "note": "",
            "source": "台账",
        }
    ]


def test_a_snapshot_reads_like_the_ledger_did_at_the_opening():
    entry = make_entry()
    late = make_deed(unit=entry.unit, due_on=YESTERDAY)
    closed(unit=entry.unit)
    opening = Opening(
        contest=entry.contest,
        stage="poll",
        opened_at=NOW,
        frozen={"deeds": deeds_snapshot(entry.contest)},
    )
    before = unit_deeds(entry, None, now=NOW)
    Deed.objects.filter(pk=late.pk).update(done=10)

    after = unit_deeds(entry, opening, now=NOW + timedelta(days=20))

    assert after.lines == before.lines
    assert (before.frozen_at, after.frozen_at) == (None, NOW)
    assert [line.standing.text for line in after.lines] == ["逾期 1 天", "已销号"]
