from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from site_cms.trail import services as trail
from site_cms.trail.errors import AlreadyDecided, SamePerson
from site_cms.trail.models import TrailEntry
from tests.factories import (
    NOW,
    draw_order,
    lock_turn,
    make_entry,
    make_night,
    make_open_turn,
    make_paper,
    make_sheet,
    make_user,
    open_night,
)
from voting.judging import services
from voting.judging.errors import (
    AlreadyLocked,
    JudgingError,
    NotComplete,
    PaperClosed,
    PaperRefused,
    SeatIsRecused,
    TurnNotOpen,
    VersionTaken,
)
from voting.judging.models import Absence, ScoreSheet, Source
from voting.judging.paper_codes import check_code
from voting.judging.paper_models import PaperSheet
from voting.judging.queries import seats_missing

pytestmark = pytest.mark.django_db

EVERYTHING = ["results", "presentation", "total"]


@pytest.fixture
def night():
    return make_night(seats=1)


@pytest.fixture
def turn(night):
    return make_open_turn(night)


@pytest.fixture
def seat(night):
    return night.seats.get(code="A01")


def confirm(paper, *, by=None, compared=EVERYTHING):
    return services.confirm_paper(
        by=by or make_user(), paper=paper, compared=compared, now=NOW
    )


def send_back(paper, *, by=None):
    return services.return_paper(
        by=by or make_user(), paper=paper, remark="现场展示抄错了", now=NOW
    )


def test_paper_counts_once_a_second_person_has_compared_every_line(turn, seat):
    paper = make_paper(seat=seat, turn=turn)
    assert not ScoreSheet.objects.exists()

    second = make_user()
    sheet = confirm(paper, by=second)

    paper.refresh_from_db()
    assert (sheet.source, sheet.version) == (Source.PAPER, 1)
    assert sheet.marks == {"results": "50.0", "presentation": "30.0"}
    assert (paper.sheet, paper.checked_by, paper.closed_at) == (sheet, second, NOW)
    assert [line.seat.code for line in seats_missing(turn, now=NOW)] == ["C01"]


def test_whoever_typed_it_cannot_confirm_it(turn, seat):
    typist = make_user()
    paper = make_paper(seat=seat, turn=turn, by=typist)

    with pytest.raises(SamePerson):
        confirm(paper, by=typist)

    assert not ScoreSheet.objects.exists()
    assert PaperSheet.objects.waiting().get() == paper


def test_whoever_typed_it_cannot_send_it_back_either(turn, seat):
    typist = make_user()
    paper = make_paper(seat=seat, turn=turn, by=typist)

    with pytest.raises(SamePerson):
        send_back(paper, by=typist)


@pytest.mark.parametrize(
    ("compared", "left"),
    [
        pytest.param([], "3 项", id="nothing"),
        pytest.param(["results", "presentation"], "1 项", id="all but the total"),
        pytest.param(["results", "results", "total"], "1 项", id="one line twice"),
        pytest.param(["other", "total"], "2 项", id="a line that is not there"),
    ],
)
def test_paper_is_not_confirmed_before_every_line_was_compared(
    turn, seat, compared, left
):
    paper = make_paper(seat=seat, turn=turn)

    with pytest.raises(JudgingError, match=left):
        confirm(paper, compared=compared)

    assert not ScoreSheet.objects.exists()


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        pytest.param(
            {"paper_total": "80.5"},
            {"total": "两项之和是 80.0，纸面合计是 80.5。请再看纸：哪个数抄错了？"},
            id="the total on paper is another",
        ),
        pytest.param(
            {"paper_total": ""},
            {"total": "请照纸上的合计录入，用来发现抄错的数。"},
            id="no total",
        ),
        pytest.param(
            {"paper_total": "八十", "added_wrong": True},
            {"total": "纸面合计请只填数字，您填的是“八十”。"},
            id="a total in words",
        ),
        pytest.param(
            {"marks": {"results": "61"}},
            {
                "mark-results": "实事成效：0 到 60，每档 0.5。您填的是 61，超过了 60。",
                "mark-presentation": "现场展示：0 到 40，每档 0.5。这一项还没有打分。",
            },
            id="marks beyond the maximum and missing",
        ),
        pytest.param(
            {"code": ""},
            {"code": "先录纸表右上角的校验码，防止拿错纸。"},
            id="no code",
        ),
        pytest.param(
            {"code": "0O1I"},
            {"code": "没有这个校验码。请再看纸表右上角的四个字符。"},
            id="a code that there is not",
        ),
        pytest.param(
            {"signed": False},
            {"signed": "纸上没有评委签名的不能录。请先请评委补签，再打勾。"},
            id="not signed",
        ),
        pytest.param(
            {"unaltered": False},
            {"unaltered": "有涂改的，请评委在旁签字后再打勾。"},
            id="altered",
        ),
    ],
)
def test_paper_that_does_not_agree_is_refused_at_its_field(
    turn, seat, fields, problems
):
    with pytest.raises(PaperRefused) as refused:
        make_paper(seat=seat, turn=turn, **fields)

    assert refused.value.problems == problems
    assert not PaperSheet.objects.exists()


def test_the_code_of_another_paper_says_whose_it_is(night, turn, seat):
    other = night.seats.get(code="C01")

    with pytest.raises(PaperRefused) as refused:
        make_paper(seat=seat, turn=turn, code=check_code(turn, other))

    plate = turn.entry.plate
    assert refused.value.problems == {
        "code": f"这是 C01-{plate} 那张纸的校验码，不是这一张的。"
        f"请换成 A01-{plate}，或者到那一席去录。"
    }


def test_codes_differ_by_seat_and_by_entry(night, turn):
    codes = {
        check_code(each, seat)
        for each in turn.round.turns.all()
        for seat in night.seats.all()
    }

    assert len(codes) == 4


def test_a_judge_who_added_wrong_is_kept_as_written_and_the_marks_count(turn, seat):
    paper = make_paper(seat=seat, turn=turn, paper_total="80.5", added_wrong=True)

    assert (paper.added_wrong, paper.paper_total, paper.total) == (True, 80.5, 80)
    assert confirm(paper).total == 80


def test_one_paper_of_a_seat_waits_at_a_time(turn, seat):
    make_paper(seat=seat, turn=turn)

    with pytest.raises(JudgingError, match="已经有人录过，正等第二人核对"):
        make_paper(seat=seat, turn=turn)


def test_paper_sent_back_is_typed_again_and_both_stay(turn, seat):
    first = make_paper(seat=seat, turn=turn)
    send_back(first)
    again = make_paper(seat=seat, turn=turn, paper_total="81", added_wrong=True)

    confirm(again)

    assert list(PaperSheet.objects.returned()) == [first]
    assert ScoreSheet.objects.get().proposal == again.proposal


def test_a_typist_takes_back_the_own_paper_and_nobody_elses(turn, seat):
    typist = make_user()
    paper = make_paper(seat=seat, turn=turn, by=typist)

    with pytest.raises(JudgingError, match="只有录入的人能这样做"):
        services.take_back_paper(by=make_user(), paper=paper, now=NOW)
    services.take_back_paper(by=typist, paper=paper, now=NOW)

    paper.refresh_from_db()
    assert paper.was_taken_back
    with pytest.raises(PaperClosed):
        confirm(paper)


@pytest.mark.parametrize("act", [confirm, send_back])
def test_paper_is_answered_once(turn, seat, act):
    paper = make_paper(seat=seat, turn=turn)
    act(paper)

    with pytest.raises((PaperClosed, AlreadyDecided)):
        confirm(paper)


def test_a_reminder_is_kept_with_its_time(turn, seat):
    typist = make_user()
    paper = make_paper(seat=seat, turn=turn, by=typist)

    later = NOW + timedelta(minutes=9)
    services.remind_of_paper(by=typist, paper=paper, now=later)

    paper.refresh_from_db()
    assert (paper.reminded_at, paper.waited(later)) == (later, 9)


def test_an_absence_is_taken_back_when_the_paper_counts(turn, seat):
    services.mark_absent(by=make_user(), turn=turn, seat=seat, reason="断网", now=NOW)

    confirm(make_paper(seat=seat, turn=turn))

    assert not Absence.objects.standing().exists()


def test_paper_over_a_sheet_of_the_device_is_its_next_version(turn, seat):
    make_sheet(seat=seat, turn=turn)

    assert confirm(make_paper(seat=seat, turn=turn)).version == 2


def test_paper_is_not_confirmed_over_what_the_device_sent_meanwhile(turn, seat):
    paper = make_paper(seat=seat, turn=turn)
    make_sheet(seat=seat, turn=turn)

    with pytest.raises(VersionTaken, match="设备又交来一版"):
        confirm(paper)

    assert PaperSheet.objects.waiting().get() == paper
    send_back(paper)


def test_a_turn_is_not_locked_while_paper_waits(turn, night, seat):
    paper = make_paper(seat=seat, turn=turn)
    for each in night.seats.all():
        make_sheet(seat=each, turn=turn)

    with pytest.raises(NotComplete, match="A01 周某某 的纸表还没有核对"):
        lock_turn(turn)

    send_back(paper)
    assert lock_turn(turn).turn == turn


def test_paper_after_the_lock_is_for_a_correction(turn, night, seat):
    for each in night.seats.all():
        make_sheet(seat=each, turn=turn)
    lock_turn(turn)

    with pytest.raises(AlreadyLocked, match="锁定后更正"):
        make_paper(seat=seat, turn=turn)


def test_paper_before_the_opening_is_refused(night, seat):
    turn = services.call_turn(by=make_user(), night=night, now=NOW)

    with pytest.raises(TurnNotOpen, match="还没有开放打分"):
        make_paper(seat=seat, turn=turn)


def test_a_recused_seat_has_no_paper():
    night = make_night(seats=1, entries=0, opened=False)
    entry, seat = make_entry(contest=night.contest), night.seats.get(code="A01")
    services.record_recusal(
        by=make_user(), seat=seat, entry=entry, reason="曾任职", now=NOW
    )
    draw_order(night.rounds.get())
    open_night(night)

    with pytest.raises(SeatIsRecused):
        make_paper(seat=seat, turn=make_open_turn(night))


def test_every_act_on_paper_is_in_the_trail(turn, seat):
    typist = make_user()
    paper = make_paper(seat=seat, turn=turn, by=typist)
    services.remind_of_paper(by=typist, paper=paper, now=NOW)
    send_back(paper)
    services.take_back_paper(
        by=typist, paper=make_paper(seat=seat, turn=turn, by=typist), now=NOW
    )
    confirm(make_paper(seat=seat, turn=turn))

    acts = TrailEntry.objects.filter(action__startswith="sheet.paper.")
    assert [entry.action.rpartition(".")[2] for entry in acts] == [
        "proposed",
        "reminded",
        "rejected",
        "proposed",
        "taken_back",
        "proposed",
        "confirmed",
    ]


# What the database itself refuses


def test_the_database_refuses_that_the_typist_checks(turn, seat):
    paper = make_paper(seat=seat, turn=turn)

    with (
        pytest.raises(IntegrityError, match="paper_is_checked_by_a_second_person"),
        transaction.atomic(),
    ):
        PaperSheet.objects.update(checked_by=paper.entered_by, closed_at=NOW)


def test_the_database_refuses_paper_that_counts_unchecked(turn, seat):
    sheet = make_sheet(seat=seat, turn=turn)
    make_paper(seat=seat, turn=turn)

    with (
        pytest.raises(IntegrityError, match="paper_that_counts_was_checked"),
        transaction.atomic(),
    ):
        PaperSheet.objects.update(sheet=sheet, closed_at=NOW)


def test_the_database_refuses_two_papers_of_a_seat_that_wait(turn, seat):
    paper = make_paper(seat=seat, turn=turn)
    same = {
        field.attname: getattr(paper, field.attname)
        for field in PaperSheet._meta.concrete_fields
        if field.name not in {"id", "proposal"}
    }
    proposal = trail.propose(
        by=paper.entered_by, kind="x", subject=turn, sentence="x", reason="x", now=NOW
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        PaperSheet.objects.create(**same, proposal=proposal)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"marks": {}}, id="its marks"),
        pytest.param({"paper_total": 1}, id="its total"),
        pytest.param({"entered_at": NOW + timedelta(1)}, id="its time"),
    ],
)
def test_the_database_refuses_to_change_what_was_typed(turn, seat, change):
    make_paper(seat=seat, turn=turn)

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        PaperSheet.objects.update(**change)


def test_the_database_refuses_to_open_an_answered_paper_again(turn, seat):
    send_back(make_paper(seat=seat, turn=turn))

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        PaperSheet.objects.update(closed_at=None, checked_by=None)
