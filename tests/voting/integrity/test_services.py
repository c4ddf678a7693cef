"""Holding, voiding and restoring: what is done, by whom, and what everybody can read of it."""

import json

import pytest

from showcase.contests.models import Contest
from showcase.units.services import set_affiliation
from site_cms.trail.errors import (
    AlreadyDecided,
    NothingProposed,
    ReasonMissing,
    SamePerson,
)
from site_cms.trail.models import TrailEntry
from tests.factories import NOW, make_unit, open_poll
from tests.factories.integrity import (
    EVIDENCE,
    WORDS,
    hold,
    make_group,
    numbers_of,
    officer,
    propose,
    restore,
    store_ballots,
    supervisor,
    void,
)
from voting.integrity import services
from voting.integrity.decision_rules import State
from voting.integrity.detection_models import SuspectBallot
from voting.integrity.errors import (
    AlreadyProposed,
    FromAParticipatingUnit,
    GroupChanged,
    GroupWasDecided,
    NobodyNewToAdd,
    NoSuchReason,
    NothingHeld,
    NothingToHold,
    NothingVoid,
    ReasonTooLong,
    ResultIsFinal,
    TooFewBallots,
    UnitNamed,
)
from voting.integrity.models import GroupAct
from voting.integrity.queries import (
    against_result,
    group_lines,
    members_of,
    standings_of,
)
from voting.log.models import LogEntry
from voting.log.services import append
from voting.polls.models import Ballot, BallotSignal
from voting.polls.standing_models import BallotStanding, StandingAct
from voting.polls.standing_queries import Standings

pytestmark = pytest.mark.django_db


def state(group) -> State:
    return next(line.state for line in group_lines(group.poll) if line.group == group)


def statement() -> dict:
    return json.loads(LogEntry.objects.order_by("number").last().text)


def test_a_held_group_counts_no_longer_and_nothing_is_lost():
    group, by = make_group(), officer(last_name="孙", first_name="胜利")

    act = hold(group, by=by)

    assert numbers_of(group.poll) == Standings(cast=20, held=20, void=0)
    assert Ballot.objects.count() == 20
    assert (act.kind, act.proposed_by, act.confirmed_by) == ("hold", by, None)
    assert state(group) == State.HELD
    assert statement() == {
        "at": "2026-06-01T12:00Z",
        "ballots": 20,
        "by": ["孙胜利"],
        "group": 1,
        "kind": "hold",
        "reason": "等待核查。",
    }
    entry = TrailEntry.objects.get(action="ballots.held")
    assert (entry.by, entry.sentence) == (by, "隔离第 1 组的 20 张选票")


def test_a_released_group_counts_again():
    group = make_group()
    hold(group)

    services.release_group(by=officer(), group=group, reason="看错了。", now=NOW)

    assert numbers_of(group.poll) == Standings(cast=20, held=0, void=0)
    assert state(group) == State.RELEASED
    assert statement()["kind"] == "release"


def test_a_group_that_was_released_may_be_held_again():
    group = make_group()
    hold(group)
    services.release_group(by=officer(), group=group, reason="看错了。", now=NOW)

    hold(group)

    assert state(group) == State.HELD
    acts = list(GroupAct.objects.values_list("follows_id", flat=True))
    assert acts == [None, *GroupAct.objects.values_list("pk", flat=True)[:2]]


def test_two_people_make_a_group_void_in_one_go():
    group = make_group()
    first = officer(last_name="孙", first_name="胜利")
    second = supervisor(last_name="吴", first_name="桂芳")

    act = void(group, by=first, second=second)

    assert numbers_of(group.poll) == Standings(cast=20, held=0, void=20)
    assert (act.proposed_by, act.confirmed_by, act.reason) == (first, second, WORDS)
    assert state(group) == State.VOID
    assert statement() == {
        "at": "2026-06-01T12:00Z",
        "ballots": 20,
        "by": ["孙胜利", "吴桂芳"],
        "code": "script",
        "families": ["time", "network"],
        "group": 1,
        "kind": "void",
        "reason": WORDS,
        "thresholds": "a" * 64,
    }
    sentences = TrailEntry.objects.about(group).values_list("sentence", flat=True)
    assert list(sentences) == [
        "隔离第 1 组的 20 张选票",
        "提出：作废第 1 组的 20 张选票",
        "同意：作废第 1 组的 20 张选票",
    ]


def test_a_proposal_alone_changes_no_ballot():
    group = make_group()
    hold(group)

    proposal = propose(group)

    assert numbers_of(group.poll) == Standings(cast=20, held=20, void=0)
    assert state(group) == State.PROPOSED
    assert proposal.reason == EVIDENCE
    assert StandingAct.objects.count() == 1


def test_nobody_confirms_what_they_proposed():
    group, by = make_group(), officer()
    hold(group)
    proposal = propose(group, by=by)

    with pytest.raises(SamePerson):
        services.confirm_void(by=by, proposal=proposal, now=NOW)

    assert numbers_of(group.poll).void == 0


def test_a_rejected_proposal_leaves_the_group_held_and_a_new_one_may_come():
    group = make_group()
    hold(group)
    proposal = propose(group)

    services.reject_proposal(
        by=supervisor(), proposal=proposal, remark="依据不够。", now=NOW
    )

    assert state(group) == State.HELD
    with pytest.raises(AlreadyDecided):
        services.confirm_void(by=supervisor(), proposal=proposal, now=NOW)
    assert propose(group).pk != proposal.pk


def test_a_rejection_says_why():
    group = make_group()
    hold(group)
    proposal = propose(group)

    with pytest.raises(ReasonMissing):
        services.reject_proposal(
            by=supervisor(), proposal=proposal, remark=" ", now=NOW
        )


def test_a_void_group_is_restored_by_two_people_again():
    group = make_group()
    done = void(group)

    act = restore(group)

    assert numbers_of(group.poll) == Standings(cast=20, held=0, void=0)
    assert state(group) == State.RESTORED
    assert act.of_group.reverses == done
    assert statement()["voids"] == [done.log_entry.number]


def test_a_restored_group_may_be_held_and_voided_again():
    group = make_group()
    void(group)
    restore(group)

    void(group)

    assert numbers_of(group.poll).void == 20


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda g, by: hold(g, by=by), id="hold"),
        pytest.param(lambda g, by: propose(g, by=by), id="propose"),
        pytest.param(
            lambda g, by: services.release_group(
                by=by, group=g, reason="看错了。", now=NOW
            ),
            id="release",
        ),
        pytest.param(
            lambda g, by: services.dismiss_group(
                by=by, group=g, reason="村里一起投。", now=NOW
            ),
            id="dismiss",
        ),
        pytest.param(
            lambda g, by: services.add_voter_days(by=by, group=g, now=NOW),
            id="add voter days",
        ),
        pytest.param(
            lambda g, by: services.confirm_void(by=by, proposal=propose(g), now=NOW),
            id="confirm",
        ),
        pytest.param(
            lambda g, by: services.reject_proposal(
                by=by, proposal=propose(g), remark="不同意", now=NOW
            ),
            id="reject",
        ),
    ],
)
@pytest.mark.parametrize("place", [0, 2])
def test_whoever_works_for_any_unit_of_the_poll_decides_nothing(act, place):
    group = make_group()
    hold(group)
    by = officer()
    entries = list(group.poll.contest.entries.order_by("number"))
    set_affiliation(by=None, user=by, unit=entries[place].unit, now=NOW)

    with pytest.raises(FromAParticipatingUnit) as refused:
        act(group, by)

    assert refused.value.message == FromAParticipatingUnit.message
    assert StandingAct.objects.count() == 1


def test_whoever_edits_a_page_of_a_unit_decides_nothing(django_user_model):
    group, by = make_group(), officer()
    unit = group.poll.contest.entries.first().unit
    unit.group = by.groups.create(name="单位甲编辑")
    unit.save()
    by.groups.add(unit.group)

    with pytest.raises(FromAParticipatingUnit):
        hold(group, by=by)


def test_somebody_of_a_unit_that_does_not_take_part_may_decide():
    group, by = make_group(), officer()
    set_affiliation(by=None, user=by, unit=make_unit(), now=NOW)

    assert hold(group, by=by).ballots == 20


def test_a_group_is_held_once():
    group = make_group()
    hold(group)

    with pytest.raises(NothingToHold):
        hold(group)


def test_only_what_is_held_is_proposed_released_or_restored():
    group = make_group()

    with pytest.raises(NothingHeld):
        propose(group)
    with pytest.raises(NothingHeld):
        services.release_group(by=officer(), group=group, reason="看错", now=NOW)
    with pytest.raises(NothingVoid):
        restore(group)


def test_a_void_group_is_not_voided_twice():
    group = make_group()
    hold(group)
    proposal = propose(group)
    services.confirm_void(by=supervisor(), proposal=proposal, now=NOW)

    with pytest.raises(AlreadyDecided):
        services.confirm_void(by=supervisor(), proposal=proposal, now=NOW)
    with pytest.raises(NothingHeld):
        propose(group)


def test_what_waits_for_a_second_person_is_proposed_and_released_by_nobody():
    group = make_group()
    hold(group)
    propose(group)

    with pytest.raises(AlreadyProposed):
        propose(group)
    with pytest.raises(AlreadyProposed):
        services.release_group(by=officer(), group=group, reason="看错", now=NOW)


def test_a_group_that_changed_since_the_proposal_is_not_voided():
    group = make_group()
    hold(group)
    proposal = propose(group)
    put_back_one(group)

    with pytest.raises(GroupChanged):
        services.confirm_void(by=supervisor(), proposal=proposal, now=NOW)

    assert numbers_of(group.poll).void == 0


def put_back_one(group) -> None:
    """In the rows themselves: no service does it while a proposal waits."""
    entry = append(contest=group.poll.contest, kind="release", statement={}, now=NOW)
    act = StandingAct.objects.create(
        poll=group.poll,
        kind="release",
        made_at=NOW,
        reason="放回一张",
        ballots=1,
        log_entry=entry,
    )
    ballot_id = members_of(group)[0].ballot_id
    BallotStanding.objects.create(act=act, ballot_id=ballot_id)


@pytest.mark.parametrize(
    "ballots", [pytest.param(1, id="one"), pytest.param(0, id="none")]
)
def test_a_single_ballot_is_no_group(ballots):
    group = make_group(ballots=ballots)

    with pytest.raises(TooFewBallots):
        hold(group)


def test_nothing_changes_after_the_final_result():
    group = make_group()
    hold(group)
    Contest.objects.update(finalised_at=NOW)

    with pytest.raises(ResultIsFinal):
        propose(group)


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        pytest.param(" ", ReasonMissing, id="empty"),
        pytest.param("长" * 201, ReasonTooLong, id="too long"),
    ],
)
def test_what_the_public_reads_is_there_and_short(words, refusal):
    group = make_group()
    hold(group)

    with pytest.raises(refusal):
        propose(group, reason=words)


def test_what_the_public_reads_names_no_unit():
    group = make_group()
    hold(group)
    unit = group.poll.contest.entries.first().unit

    for name in (unit.name, unit.short_name):
        with pytest.raises(UnitNamed):
            propose(group, reason=f"给{name}刷的票。")


def test_the_reason_is_one_of_the_list():
    group = make_group()
    hold(group)

    with pytest.raises(NoSuchReason):
        propose(group, code="because")


def test_a_proposal_of_one_kind_is_not_confirmed_as_another():
    group = make_group()
    hold(group)
    proposal = propose(group)

    with pytest.raises(NothingProposed):
        services.confirm_restore(by=supervisor(), proposal=proposal, now=NOW)


def test_a_ballot_in_two_groups_is_held_by_the_first_alone():
    poll = open_poll()
    one = make_group(poll)
    shared = [member.ballot_id for member in members_of(one)][:5]
    other = make_group(poll, ids=shared + store_ballots(poll, 20))
    hold(one)

    hold(other)

    standings = standings_of(members_of(other))
    assert (standings.held, standings.elsewhere) == (20, 5)
    assert numbers_of(one.poll).held == 40


def test_the_voters_other_ballots_of_the_day_are_struck_out_with_the_group():
    poll = open_poll()
    ids = store_ballots(poll, 20)
    day = BallotSignal.objects.get(ballot_id=ids[0]).voter_day
    store_ballots(poll, 1, voter_day=day)
    others = store_ballots(poll, 3)
    group = make_group(poll, ids=ids)
    hold(group)

    added = services.add_voter_days(by=officer(), group=group, now=NOW)

    assert added == 1
    assert numbers_of(group.poll) == Standings(cast=24, held=21, void=0)
    assert not BallotStanding.objects.filter(ballot_id__in=others).exists()
    entry = TrailEntry.objects.get(action="ballots.voter_days_added")
    assert entry.sentence == "把同一投票人当天的其他选票 1 张加入第 1 组"
    with pytest.raises(NobodyNewToAdd):
        services.add_voter_days(by=officer(), group=group, now=NOW)


def test_a_group_is_left_as_it_is_with_a_reason():
    group = make_group()

    services.dismiss_group(
        by=officer(), group=group, reason="单位组织的真实投票。", now=NOW
    )

    assert state(group) == State.DISMISSED
    with pytest.raises(GroupWasDecided):
        services.dismiss_group(by=officer(), group=group, reason="又看", now=NOW)


def test_a_group_that_has_grown_is_looked_at_again():
    group = make_group()
    services.dismiss_group(by=officer(), group=group, reason="真实投票。", now=NOW)

    SuspectBallot.objects.create(group=group, ballot_id=10**6)

    assert state(group) == State.NEW


def test_a_result_waits_for_what_is_undecided():
    poll = open_poll()
    one, other = make_group(poll), make_group(poll)
    assert against_result(one.poll, NOW) == []

    hold(one)
    propose(one)
    hold(other)

    assert against_result(one.poll, NOW) == [
        "还有 2 组隔离的选票没有决定。",
        "还有 1 个作废或者恢复的提议在等第二人确认。",
    ]
