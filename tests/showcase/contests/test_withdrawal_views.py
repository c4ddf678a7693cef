"""The admin's page of 退出和取消资格, and what everybody sees of an entry that left."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Contest, Entry, Gone
from showcase.contests.withdrawing import confirm_withdrawal, propose_withdrawal
from showcase.units.services import set_affiliation
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.pages.page_types import NoticePage
from site_cms.trail.models import Decision, Proposal
from tests.factories import (
    HOUR,
    make_contest,
    make_operator,
    make_user,
    open_poll,
    sign_in,
)
from tests.site_factories import make_pages, make_showcase
from tests.voting.polls.test_views import Voting, text_of, ticked
from voting.office.queries import jobs_of

pytestmark = pytest.mark.django_db

WORDS, REASON = "单位撤并，主动退出。", "县委编办 12 号文件。"
TYPED = {"kind": "withdrawn", "words": WORDS, "reason": REASON}


@pytest.fixture
def poll():
    now = timezone.now()
    contest = make_contest(flags=2, poll_opens_at=now - HOUR, poll_closes_at=now + HOUR)
    make_showcase(contest)
    sync_groups()
    return open_poll(contest=contest)


@pytest.fixture
def shown_poll():
    """A poll whose units have their pages: most tests here need not draw them."""
    now = timezone.now()
    contest = make_contest(poll_opens_at=now - HOUR, poll_closes_at=now + HOUR)
    make_showcase(contest)
    make_pages(contest, 3)
    return open_poll(contest=contest)


def inside(*roles) -> tuple[Client, object]:
    client = Client()
    return client, sign_in(client, make_operator(*roles))


def entry_of(poll, number=2) -> Entry:
    return Entry.objects.select_related("contest", "unit").get(
        contest=poll.contest_id, number=number
    )


def at(poll, number=2) -> str:
    return reverse("withdrawals:entry", args=[entry_of(poll, number).pk])


def proposed(poll, *, by=None, kind=Gone.WITHDRAWN) -> Proposal:
    return propose_withdrawal(
        by=by or make_user(),
        entry=entry_of(poll),
        kind=kind,
        words=WORDS,
        reason=REASON,
        now=timezone.now(),
    )


def withdrawn(poll, kind=Gone.WITHDRAWN) -> None:
    confirm_withdrawal(
        by=make_user(), proposal=proposed(poll, kind=kind), now=timezone.now()
    )


def test_an_administrator_sees_the_effects_and_the_notice_before_anything_is_sent(poll):
    client, _ = inside(Role.ADMINISTRATOR)

    page = client.post(at(poll), TYPED)

    assert "同一张选票上的其他单位照常计数" in text_of(page)
    assert f"原因：{WORDS}" in text_of(page)
    assert "02 号保留" in text_of(page)
    assert Proposal.objects.count() == 0


def test_two_people_on_two_devices_take_an_entry_out(poll):
    first, _ = inside(Role.ADMINISTRATOR)
    second, _ = inside(Role.SUPERVISOR)

    first.post(at(poll), TYPED | {"confirmed": "1"})
    waiting = text_of(first.get(at(poll)))
    asked = second.get(at(poll))
    done = second.post(
        at(poll),
        {"proposal": Proposal.objects.get().pk, "agree": "yes"},
        follow=True,
    )

    assert "提出的人不能自己同意" in waiting
    assert REASON in text_of(asked)
    assert asked.context["answer"] is not None
    assert "已经办好" in text_of(done)
    assert entry_of(poll).withdrawal_notice == WORDS


def test_going_back_from_the_preview_keeps_the_words(poll):
    client, _ = inside(Role.ADMINISTRATOR)

    page = client.post(at(poll), TYPED | {"change": "1"})

    assert page.context["form"]["words"].value() == WORDS
    assert "看会发生什么" in text_of(page)


@pytest.mark.parametrize("missing", ["kind", "words", "reason"])
def test_what_is_missing_is_told_at_its_field_and_the_rest_is_kept(poll, missing):
    client, _ = inside(Role.ADMINISTRATOR)
    typed = {name: value for name, value in TYPED.items() if name != missing}

    page = client.post(at(poll), typed | {"confirmed": "1"})

    assert list(page.context["form"].errors) == [missing]
    assert [page.context["form"][name].value() for name in typed] == list(
        typed.values()
    )
    assert Proposal.objects.count() == 0


def test_a_refusal_by_the_second_person_needs_a_reason(poll):
    proposal = proposed(poll)
    client, _ = inside(Role.SUPERVISOR)

    silent = client.post(at(poll), {"proposal": proposal.pk, "agree": "no"})
    client.post(
        at(poll), {"proposal": proposal.pk, "agree": "no", "remark": "先问单位。"}
    )

    assert "请写明为什么不同意" in text_of(silent)
    assert Decision.objects.get().remark == "先问单位。"
    assert entry_of(poll).withdrawn_at is None
    assert "先问单位。" in text_of(client.get(at(poll)))


def test_an_answer_to_another_proposal_than_the_one_that_waits_changes_nothing(poll):
    proposal = proposed(poll)
    client, _ = inside(Role.SUPERVISOR)

    page = client.post(
        at(poll), {"proposal": proposal.pk + 1, "agree": "yes"}, follow=True
    )

    assert "不在等待了" in text_of(page)
    assert Decision.objects.count() == 0


@pytest.mark.parametrize(
    "roles",
    [
        pytest.param([Role.ADMINISTRATOR], id="an administrator"),
        pytest.param([Role.ADMINISTRATOR, Role.SUPERVISOR], id="the proposer"),
    ],
)
def test_nobody_but_another_supervisor_is_offered_the_answer(poll, roles):
    client, user = inside(*roles)
    proposal = proposed(poll, by=user)

    page = client.get(at(poll))
    client.post(at(poll), {"proposal": proposal.pk, "agree": "yes"})

    assert page.context["answer"] is None
    assert Decision.objects.count() == 0


def test_a_supervisor_does_not_propose(poll):
    client, _ = inside(Role.SUPERVISOR)

    client.post(at(poll), TYPED | {"confirmed": "1"})

    assert Proposal.objects.count() == 0


def test_somebody_of_a_unit_that_takes_part_is_told_that_others_must_do_it(poll):
    client, user = inside(Role.ADMINISTRATOR)
    set_affiliation(by=None, user=user, unit=entry_of(poll, 1).unit, now=timezone.now())

    page = client.get(at(poll))
    tried = client.post(at(poll), TYPED | {"confirmed": "1"})

    assert "提出和复核要由别人来办" in text_of(page)
    assert "要由别人来办" in text_of(tried)
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize("role", [Role.HOST, Role.INTEGRITY, Role.UNIT_EDITOR])
def test_nobody_else_gets_in(poll, role):
    client, _ = inside(role)

    for path in (at(poll), reverse("withdrawals:list")):
        assert client.get(path).status_code == 302


def test_the_preview_says_when_too_few_entries_are_left(poll):
    Contest.objects.update(flags=3)
    client, _ = inside(Role.ADMINISTRATOR)

    page = client.post(at(poll), TYPED)

    assert text_of(page).count("少于 3 面红旗的名额") == 2


def test_the_preview_warns_when_nobody_could_vote_any_more(poll):
    contest = make_contest(
        poll_opens_at=timezone.now() - HOUR, poll_closes_at=timezone.now() + HOUR
    )
    other = open_poll(contest=contest, entries=3, picks_min=3, picks_max=3)
    client, _ = inside(Role.ADMINISTRATOR)

    page = client.post(at(other), TYPED)

    assert "以后谁也投不成票" in text_of(page)


def test_the_list_and_the_desk_say_what_waits(poll):
    proposed(poll)
    client, user = inside(Role.SUPERVISOR)

    page = client.get(reverse("withdrawals:list"))
    jobs = jobs_of(user, Contest.objects.get(), now=timezone.now())

    assert "等监督员同意" in text_of(page)
    assert [job.waiting for job in jobs if job.url == at(poll)] == ["等您确认"]


def test_the_list_of_entries_leads_here_and_says_what_happened(poll):
    withdrawn(poll, Gone.DISQUALIFIED)
    client, _ = inside(Role.ADMINISTRATOR)

    page = client.get("/admin/entries/")

    assert "已取消资格" in text_of(page)
    assert at(poll) in page.content.decode()


# What everybody sees


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        pytest.param(Gone.WITHDRAWN, "已退出评议", id="withdrawn"),
        pytest.param(Gone.DISQUALIFIED, "已取消资格", id="disqualified"),
    ],
)
def test_the_public_pages_say_it_at_once(shown_poll, kind, word):
    stranger = Client()
    before = text_of(stranger.get("/u/02/"))
    withdrawn(shown_poll, kind)

    unit, units = (text_of(stranger.get(path)) for path in ("/u/02/", "/u/?order=7"))
    notices = text_of(stranger.get("/notices/"))

    assert word not in before
    assert [word in unit, word in units, WORDS in unit] == [True] * 3
    assert "选 02 号" not in unit
    assert entry_of(shown_poll).unit.name in notices


def test_a_voter_who_had_picked_it_keeps_the_others_and_is_told(poll):
    here = Voting(poll)
    here.ballot()
    withdrawn(poll)

    told = here.check("01", "02")

    assert "02 号" in told.context["picks_error"]
    assert "不再参评" in told.context["picks_error"]
    assert ticked(told) == ["01"]


def test_a_ballot_that_was_on_its_way_is_taken_and_its_receipt_says_what_counts(poll):
    here = Voting(poll)
    here.ballot()
    nonce = here.nonce("01", "02")
    withdrawn(poll)

    cast = here.cast("01", "02", nonce=nonce)
    receipt = here.client.get(cast.url)

    assert [entry.plate for entry in receipt.context["gone"]] == ["02"]
    assert "其他单位照常计入" in text_of(receipt)


def test_a_search_for_its_number_says_why_it_is_not_there(poll):
    withdrawn(poll)
    here = Voting(poll)

    here.ballot()
    page = here.client.post(here.at("check"), {"number": "02", "add": "1"})

    assert "02 号" in page.context["number_error"]
    assert "不再参评" in page.context["number_error"]


def test_its_notice_is_public_and_says_nothing_of_the_reason_that_is_kept(poll):
    withdrawn(poll)

    page = Client().get(NoticePage.objects.get().url)

    assert WORDS in text_of(page)
    assert REASON not in page.content.decode()
