import pytest
from django.db import DatabaseError, IntegrityError, transaction

from site_cms.trail.errors import AlreadyDecided, SamePerson
from site_cms.trail.models import TrailEntry
from tests.factories import (
    HOUR,
    NOW,
    lock_turn,
    make_night,
    make_open_turn,
    make_paper,
    make_sheet,
    make_user,
)
from voting.judging import services
from voting.judging.errors import (
    JudgingError,
    LateClosed,
    ResultIsFinal,
    VersionTaken,
)
from voting.judging.late_models import Late, LateSheet
from voting.judging.late_outcome_models import LateOutcome
from voting.judging.late_queries import late_asked, late_refused, late_sheets
from voting.judging.models import Absence, ScoreSheet, Source
from voting.judging.tabulator_queries import versions_of
from voting.log.models import Kind, LogEntry

pytestmark = pytest.mark.django_db

LATE_MARKS = {"results": "52", "presentation": "30"}
WHY = "锁定前已提交，断网未送达"


@pytest.fixture
def night():
    return make_night(seats=1)


@pytest.fixture
def seat(night):
    return night.seats.get(code="A01")


@pytest.fixture
def turn(night, seat):
    """Locked; the seat was absent."""
    turn = make_open_turn(night)
    make_sheet(seat=night.seats.get(code="C01"), turn=turn)
    services.mark_absent(by=make_user(), turn=turn, seat=seat, reason="断网", now=NOW)
    lock_turn(turn)
    return turn


@pytest.fixture
def late(turn, seat):
    return make_sheet(seat=seat, turn=turn, marks=LATE_MARKS)


def propose(late, *, by=None):
    return services.propose_late(by=by or make_user(), late=late, reason=WHY, now=NOW)


def confirm(proposal, *, by=None):
    return services.confirm_late(by=by or make_user(), proposal=proposal, now=NOW)


def file(late):
    return services.file_late(by=make_user(), late=late, reason=WHY, now=NOW)


def test_a_late_sheet_waits_and_does_not_count(night, seat, late):
    assert late_sheets(night) == [late]
    assert not ScoreSheet.objects.filter(seat=seat).exists()


def test_a_late_sheet_counts_when_two_people_say_so(night, turn, seat, late):
    proposal = propose(late)
    assert late_asked(late) == proposal
    assert not ScoreSheet.objects.filter(seat=seat).exists()

    second = make_user()
    sheet = confirm(proposal, by=second)

    assert (sheet.source, sheet.version, sheet.marks) == (
        Source.CORRECTION,
        1,
        {"results": "52.0", "presentation": "30.0"},
    )
    assert late_sheets(night) == []
    outcome = LateOutcome.objects.get()
    assert (outcome.late, outcome.sheet, outcome.decided_by) == (late, sheet, second)
    assert not Absence.objects.standing().exists()
    assert LogEntry.objects.of_kind(Kind.CORRECTED).count() == 1


def test_whoever_proposes_a_late_sheet_cannot_agree(late):
    by = make_user()
    proposal = propose(late, by=by)

    with pytest.raises(SamePerson):
        confirm(proposal, by=by)

    assert not LateOutcome.objects.exists()


def test_a_late_sheet_over_one_that_stands_leaves_both_readable(night, turn):
    seat = night.seats.get(code="C01")
    late = make_sheet(seat=seat, turn=turn, version=2, marks=LATE_MARKS)

    confirm(propose(late))

    versions = versions_of(turn, seat)
    assert [(v.sheet.version, v.total, v.stands) for v in versions] == [
        (1, "80.0", False),
        (2, "82.0", True),
    ]
    assert versions[1].proposal.reason == WHY


def test_what_says_the_same_as_what_stands_need_not_count(night, turn):
    late = make_sheet(seat=night.seats.get(code="C01"), turn=turn, version=2)

    with pytest.raises(JudgingError, match="一样，不用计入"):
        propose(late)


def test_a_late_sheet_that_is_not_agreed_to_stays_and_may_be_filed(night, late):
    proposal = propose(late)
    services.reject_late(
        by=make_user(), proposal=proposal, remark="没有人能证明", now=NOW
    )

    assert late_sheets(night) == [late]
    assert (late_asked(late), late_refused(late)) == (None, proposal)
    outcome = file(late)
    assert (outcome.sheet, outcome.reason) == (None, WHY)
    assert late_sheets(night) == []
    assert LateSheet.objects.get() == late


def test_a_filed_sheet_is_not_proposed_and_not_filed_again(late):
    file(late)

    with pytest.raises(LateClosed):
        propose(late)
    with pytest.raises(LateClosed):
        file(late)


def test_while_the_supervisor_is_asked_nothing_else_happens_to_it(late):
    propose(late)

    with pytest.raises(JudgingError, match="正等监督员"):
        propose(late)
    with pytest.raises(JudgingError, match="正等监督员"):
        file(late)


def test_a_late_sheet_is_decided_once(late):
    proposal = propose(late)
    confirm(proposal)

    with pytest.raises(AlreadyDecided):
        confirm(proposal)

    assert ScoreSheet.objects.filter(source=Source.CORRECTION).count() == 1


def test_a_late_sheet_does_not_count_over_a_correction_made_meanwhile(turn, seat, late):
    proposal = propose(late)
    services.confirm_correction(
        by=make_user(),
        proposal=services.propose_correction(
            by=make_user(),
            turn=turn,
            seat=seat,
            marks={"results": "1", "presentation": "1"},
            reason="按纸面",
            now=NOW,
        ),
        now=NOW,
    )

    with pytest.raises(VersionTaken), transaction.atomic():
        confirm(proposal)

    assert ScoreSheet.objects.filter(seat=seat).count() == 1
    assert late_asked(late) == proposal


def test_before_the_lock_the_judge_sends_again_instead(night, seat):
    turn = make_open_turn(night)
    device = make_sheet(seat=seat, turn=turn).device
    services.leave_seat(device=device, now=NOW)
    old = make_sheet(seat=seat, turn=turn, device=device, version=2, marks=LATE_MARKS)

    assert old.why == Late.OLD_DEVICE
    with pytest.raises(JudgingError, match="还没有锁定"):
        propose(old)


def test_nothing_counts_any_more_when_the_result_is_final(night, late):
    proposal = propose(late)
    night.contest.finalised_at = NOW
    night.contest.save()

    with pytest.raises(ResultIsFinal), transaction.atomic():
        confirm(proposal)
    with pytest.raises(JudgingError):
        propose(late)


def test_a_sheet_behind_confirmed_paper_is_kept_and_a_later_version_counts(night, seat):
    turn = make_open_turn(night)
    services.confirm_paper(
        by=make_user(),
        paper=make_paper(seat=seat, turn=turn),
        compared=["results", "presentation", "total"],
        now=NOW,
    )

    queued = make_sheet(seat=seat, turn=turn, version=1, marks=LATE_MARKS)
    changed = make_sheet(seat=seat, turn=turn, version=2, marks=LATE_MARKS)

    assert queued.why == Late.AFTER_PAPER
    assert list(ScoreSheet.objects.latest().filter(seat=seat)) == [changed]


def test_a_correction_to_what_stands_already_is_refused(night, turn):
    with pytest.raises(JudgingError, match="和现在的一版一样"):
        services.propose_correction(
            by=make_user(),
            turn=turn,
            seat=night.seats.get(code="C01"),
            marks={"results": "50", "presentation": "30"},
            reason="没有什么要改",
            now=NOW,
        )


def test_every_decision_is_in_the_trail(late):
    services.reject_late(
        by=make_user(), proposal=propose(late), remark="请写明", now=NOW
    )
    file(late)

    acts = TrailEntry.objects.filter(action__startswith="sheet.late.")
    assert [entry.action for entry in acts] == [
        "sheet.late.proposed",
        "sheet.late.rejected",
        "sheet.late.filed",
    ]


# What the database itself refuses


def test_the_database_refuses_two_outcomes_of_one_sheet(late):
    file(late)

    with pytest.raises(IntegrityError), transaction.atomic():
        LateOutcome.objects.create(
            late=late, decided_by=make_user(), decided_at=NOW, reason="x"
        )


def test_the_database_refuses_that_one_person_counts_it(night, late):
    proposal, by = propose(late), make_user()
    counted = ScoreSheet.objects.get(seat__code="C01")

    with (
        pytest.raises(IntegrityError, match="late_sheet_counts_by_two_people"),
        transaction.atomic(),
    ):
        LateOutcome.objects.create(
            late=late,
            sheet=counted,
            proposal=proposal,
            proposed_by=by,
            decided_by=by,
            decided_at=NOW,
            reason="x",
        )


@pytest.mark.parametrize("model", [LateSheet, LateOutcome])
def test_the_database_refuses_to_change_or_delete_either(late, model):
    file(late)
    change = {"received_at": NOW + HOUR} if model is LateSheet else {"reason": "y"}

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        model.objects.update(**change)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        model.objects.all()._raw_delete("default")
