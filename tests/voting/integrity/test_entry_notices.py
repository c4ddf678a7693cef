"""通报: words about an entry by two people with evidence, in public. No count changes."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from showcase.contests.errors import AlreadyProposed, OwnContest
from showcase.contests.models import Contest, Entry
from showcase.contests.proposing import reject_about
from showcase.units.services import set_affiliation
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.pages.page_types import NoticePage
from site_cms.trail.errors import AlreadyDecided, ReasonMissing, SamePerson
from site_cms.trail.models import Decision, Proposal, TrailEntry
from tests.factories import (
    DAY,
    HOUR,
    make_ballot,
    make_contest,
    make_entry,
    make_operator,
    make_user,
    open_poll,
    sign_in,
)
from tests.site_factories import make_pages, make_showcase, make_site
from tests.voting.polls.test_views import text_of
from voting.integrity.entry_notice_models import EntryNotice
from voting.integrity.entry_notices import (
    NoticeRefused,
    confirm_lifting,
    confirm_notice,
    propose_lifting,
    propose_notice,
)
from voting.log.models import LogEntry
from voting.office.queries import jobs_of
from voting.polls.models import Ballot, Poll
from voting.polls.queries import opened_poll, recount

pytestmark = pytest.mark.django_db

WORDS = "有人以该单位名义组织代投，已责令改正。"
EVIDENCE = "11 月 22 日核查记录，存县评议办。"


@pytest.fixture
def poll():
    make_site()
    return open_poll()


def entry_of(poll, number=2) -> Entry:
    return Entry.objects.select_related("contest", "unit").get(
        contest=poll.contest_id, number=number
    )


def proposed(poll, *, by=None) -> Proposal:
    return propose_notice(
        by=by or make_operator(Role.INTEGRITY),
        entry=entry_of(poll),
        words=WORDS,
        evidence=EVIDENCE,
        now=timezone.now(),
    )


def published(poll) -> EntryNotice:
    return confirm_notice(by=make_user(), proposal=proposed(poll), now=timezone.now())


def lifted(poll) -> EntryNotice:
    proposal = propose_lifting(
        by=make_user(),
        entry=entry_of(poll),
        words="查明与该单位无关。",
        evidence=EVIDENCE,
        now=timezone.now(),
    )
    return confirm_lifting(by=make_user(), proposal=proposal, now=timezone.now())


def test_until_the_second_person_agrees_nothing_is_said(poll):
    proposed(poll)

    assert EntryNotice.objects.count() == NoticePage.objects.count() == 0
    assert LogEntry.objects.count() == 0


def test_a_notice_is_published_with_its_trail_and_a_line_in_the_log(poll):
    first, second = make_operator(Role.INTEGRITY), make_operator(Role.SUPERVISOR)

    notice = confirm_notice(
        by=second, proposal=proposed(poll, by=first), now=timezone.now()
    )

    acts = TrailEntry.objects.about(entry_of(poll)).order_by("pk")
    said, page = LogEntry.objects.get(), NoticePage.objects.live().get()
    assert (notice.words, notice.evidence) == (WORDS, EVIDENCE)
    assert (notice.proposed_by, notice.confirmed_by) == (first, second)
    assert [(act.action, act.by) for act in acts] == [
        ("entry.notice.proposed", first),
        ("entry.notice.confirmed", second),
        ("entry.noticed", second),
    ]
    assert (said.kind, WORDS in said.text, EVIDENCE in said.text) == (
        "notice",
        True,
        False,
    )
    assert (WORDS in str(page.body), EVIDENCE in str(page.body)) == (True, False)


def test_a_notice_changes_no_count_and_no_entry(poll):
    make_ballot(poll=poll, picks=(1, 2))
    frozen = opened_poll(Poll.objects.get(pk=poll.id))
    entry, count = Entry.objects.filter(number=2).values().get(), recount(frozen)
    ballots = list(Ballot.objects.values())

    published(poll)

    assert Entry.objects.filter(number=2).values().get() == entry
    assert recount(frozen) == count
    assert list(Ballot.objects.values()) == ballots


def test_a_lifted_notice_stays_and_says_so(poll):
    published(poll)

    notice = lifted(poll)

    assert notice.lifted_words == "查明与该单位无关。"
    assert [
        ('"act":"noticed"' in said.text, '"act":"lifted"' in said.text)
        for said in LogEntry.objects.order_by("number")
    ] == [(True, False), (False, True)]
    assert NoticePage.objects.order_by("-pk")[0].title.startswith("撤销")
    assert published(poll).pk != notice.pk


def test_the_proposer_cannot_be_the_second_person(poll):
    both = make_operator(Role.INTEGRITY, Role.SUPERVISOR)

    with pytest.raises(SamePerson):
        confirm_notice(by=both, proposal=proposed(poll, by=both), now=timezone.now())

    assert EntryNotice.objects.count() == 0


def test_nobody_of_a_unit_that_takes_part_proposes_or_decides(poll):
    person, proposal = make_user(), proposed(poll)
    rival = entry_of(poll, 1).unit
    set_affiliation(by=None, user=person, unit=rival, now=timezone.now())

    with pytest.raises(OwnContest):
        confirm_notice(by=person, proposal=proposal, now=timezone.now())
    with pytest.raises(OwnContest):
        reject_about(by=person, proposal=proposal, remark="不对", now=timezone.now())
    reject_about(by=make_user(), proposal=proposal, remark="不对", now=timezone.now())
    with pytest.raises(OwnContest):
        proposed(poll, by=person)


def test_a_notice_is_proposed_and_decided_once(poll):
    proposal = proposed(poll)

    with pytest.raises(AlreadyProposed):
        proposed(poll)
    confirm_notice(by=make_user(), proposal=proposal, now=timezone.now())
    with pytest.raises(AlreadyDecided):
        confirm_notice(by=make_user(), proposal=proposal, now=timezone.now())
    with pytest.raises(NoticeRefused, match="先撤销"):
        proposed(poll)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param({"words": WORDS, "evidence": " "}, id="without evidence"),
        pytest.param({"words": " ", "evidence": EVIDENCE}, id="without words"),
    ],
)
def test_there_is_no_notice_without_words_and_evidence(poll, typed):
    with pytest.raises(ReasonMissing):
        propose_notice(
            by=make_user(), entry=entry_of(poll), now=timezone.now(), **typed
        )


def test_there_is_none_before_the_poll_nor_after_the_archive(poll):
    with pytest.raises(NoticeRefused, match="还没有开放"):
        propose_notice(
            by=make_user(),
            entry=make_entry(),
            words=WORDS,
            evidence=EVIDENCE,
            now=timezone.now(),
        )
    Contest.objects.update(archived_at=timezone.now() - DAY)
    with pytest.raises(NoticeRefused, match="已经归档"):
        proposed(poll)


def test_the_database_keeps_what_was_said_and_who_said_it(poll):
    notice = published(poll)
    same = {
        "entry": notice.entry,
        "words": "x",
        "evidence": "x",
        "published_at": timezone.now(),
        "proposal": proposed_again(poll),
        "proposed_by": notice.proposed_by,
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        EntryNotice.objects.create(**same, confirmed_by=notice.proposed_by)
    for statement in (
        "UPDATE voting_entrynotice SET words = 'x'",
        "UPDATE voting_entrynotice SET evidence = 'x'",
        "DELETE FROM voting_entrynotice",
    ):
        with (
            pytest.raises(IntegrityError, match="only ever added"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def proposed_again(poll) -> Proposal:
    return propose_lifting(
        by=make_user(),
        entry=entry_of(poll),
        words="x",
        evidence="x",
        now=timezone.now(),
    )


# The pages


def at(poll) -> str:
    return reverse("entry_notices:entry", args=[entry_of(poll).pk])


def inside(*roles) -> tuple[Client, object]:
    sync_groups()
    client = Client()
    return client, sign_in(client, make_operator(*roles))


def test_two_people_on_two_devices_publish_a_notice_and_lift_it(poll):
    officer, _ = inside(Role.INTEGRITY)
    supervisor, user = inside(Role.SUPERVISOR)
    typed = {"words": WORDS, "evidence": EVIDENCE}

    preview = officer.post(at(poll), typed)
    for _ in ("published", "lifted"):
        officer.post(at(poll), typed | {"confirmed": "1"})
        waiting = jobs_of(user, Contest.objects.get(), now=timezone.now())
        asked = supervisor.get(at(poll))
        pk = Proposal.objects.latest("pk").pk
        supervisor.post(at(poll), {"proposal": pk, "agree": "yes"})

    assert "票数、得分和名次一概不变" in text_of(preview)
    assert [job.waiting for job in waiting if job.url == at(poll)] == ["等您确认"]
    assert EVIDENCE in text_of(asked)
    assert EntryNotice.objects.get().lifted_words == WORDS


def test_a_supervisor_does_not_propose_and_a_host_does_not_get_in(poll):
    supervisor, _ = inside(Role.SUPERVISOR)
    host, _ = inside(Role.HOST)

    supervisor.post(at(poll), {"words": "x", "evidence": "x", "confirmed": "1"})

    assert Proposal.objects.count() == Decision.objects.count() == 0
    assert host.get(at(poll)).status_code == 302


def test_the_list_says_what_stands_and_what_waits(poll):
    published(poll)
    proposed_again(poll)
    client, _ = inside(Role.SUPERVISOR)

    page = text_of(client.get(reverse("entry_notices:list")))

    assert WORDS in page
    assert "等监督员同意" in page


def test_the_units_page_says_it_at_once_and_says_when_it_is_lifted():
    now = timezone.now()
    contest = make_contest(poll_opens_at=now - HOUR, poll_closes_at=now + HOUR)
    make_showcase(contest)
    make_pages(contest, 2)
    poll, stranger = open_poll(contest=contest), Client()
    before = text_of(stranger.get("/u/02/"))

    published(poll)
    told = text_of(stranger.get("/u/02/"))
    lifted(poll)
    after = text_of(stranger.get("/u/02/"))

    assert (WORDS in before, WORDS in told) == (False, True)
    assert "选 02 号" in told
    assert EVIDENCE not in told
    assert "通报已撤销" in after
    assert WORDS not in text_of(stranger.get("/u/01/"))
