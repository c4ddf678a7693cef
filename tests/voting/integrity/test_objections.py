"""A voter whose ballot was struck out objects by its 受理号, and reads the answer there."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Contest
from showcase.units.services import set_affiliation
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.trail.models import Proposal, TrailEntry
from tests.factories import (
    make_ballot,
    make_operator,
    open_poll,
    sign_in,
)
from tests.factories.integrity import (
    hold,
    make_group,
    officer,
    restore,
    store_ballots,
    supervisor,
    void,
)
from voting.integrity.errors import (
    AlreadyAnswered,
    AlreadyObjected,
    AnswerMissing,
    BallotNotVoid,
    FromAParticipatingUnit,
    OwnVoid,
    TooLateToObject,
)
from voting.integrity.models import VoterObjection
from voting.integrity.objection_services import answer_objection, make_objection
from voting.integrity.queries import against_result, ballot_of, upheld_and_void
from voting.polls.models import Ballot
from voting.polls.queries import poll_key
from voting.polls.receipts import receipt_number
from voting.polls.standing_models import Standing
from voting.polls.standing_queries import stand_of

pytestmark = pytest.mark.django_db

MINE = "本人用自己的手机投的，全家连着同一个无线网。"


@pytest.fixture
def struck_out():
    """A ballot that was cast, in a group that two people voided just now."""
    poll = open_poll()
    ballot = make_ballot(poll=poll)
    group = make_group(poll, ids=[ballot.id, *store_ballots(poll, 24)])
    act = void(group, now=timezone.now())
    return poll, ballot, group, act


def object_to(poll, ballot, **fields):
    given = {"text": MINE, "contact": "", "now": timezone.now()}
    return make_objection(poll=poll, ballot=ballot, **given | fields)


def address(poll) -> str:
    return reverse("voting:objection", args=[slug_of(poll)])


def slug_of(poll) -> str:
    return Contest.objects.get(pk=poll.contest_id).slug


def number_of(poll, ballot) -> str:
    return receipt_number(poll_key(poll), ballot.id)


def test_a_voter_objects_and_reads_the_answer_by_the_same_number(struck_out):
    poll, ballot, _, act = struck_out
    number, client = number_of(poll, ballot), Client()

    asked = client.get(address(poll), {"number": number})
    assert act.reason in asked.content.decode()
    sent = client.post(
        address(poll),
        {"number": number, "text": MINE, "contact": "138 0000 0000"},
        follow=True,
    )
    assert "异议收到了" in sent.content.decode()

    objection = VoterObjection.objects.get()
    assert "138" not in objection.contact
    answer_objection(
        by=supervisor(),
        objection=objection,
        is_upheld=False,
        text="核对过，还是同一个程序提交的。",
        now=timezone.now(),
    )
    page = Client().get(address(poll), {"number": number}).content.decode()
    assert "异议不成立" in page
    assert "核对过，还是同一个程序提交的。" in page


def test_what_was_typed_stays_where_it_was_not_enough(struck_out):
    poll, ballot, *_ = struck_out

    page = Client().post(
        address(poll),
        {"number": number_of(poll, ballot), "text": "", "contact": "张三 138"},
    )

    told = page.content.decode()
    assert "请写写您的异议" in told
    assert "张三 138" in told
    assert not VoterObjection.objects.exists()


def test_a_number_that_was_never_given_is_answered_in_words():
    poll = open_poll()
    page = Client().get(address(poll), {"number": "2222-2222-22"})

    assert "没有找到这个受理号" in page.content.decode()


def test_a_ballot_that_counts_needs_no_objection():
    poll = open_poll()
    ballot = make_ballot(poll=poll)

    page = Client().post(
        address(poll), {"number": number_of(poll, ballot), "text": MINE}
    )
    assert "没有作废，不用提异议" in page.content.decode()
    with pytest.raises(BallotNotVoid):
        object_to(poll, ballot)


def test_a_ballot_that_is_held_is_not_objected_for_yet():
    poll = open_poll()
    ballot = make_ballot(poll=poll)
    hold(make_group(poll, ids=[ballot.id, *store_ballots(poll, 5)]))

    with pytest.raises(BallotNotVoid):
        object_to(poll, ballot)


def test_a_ballot_is_objected_for_once(struck_out):
    poll, ballot, *_ = struck_out
    object_to(poll, ballot)

    with pytest.raises(AlreadyObjected):
        object_to(poll, ballot, text="再说一遍。")


@pytest.mark.parametrize(
    ("after", "is_taken"),
    [
        pytest.param(timedelta(hours=72, seconds=-1), True, id="last second"),
        pytest.param(timedelta(hours=72), False, id="after 72 hours"),
    ],
)
def test_objections_are_taken_for_72_hours(struck_out, after, is_taken):
    poll, ballot, _, act = struck_out
    if is_taken:
        assert object_to(poll, ballot, now=act.made_at + after).text == MINE
        return
    with pytest.raises(TooLateToObject):
        object_to(poll, ballot, now=act.made_at + after)


def test_the_row_does_not_name_the_ballot(struck_out):
    poll, ballot, *_ = struck_out
    objection = object_to(poll, ballot)

    columns = [field.attname for field in VoterObjection._meta.fields]
    assert columns == ["id", "act_id", "ballot", "text", "contact", "made_at"]
    assert objection.ballot.int != ballot.id
    assert ballot_of(objection) == ballot.id


def test_the_proposer_of_the_void_does_not_answer(struck_out):
    poll, ballot, _, act = struck_out
    objection = object_to(poll, ballot)

    with pytest.raises(OwnVoid):
        answer(objection, by=act.proposed_by)


def test_somebody_of_a_unit_does_not_answer(struck_out):
    poll, ballot, group, _ = struck_out
    objection, by = object_to(poll, ballot), supervisor()
    unit = group.poll.contest.entries.first().unit
    set_affiliation(by=None, user=by, unit=unit, now=timezone.now())

    with pytest.raises(FromAParticipatingUnit):
        answer(objection, by=by)


def answer(objection, *, by=None, is_upheld=True, text="核查属实。"):
    return answer_objection(
        by=by or supervisor(),
        objection=objection,
        is_upheld=is_upheld,
        text=text,
        now=timezone.now(),
    )


def test_an_objection_is_answered_once_and_in_words(struck_out):
    poll, ballot, *_ = struck_out
    objection = object_to(poll, ballot)
    with pytest.raises(AnswerMissing):
        answer(objection, text=" ")
    answer(objection)

    with pytest.raises(AlreadyAnswered):
        answer(objection, is_upheld=False)

    entry = TrailEntry.objects.get(action="objection.answered")
    assert entry.sentence == f"答复异议 {objection.pk}：成立"


def test_a_result_waits_for_the_answer_and_for_the_restoration(struck_out):
    poll, ballot, group, _ = struck_out
    objection = object_to(poll, ballot)
    assert against_result(group.poll, timezone.now()) == [
        "还有 1 件投票人的异议还没有答复。"
    ]

    answer(objection)
    assert against_result(group.poll, timezone.now()) == [
        "还有 1 件异议成立，选票还没有恢复。"
    ]

    restore(group, objection=objection, now=timezone.now())
    assert against_result(group.poll, timezone.now()) == []


def test_an_objection_that_is_right_restores_its_ballot_alone(struck_out):
    poll, ballot, group, _ = struck_out
    objection = object_to(poll, ballot)
    answer(objection)
    assert upheld_and_void(group.poll) == [objection]

    act = restore(group, objection=objection, now=timezone.now())

    assert act.ballots == 1
    assert stand_of(ballot.id).standing == Standing.COUNTED
    others = Ballot.objects.exclude(id=ballot.id).values_list("id", flat=True)
    assert {stand_of(each).standing for each in others} == {Standing.VOID}
    page = Client().get(address(poll), {"number": number_of(poll, ballot)})
    assert "已经恢复，照常计入" in page.content.decode()


def test_officers_see_what_was_said_and_never_whose_it_is(struck_out):
    sync_groups()
    poll, ballot, *_ = struck_out
    objection = object_to(poll, ballot, contact="138 0000 0000")
    client = Client()
    sign_in(client, make_operator(Role.SUPERVISOR))
    there = reverse("integrity:objection", args=[slug_of(poll), objection.pk])

    page = client.get(there).content.decode()
    assert MINE in page
    assert "138 0000 0000" in page
    assert number_of(poll, ballot) not in page
    client.post(there, {"outcome": "upheld", "text": "核查属实。"})

    assert VoterObjection.objects.get().answer.is_upheld
    listed = client.get(reverse("integrity:objections", args=[slug_of(poll)]))
    assert [each.pk for each in listed.context["answered"]] == [objection.pk]


def test_the_objecting_voters_proposal_leads_from_the_page_to_the_restoration(
    struck_out,
):
    sync_groups()
    poll, ballot, group, _ = struck_out
    objection = object_to(poll, ballot)
    answer(objection)
    client = Client()
    sign_in(client, officer())
    there = reverse("integrity:restore", args=[slug_of(poll), group.number])

    page = client.get(there, {"objection": objection.pk})
    assert "确认以后 1 张照常计入" in page.content.decode()
    given = {
        "reason": "核查属实。",
        "evidence": "电话核实。",
        "objection": objection.pk,
    }
    client.post(there, given | {"confirmed": "1"})

    proposal = Proposal.objects.latest("pk")
    assert proposal.payload["objection"] == objection.pk
    assert proposal.payload["ballots"] == 1
