"""Everything that keeps a result back is named, and each with the way to where it is mended."""

from decimal import Decimal

import pytest
from django.db import connection
from django.urls import resolve

from showcase.contests.models import Contest, Gone
from showcase.contests.withdrawing import propose_withdrawal
from site_cms.trail.append_only import rewriting_allowed
from tests.factories import (
    HOUR,
    NOW,
    make_check,
    make_computation,
    make_decided_contest,
    make_late,
    make_night,
    make_open_turn,
    make_paper,
    make_publication,
    make_tied_contest,
    make_user,
)
from tests.factories.standing import make_standing
from voting.integrity.detection_models import DetectionRun
from voting.integrity.entry_notices import propose_notice
from voting.judging.models import Turn
from voting.judging.services import propose_correction
from voting.polls.models import Ballot
from voting.results.hindrance_queries import of_the_desks
from voting.results.models import Computation
from voting.results.points_services import propose_deduction
from voting.results.queries import against_publishing
from voting.results.services import compute_result

pytestmark = pytest.mark.django_db


def turn_of(contest: Contest, number: int) -> Turn:
    return Turn.objects.select_related("round__night").get(
        round__night__contest=contest, entry__number=number
    )


def seat_of(contest: Contest, code: str = "A01"):
    return contest.night.seats.get(code=code)


def marking_goes_on(contest):
    Contest.objects.filter(pk=contest.pk).update(night_closed_at=None)


def a_late_sheet(contest):
    make_late(seat=seat_of(contest), turn=turn_of(contest, 1))


def a_correction(contest):
    propose_correction(
        by=make_user(),
        turn=turn_of(contest, 1),
        seat=seat_of(contest),
        marks={"results": "1", "presentation": "30.5"},
        reason="录错一位",
        now=NOW,
    )


def a_withdrawal(contest):
    propose_withdrawal(
        by=make_user(),
        entry=contest.entries.get(number=2),
        kind=Gone.WITHDRAWN,
        words="单位撤并，退出评议。",
        reason="来函",
        now=NOW,
    )


def a_notice(contest):
    propose_notice(
        by=make_user(),
        entry=contest.entries.get(number=2),
        words="发现组织投票。",
        evidence="群聊截图",
        now=NOW,
    )


def held_ballots(contest):
    make_standing("hold", Ballot.objects.filter(poll__contest=contest)[:1], at=NOW)


def no_last_detection(contest):
    with rewriting_allowed(connection):
        DetectionRun.objects.filter(poll__contest=contest).delete()


def points_asked(contest):
    propose_deduction(
        by=make_user(),
        contest=contest,
        plate="02",
        points=Decimal(1),
        reason="超时上报",
        evidence="通报",
        now=NOW,
    )


def a_newer_check_that_differs(contest):
    computation = Computation.objects.of_contest(contest).get()
    make_check(computation, agrees=False, said="result/outcome.json 第 1 行不同")


@pytest.mark.parametrize(
    ("happens", "told", "page"),
    [
        pytest.param(marking_goes_on, "现场评分还没有结束", "host", id="marking"),
        pytest.param(a_late_sheet, "来晚了，还没有人处理", "late_sheet", id="late"),
        pytest.param(a_correction, "更正等监督员决定", "check_fix", id="correction"),
        pytest.param(a_withdrawal, "等第二人决定：02", "entry", id="withdrawal"),
        pytest.param(a_notice, "等第二人决定：", "entry", id="notice"),
        pytest.param(held_ballots, "1 组隔离的选票没有决定", "poll", id="hold"),
        pytest.param(no_last_detection, "刷票识别还没有做完", "poll", id="detection"),
        pytest.param(points_asked, "02 号扣 1 分", "result_points", id="points"),
        pytest.param(
            a_newer_check_that_differs, "不一样", "results_manage", id="verifier"
        ),
    ],
)
def test_each_thing_that_is_open_is_told_with_its_page(happens, told, page):
    contest = make_decided_contest()
    computation = make_computation(contest)
    assert against_publishing(computation, now=NOW) == []

    happens(contest)

    computation.contest.refresh_from_db()
    [hindrance] = against_publishing(computation, now=NOW)
    assert told in hindrance.sentence
    assert resolve(hindrance.url).url_name == page
    assert hindrance.link


def test_all_of_them_are_listed_at_once():
    contest = make_decided_contest()
    computation = compute_result(by=make_user(), contest=contest, now=NOW)
    for happens in (a_late_sheet, a_correction, held_ballots, points_asked):
        happens(contest)

    assert len(against_publishing(computation, now=NOW)) == 5


def test_a_practice_poll_is_never_finished_and_waits_for_no_detection():
    contest = make_decided_contest(practice=True, practice_note="演练")
    no_last_detection(contest)

    assert against_publishing(make_computation(contest), now=NOW) == []


def test_what_the_verifier_said_of_an_older_computation_does_not_count():
    contest = make_decided_contest()
    make_computation(contest)
    held_ballots(contest)
    make_standing("void", Ballot.objects.filter(poll__contest=contest)[:1], at=NOW)
    newer = compute_result(by=make_user(), contest=contest, now=NOW + HOUR)

    [hindrance] = against_publishing(newer, now=NOW + HOUR)

    assert "核对的是更早的一次计算" in hindrance.sentence


def test_paper_that_waits_for_a_second_person_is_told_with_its_page():
    night = make_night(entries=1)
    turn = make_open_turn(night)
    paper = make_paper(seat=night.seats.first(), turn=turn)

    [hindrance] = of_the_desks(night)

    assert "等第二人核对" in hindrance.sentence
    assert resolve(hindrance.url).kwargs == {
        "slug": night.contest.slug,
        "pk": paper.pk,
    }


def test_every_group_of_equals_is_named():
    computation = make_computation(make_tied_contest(votes=(2, 2, 1, 1)))

    told = [str(each) for each in against_publishing(computation, now=NOW)]

    assert [each[:5] for each in told] == ["第 1 名", "第 3 名"]


def test_nothing_is_open_once_a_result_stands():
    publication = make_publication()

    assert against_publishing(publication.computation, now=NOW) == []
