"""An entry leaves a contest that is under way, or comes back: by two people, in public."""

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from showcase.contests.errors import (
    AlreadyProposed,
    ContestError,
    NotWithdrawable,
    OwnContest,
)
from showcase.contests.models import Contest, Entry, Gone
from showcase.contests.proposing import reject_about
from showcase.contests.withdrawing import (
    confirm_reinstatement,
    confirm_withdrawal,
    propose_reinstatement,
    propose_withdrawal,
)
from showcase.units.services import set_affiliation
from site_cms.accounts.roles import Role
from site_cms.pages.page_types import NoticePage
from site_cms.trail.errors import AlreadyDecided, ReasonMissing, SamePerson
from site_cms.trail.models import Decision, TrailEntry
from tests.factories import (
    HOUR,
    NOW,
    SECOND,
    make_ballot,
    make_contest,
    make_editor,
    make_entry,
    make_night,
    make_open_turn,
    make_operator,
    make_user,
    open_poll,
)
from tests.site_factories import make_site
from voting.judging import services as judging
from voting.log.models import LogEntry
from voting.polls.models import Ballot, Poll
from voting.polls.queries import totals

pytestmark = pytest.mark.django_db

WORDS = "单位撤并，主动退出。"
REASON = "县委编办 12 号文件。"


def entry_of(poll, number=1) -> Entry:
    return Entry.objects.select_related("contest", "unit").get(
        contest=poll.contest_id, number=number
    )


def proposed(entry, *, by=None, kind=Gone.WITHDRAWN, now=None):
    return propose_withdrawal(
        by=by or make_operator(Role.ADMINISTRATOR),
        entry=entry,
        kind=kind,
        words=WORDS,
        reason=REASON,
        now=now or timezone.now(),
    )


def withdrawn(entry, *, kind=Gone.WITHDRAWN, now=None) -> Entry:
    now = now or timezone.now()
    return confirm_withdrawal(
        by=make_operator(Role.SUPERVISOR),
        proposal=proposed(entry, kind=kind, now=now),
        now=now,
    )


def back_proposed(entry, *, by=None, now=None):
    return propose_reinstatement(
        by=by or make_user(),
        entry=entry,
        words="撤并取消。",
        reason=REASON,
        now=now or timezone.now(),
    )


def result_of(poll) -> dict[int, int]:
    """Approvals by number, as they will stand when the poll has closed."""
    now = timezone.now()
    Contest.objects.filter(pk=poll.contest_id).update(
        poll_opens_at=now - 2 * HOUR, poll_closes_at=now - SECOND
    )
    numbers = {entry.id: entry.number for entry in poll.entries}
    counts = totals(Poll.objects.get(pk=poll.id), now=now)
    return {numbers[entry]: count for entry, count in counts.items()}


@pytest.fixture
def site():
    return make_site()


@pytest.fixture
def poll(site):
    return open_poll()


def test_until_the_second_person_agrees_nothing_changes_and_nobody_is_told(poll):
    proposed(entry_of(poll))

    assert entry_of(poll).withdrawn_at is None
    assert NoticePage.objects.count() == LogEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        pytest.param(Gone.WITHDRAWN, "退出“红旗争夺赛”", id="withdrawn"),
        pytest.param(Gone.DISQUALIFIED, "取消", id="disqualified"),
    ],
)
def test_an_entry_leaves_with_a_notice_a_trail_and_a_line_in_the_log(poll, kind, title):
    first, second = make_operator(Role.ADMINISTRATOR), make_operator(Role.SUPERVISOR)
    now = timezone.now()
    proposal = proposed(entry_of(poll, 2), by=first, kind=kind, now=now)

    confirm_withdrawal(by=second, proposal=proposal, now=now)

    entry, notice = entry_of(poll, 2), NoticePage.objects.live().get()
    acts = TrailEntry.objects.about(entry).order_by("pk")
    assert (entry.withdrawn_at, entry.withdrawal_kind) == (now, kind)
    assert (entry.number, entry.withdrawal_notice) == (2, WORDS)
    assert title in notice.title
    assert WORDS in str(notice.body)
    assert "其他单位照常计数" in str(notice.body)
    assert [(act.action, act.by) for act in acts] == [
        ("entry.withdrawal.proposed", first),
        ("entry.withdrawal.confirmed", second),
        (f"entry.{kind}", second),
    ]
    said = LogEntry.objects.get()
    assert said.kind == "withdrawn"
    assert f'"act":"{kind}","at":' in said.text
    assert f'"number":2,"unit":"{entry.unit.name}","words":"{WORDS}"' in said.text
    assert REASON not in said.text + str(notice.body)


def test_its_picks_count_no_more_and_the_others_on_the_same_ballots_do(poll):
    make_ballot(poll=poll, picks=(1, 2))
    make_ballot(poll=poll, picks=(2, 3))
    make_ballot(poll=poll, picks=(2,))
    before = list(Ballot.objects.order_by("id").values())

    withdrawn(entry_of(poll, 2))

    assert result_of(poll) == {1: 1, 3: 1}
    assert list(Ballot.objects.order_by("id").values()) == before


def test_what_was_picked_before_counts_again_when_the_entry_comes_back(poll):
    make_ballot(poll=poll, picks=(1, 2))
    entry = withdrawn(entry_of(poll, 2))

    confirm_reinstatement(
        by=make_user(), proposal=back_proposed(entry), now=timezone.now()
    )

    entry = entry_of(poll, 2)
    assert (entry.withdrawn_at, entry.withdrawal_notice, entry.gone) == (None, "", "")
    assert result_of(poll) == {1: 1, 2: 1, 3: 0}
    assert [page.title[-9:] for page in NoticePage.objects.order_by("pk")] == [
        "退出“红旗争夺赛”",
        "参加“红旗争夺赛”",
    ]
    assert [
        '"act":"reinstated"' in each.text
        for each in LogEntry.objects.order_by("number")
    ] == [False, True]


def test_the_proposer_cannot_be_the_second_person(poll):
    both = make_operator(Role.ADMINISTRATOR, Role.SUPERVISOR)
    proposal = proposed(entry_of(poll), by=both)

    with pytest.raises(SamePerson):
        confirm_withdrawal(by=both, proposal=proposal, now=timezone.now())

    assert entry_of(poll).withdrawn_at is None


@pytest.mark.parametrize("place", ["works at a unit", "edits the page of a unit"])
def test_nobody_of_a_unit_that_takes_part_proposes_or_decides(poll, place):
    now = timezone.now()
    entry, rival = entry_of(poll, 1), entry_of(poll, 2)
    if place == "works at a unit":
        person = make_user()
        set_affiliation(by=None, user=person, unit=rival.unit, now=now)
    else:
        rival.unit.group = Group.objects.create(name="单位")
        rival.unit.save()
        person = make_editor(rival)
    proposal = proposed(entry)

    with pytest.raises(OwnContest):
        confirm_withdrawal(by=person, proposal=proposal, now=now)
    with pytest.raises(OwnContest):
        reject_about(by=person, proposal=proposal, remark="不对", now=now)
    with pytest.raises(OwnContest):
        proposed(rival, by=person)

    assert entry_of(poll).withdrawn_at is None


def test_before_the_poll_the_shortlist_is_changed_instead(site):
    with pytest.raises(NotWithdrawable, match="确定入围名单"):
        proposed(make_entry())


def test_a_unit_that_was_not_shortlisted_has_nothing_to_leave(poll):
    stranger = make_entry(
        contest=Contest.objects.get(), number=None, shortlisted_at=None
    )

    with pytest.raises(NotWithdrawable, match="没有入围"):
        proposed(stranger)


def test_once_the_result_is_published_nobody_leaves_or_comes_back(poll):
    now = timezone.now()
    waiting, gone = proposed(entry_of(poll, 1)), withdrawn(entry_of(poll, 2))
    Contest.objects.update(poll_closes_at=now - SECOND, provisional_at=now)

    with pytest.raises(NotWithdrawable, match="拟定结果已经公布"):
        confirm_withdrawal(by=make_user(), proposal=waiting, now=now)
    with pytest.raises(NotWithdrawable, match="拟定结果已经公布"):
        back_proposed(gone, now=now)

    assert entry_of(poll, 1).withdrawn_at is None
    assert Decision.objects.filter(proposal=waiting).count() == 0


def test_an_entry_has_one_proposal_at_a_time(poll):
    proposal = proposed(entry_of(poll))

    with pytest.raises(AlreadyProposed):
        proposed(entry_of(poll))

    reject_about(
        by=make_user(), proposal=proposal, remark="先问清楚", now=timezone.now()
    )
    assert proposed(entry_of(poll)).pk != proposal.pk


def test_a_proposal_is_decided_once(poll):
    proposal = proposed(entry_of(poll))
    reject_about(by=make_user(), proposal=proposal, remark="不对", now=timezone.now())

    with pytest.raises(AlreadyDecided):
        confirm_withdrawal(by=make_user(), proposal=proposal, now=timezone.now())

    assert entry_of(poll).withdrawn_at is None


@pytest.mark.parametrize(
    ("words", "reason", "error"),
    [
        pytest.param(" ", REASON, ContestError, id="nothing for the public"),
        pytest.param(WORDS, " ", ReasonMissing, id="nothing for the second person"),
    ],
)
def test_both_the_public_and_the_second_person_are_told_why(poll, words, reason, error):
    with pytest.raises(error):
        propose_withdrawal(
            by=make_user(),
            entry=entry_of(poll),
            kind=Gone.WITHDRAWN,
            words=words,
            reason=reason,
            now=timezone.now(),
        )


def test_without_a_place_for_notices_nothing_happens():
    poll = open_poll()
    proposal = proposed(entry_of(poll))

    with pytest.raises(ContestError, match="没有地方公布"):
        confirm_withdrawal(by=make_user(), proposal=proposal, now=timezone.now())

    assert entry_of(poll).withdrawn_at is None
    assert LogEntry.objects.count() == 0


def test_a_hidden_contest_publishes_nothing_and_keeps_its_log(poll):
    Contest.objects.update(hidden=True)

    withdrawn(entry_of(poll))

    assert NoticePage.objects.count() == 0
    assert LogEntry.objects.count() == 1


def test_the_notice_says_when_fewer_go_on_than_there_are_flags(site):
    enough = open_poll(contest=make_contest(flags=2, **_open_now()))
    too_few = open_poll(contest=make_contest(flags=3, **_open_now()))

    withdrawn(entry_of(enough))
    withdrawn(entry_of(too_few))

    told = [
        "少于 3 面红旗的名额" in str(page.body)
        for page in NoticePage.objects.order_by("pk")
    ]
    assert told == [False, True]


def _open_now() -> dict:
    now = timezone.now()
    return {"poll_opens_at": now - HOUR, "poll_closes_at": now + HOUR}


# What the night says


def test_the_host_calls_the_next_entry_when_the_one_on_stage_has_left(site):
    night = make_night(entries=3)
    turn = make_open_turn(night)
    withdrawn(turn.entry, now=NOW)

    called = judging.call_turn(by=make_user(), night=night, now=NOW)

    assert (called.order, turn.order) == (2, 1)


def test_an_entry_that_the_draw_left_out_does_not_come_back(site):
    night = make_night(entries=3)
    entry = make_entry(contest=night.contest, withdrawn_at=NOW, withdrawal_notice=WORDS)

    with pytest.raises(NotWithdrawable, match="抽签时"):
        back_proposed(entry, now=NOW)


def test_an_entry_without_its_marks_does_not_come_back_after_the_night(site):
    night = make_night(entries=3)
    entry = withdrawn(make_open_turn(night).entry, now=NOW)
    Contest.objects.update(night_closed_at=NOW)

    with pytest.raises(NotWithdrawable, match="没有打完的分"):
        back_proposed(entry, now=NOW)
