"""The run sheet: right people, right times, and only buttons that the console has."""

import inspect
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from site_cms.accounts.roles import Role
from tests.factories import (
    HOUR,
    MINUTE,
    NOW,
    make_night,
    make_operator,
    sign_in,
)
from tests.factories.rehearsals import make_drawn_night, make_undrawn_night, rehearsed
from voting.stage import wording
from voting.stage.run_sheet_queries import BETWEEN, run_sheet_of

ROOT = Path(__file__).resolve().parents[3]


def page_of(night, role=Role.HOST):
    client = Client()
    sign_in(client, make_operator(role))
    return client.get(f"/host/{night.contest.slug}/run-sheet/").content.decode()


@pytest.mark.django_db
def test_every_entry_has_its_time_one_after_the_other():
    night = make_drawn_night(night_opens_at=NOW)

    sheet = run_sheet_of(night, now=NOW)

    (line,) = sheet.rounds
    each = timedelta(seconds=300 + 180) + BETWEEN
    assert [slot.at for slot in line.slots] == [NOW, NOW + each, NOW + 2 * each]
    assert [slot.turn.order for slot in line.slots] == [1, 2, 3]
    assert sheet.ends_at == NOW + 3 * each
    assert (
        line.planned == "每个单位汇报 5 分钟，打分 3 分钟，签认、亮分和换人 1 分 30 秒"
    )


@pytest.mark.django_db
def test_who_left_keeps_its_place_and_takes_no_time():
    night = make_drawn_night(night_opens_at=NOW)
    first = night.rounds.get().turns.get(order=1).entry
    first.withdrawn_at, first.withdrawal_notice = NOW - HOUR, "本单位撤并。"
    first.save()

    slots = run_sheet_of(night, now=NOW).rounds[0].slots

    assert [(slot.at, slot.is_gone) for slot in slots[:2]] == [
        (None, True),
        (NOW, False),
    ]
    assert run_sheet_of(night, now=NOW).entries == 2
    assert "已退出评议，不上台" in page_of(night)


@pytest.mark.django_db
def test_recused_seats_stand_beside_their_entry():
    night = make_drawn_night(night_opens_at=NOW)

    slots = run_sheet_of(night, now=NOW).rounds[0].slots

    assert {slot.turn.entry.number: slot.recused for slot in slots} == {
        1: [],
        2: ["A01"],
        3: [],
    }


@pytest.mark.django_db
def test_it_names_who_is_on_duty_and_who_is_missing():
    night = make_drawn_night()
    make_operator(Role.SUPERVISOR)
    first, second = night.supervisors.all()
    second.delete()

    duties = {duty.role: duty for duty in run_sheet_of(night, now=NOW).duties}

    assert duties[Role.SUPERVISOR].names == [str(first.user)]
    assert duties[Role.SUPERVISOR].short_by == 1
    assert duties[Role.TABULATOR].short_by == 1
    page = page_of(night)
    assert str(first.user) in page
    assert "还差 1 位" in page


@pytest.mark.django_db
def test_before_the_draw_it_says_that_the_order_is_still_to_come():
    night = make_undrawn_night()

    page = page_of(night)

    assert "现场评比还没有抽签。抽完请重新打印这张单子。" in page


@pytest.mark.django_db
def test_that_of_a_rehearsal_says_so():
    night = rehearsed()

    page = page_of(night, Role.SUPERVISOR)

    assert f"这是“{night.contest.rehearsal.source}”的演练用单" in page
    assert "演练用单" not in page_of(make_night(entries=0, opened=False))


@pytest.mark.django_db
def test_every_button_on_it_is_a_button_of_the_console():
    """A word changed on the console and not on the paper would leave the host alone."""
    parts = sorted((ROOT / "templates/voting/stage/parts").glob("*.html"))
    console = inspect.getsource(wording) + "".join(
        path.read_text(encoding="utf-8") for path in parts
    )
    named = set(re.findall(r'<b class="press">(.+?)</b>', page_of(make_drawn_night())))

    assert len(named) >= 9
    assert {name for name in named if name not in console} == set()


@pytest.mark.django_db
def test_where_no_scores_are_shown_the_step_is_left_out():
    night, step = make_drawn_night(), '<b class="press">大屏亮分</b>'
    assert step in page_of(night)

    night.shows_scores = False
    night.save()

    assert step not in page_of(night)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "status"),
    [
        pytest.param(Role.HOST, 200, id="host"),
        pytest.param(Role.TABULATOR, 200, id="tabulator"),
        pytest.param(Role.UNIT_EDITOR, 403, id="unit editor"),
    ],
)
def test_it_is_for_those_who_run_the_night(role, status):
    client, night = Client(), make_night(entries=0, opened=False)
    sign_in(client, make_operator(role))

    response = client.get(f"/host/{night.contest.slug}/run-sheet/")

    assert response.status_code == status


def test_the_time_between_two_entries_is_neither_nothing_nor_long():
    assert MINUTE <= BETWEEN <= 3 * MINUTE
