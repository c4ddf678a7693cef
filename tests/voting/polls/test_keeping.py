"""What an administrator sees and does while a poll is open."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from showcase.contests.errors import TimesOutOfOrder
from showcase.contests.models import Contest
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.pages.page_types import NoticePage
from site_cms.pages.services import create_site_tree
from site_cms.trail.models import TrailEntry
from tests.factories import (
    DAY,
    HOUR,
    SECOND,
    make_ballot,
    make_contest,
    make_operator,
    make_poll,
    make_user,
    open_poll,
    sign_in,
)
from tests.voting.polls.test_views import Voting, text_of, ticked
from voting.polls.errors import AlreadyPaused, NotLater, NotPaused, NotTakingBallots
from voting.polls.health import health_of
from voting.polls.models import Ballot, BallotSignal, Poll, PollPause
from voting.polls.services import extend_poll, pause_poll, resume_poll
from voting.polls.voters.registry import ADAPTERS

pytestmark = pytest.mark.django_db

REASON = "发现一批异常选票，正在核查。"


def row_of(poll) -> Poll:
    return Poll.objects.get(pk=poll.id)


def office():
    """Somebody who may publish notices."""
    sync_groups()
    return make_operator(Role.ADMINISTRATOR)


def paused(poll, *, by=None) -> PollPause:
    return pause_poll(
        by=by or office(), poll=row_of(poll), notice=REASON, now=timezone.now()
    )


@pytest.fixture
def site(db):
    return create_site_tree(by=None, name="红旗争夺赛", now=timezone.now())


@pytest.fixture
def administrator(client, site):
    sign_in(client, office())
    return client


def at(name, poll) -> str:
    return reverse(f"polls:{name}", args=[poll.id])


# What voters see


def test_a_ballot_sent_while_the_poll_is_paused_keeps_its_choices_and_can_be_sent_again():
    poll = open_poll()
    here = Voting(poll)
    here.ballot()
    nonce = here.nonce("01", "03")
    paused(poll)

    answer = here.cast("01", "03", nonce=nonce)
    resume_poll(by=office(), poll=row_of(poll), now=timezone.now())
    again = here.cast("01", "03", nonce=nonce)

    assert answer.status_code == 409
    assert "这张选票没有收，也没有计票" in text_of(answer)
    assert REASON in text_of(answer)
    assert "您选好的 2 个单位还在" in text_of(answer)
    assert f'href="{here.at("check")}"' in answer.content.decode()
    assert again.status_code == 303
    assert bytes(Ballot.objects.get().choices) == b"\x01\x00\x01"


def test_choices_made_before_a_pause_are_there_after_it():
    poll = open_poll()
    here = Voting(poll)
    here.ballot()
    paused(poll)

    page = here.check("02")
    resume_poll(by=office(), poll=row_of(poll), now=timezone.now())

    assert "您选好的 1 个单位还在" in text_of(page)
    assert ticked(here.ballot()) == ["02"]


@pytest.mark.parametrize("page", ["ballot", "check"])
def test_the_pages_of_a_paused_poll_say_so_and_why(page):
    poll = open_poll()
    paused(poll)
    here = Voting(poll)

    answer = here.client.get(here.at(page))

    assert answer.status_code == 200
    assert "民意测评暂停" in text_of(answer)
    assert REASON in text_of(answer)


def test_a_receipt_is_read_during_a_pause_as_ever():
    poll = open_poll()
    here = Voting(poll)
    address = here.vote("01").url
    paused(poll)

    assert "选票已收到" in text_of(here.client.get(address))


def test_a_poll_that_ended_while_it_was_paused_says_that_it_is_closed():
    poll = open_poll()
    here = Voting(poll)
    here.ballot()
    nonce = here.nonce("01")
    paused(poll)
    Contest.objects.update(poll_closes_at=timezone.now() - SECOND)

    pages = here.ballot(), here.cast("01", nonce=nonce)

    assert ["民意测评已经截止" in text_of(page) for page in pages] == [True, True]


# What is recorded and published


def test_a_pause_and_its_end_are_recorded_and_published(site):
    poll, by = open_poll(), office()

    paused(poll, by=by)
    resume_poll(by=by, poll=row_of(poll), now=timezone.now(), notice="都是真人投的。")

    notices = NoticePage.objects.live().order_by("pk")
    acts = TrailEntry.objects.about(row_of(poll)).filter(by=by).order_by("pk")
    assert [entry.action for entry in acts] == ["poll.paused", "poll.resumed"]
    assert ["暂停" in notices[0].title, "恢复" in notices[1].title] == [True, True]
    assert REASON in str(notices[0].body)
    assert "都是真人投的。" in str(notices[1].body)


def test_a_hidden_contest_is_paused_without_a_word_to_the_public(site):
    poll = open_poll()
    Contest.objects.update(hidden=True)

    paused(poll)

    assert NoticePage.objects.count() == 0


def test_what_somebody_wrote_stays_words_in_the_notice(site):
    pause_poll(
        by=office(),
        poll=row_of(open_poll()),
        notice="<script>alert(1)</script>",
        now=timezone.now(),
    )

    assert "<script>" not in str(NoticePage.objects.get().body)


def test_a_paused_poll_is_not_paused_again_and_a_running_one_not_resumed():
    poll = open_poll()

    with pytest.raises(NotPaused):
        resume_poll(by=office(), poll=row_of(poll), now=timezone.now())
    paused(poll)
    with pytest.raises(AlreadyPaused):
        paused(poll)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda pauses: pauses.delete(), id="deleted"),
        pytest.param(lambda pauses: pauses.update(notice="别的原因。"), id="reworded"),
        pytest.param(
            lambda pauses: pauses.update(paused_at=timezone.now() - HOUR),
            id="dated back",
        ),
        pytest.param(
            lambda pauses: pauses.update(paused_by=make_user()), id="laid upon another"
        ),
    ],
)
@pytest.mark.parametrize("is_open", [True, False])
def test_a_pause_is_neither_taken_back_nor_reworded(change, is_open):
    poll = open_poll()
    pause = paused(poll)
    if not is_open:
        resume_poll(by=office(), poll=row_of(poll), now=timezone.now())
    kept = PollPause.objects.values().get()

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        change(PollPause.objects.filter(pk=pause.pk))

    assert PollPause.objects.values().get() == kept


def test_the_end_of_a_pause_is_set_once():
    poll = open_poll()
    pause = paused(poll)
    resumed = resume_poll(by=office(), poll=row_of(poll), now=timezone.now())

    for at in (None, timezone.now() + HOUR):
        with pytest.raises(DatabaseError, match="only ever"), transaction.atomic():
            PollPause.objects.filter(pk=pause.pk).update(resumed_at=at)

    assert PollPause.objects.get().resumed_at == resumed.resumed_at


def test_an_extension_moves_the_closing_is_recorded_and_published(site):
    poll, by = open_poll(), office()
    before = Contest.objects.get().poll_closes_at

    extend_poll(
        by=by,
        poll=row_of(poll),
        closes_at=before + DAY,
        reason="停电半天。",
        now=timezone.now(),
    )

    entry = TrailEntry.objects.about(row_of(poll)).get(action="poll.extended")
    assert Contest.objects.get().poll_closes_at == before + DAY
    assert (entry.by, entry.details["reason"]) == (by, "停电半天。")
    assert "停电半天。" in str(NoticePage.objects.get().body)
    assert Voting(poll).vote("01").status_code == 303


@pytest.mark.parametrize(
    ("later", "error"),
    [
        pytest.param(-HOUR / 2, NotLater, id="earlier"),
        pytest.param(timedelta(), NotLater, id="the same"),
        pytest.param(3 * DAY, TimesOutOfOrder, id="after the night has begun"),
    ],
)
def test_a_closing_is_moved_to_later_and_within_the_plan_only(later, error):
    poll = open_poll()
    before = Contest.objects.get().poll_closes_at
    Contest.objects.update(night_opens_at=before + 2 * DAY)

    with pytest.raises(error):
        extend_poll(
            by=office(),
            poll=row_of(poll),
            closes_at=before + later,
            reason="停电。",
            now=timezone.now(),
        )

    assert Contest.objects.get().poll_closes_at == before


def test_a_poll_that_has_closed_or_never_opened_is_not_extended():
    closed, unopened = row_of(open_poll()), make_poll(contest=make_contest())
    now = closed.contest.poll_closes_at

    for poll in (closed, unopened):
        with pytest.raises(NotTakingBallots):
            extend_poll(
                by=office(), poll=poll, closes_at=now + DAY, reason="停电。", now=now
            )


# The administrator's pages


def test_an_administrator_sees_what_a_pause_will_do_before_it_is_one(administrator):
    poll = open_poll()

    preview = administrator.post(at("pause", poll), {"words": REASON})
    before = PollPause.objects.count()
    done = administrator.post(
        at("pause", poll), {"words": REASON, "confirmed": "1"}, follow=True
    )

    assert "确认以后立刻不再收选票" in text_of(preview)
    assert f"原因：{REASON}" in text_of(preview)
    assert before == 0
    assert PollPause.objects.get().notice == REASON
    assert "暂停中" in text_of(done)
    assert "恢复投票" in text_of(done)


def test_going_back_from_the_preview_keeps_the_words(administrator):
    page = administrator.post(
        at("pause", open_poll()), {"words": REASON, "change": "1"}
    )

    assert page.context["form"]["words"].value() == REASON
    assert "看会发生什么" in text_of(page)


def test_a_pause_without_a_reason_is_refused(administrator):
    page = administrator.post(at("pause", open_poll()), {"confirmed": "1"})

    assert "请写明原因，公众会看到" in text_of(page)
    assert PollPause.objects.count() == 0


def test_two_administrators_who_pause_at_once_pause_once(administrator):
    poll = open_poll()
    paused(poll)

    page = administrator.post(at("pause", poll), {"words": REASON, "confirmed": "1"})

    assert "已经暂停，没有再暂停一次" in text_of(page)


def test_an_administrator_resumes_and_extends(administrator):
    poll = open_poll()
    paused(poll)
    later = timezone.localtime(Contest.objects.get().poll_closes_at + DAY)
    typed = {"closes_at": f"{later:%Y-%m-%d %H:%M}", "words": "停电。"}

    administrator.post(at("resume", poll), {"words": "", "confirmed": "1"})
    preview = administrator.post(at("extend", poll), typed)
    administrator.post(at("extend", poll), typed | {"confirmed": "1"})

    assert PollPause.objects.open().count() == 0
    assert "只能推后，以后不能再改回来" in text_of(preview)
    assert timezone.localtime(Contest.objects.get().poll_closes_at) == later.replace(
        second=0, microsecond=0
    )


@pytest.mark.parametrize("typed", ["", "明天", "2020-01-01 10:00", "\x00"])
def test_an_impossible_new_closing_is_explained_and_kept(administrator, typed):
    page = administrator.post(
        at("extend", open_poll()), {"closes_at": typed, "words": "停电。"}
    )

    assert page.context["form"].errors["closes_at"]
    assert page.context["form"]["words"].value() == "停电。"


def test_a_poll_that_is_not_open_is_not_to_be_paused(administrator):
    poll = open_poll()
    Contest.objects.update(poll_closes_at=timezone.now() - SECOND)

    page = administrator.post(at("pause", poll), {"words": REASON, "confirmed": "1"})

    assert "现在不在投票时间里" in text_of(page)
    assert PollPause.objects.count() == 0


@pytest.mark.parametrize("name", ["health", "pause", "resume", "extend"])
def test_nobody_else_gets_to_these_pages(client, site, name):
    sync_groups()
    sign_in(client, make_operator(Role.HOST))

    assert client.get(at(name, open_poll())).status_code == 302


def test_the_health_of_a_poll_counts_the_last_hour_by_minutes():
    poll = open_poll()
    for _ in range(3):
        make_ballot(poll=poll)
    now = Ballot.objects.first().cast_at

    health = health_of(row_of(poll), now=now)
    later = health_of(row_of(poll), now=now + HOUR)

    assert (len(health.bars), health.bars[-1].ballots, health.busiest) == (60, 3, 3)
    assert [ballots for _, ballots in health.tens] == [0, 0, 0, 0, 0, 3]
    assert (later.ballots, later.busiest, later.in_all) == (0, 0, 3)


def test_the_health_of_a_poll_tells_of_work_and_limits():
    poll = open_poll()
    ballot = make_ballot(poll=poll)
    BallotSignal.objects.all().delete()
    for number, (difficulty, unthrottled) in enumerate([(10, False), (30, True)]):
        BallotSignal.objects.create(
            ballot_id=ballot.id + number,
            poll_id=poll.id,
            minute=ballot.cast_at,
            voter_day="0" * 32,
            prefix="0" * 32,
            network="0" * 32,
            adapter="device",
            client="other",
            difficulty=difficulty,
            unthrottled=unthrottled,
        )

    health = health_of(row_of(poll), now=ballot.cast_at)

    assert (health.mean_difficulty, health.hardest, health.unthrottled) == (20, 30, 1)
    assert health.by_adapter == [(ADAPTERS["device"].label, 2)]


@pytest.mark.parametrize("picks", [(1,), (2,), (1, 2, 3)])
def test_the_health_page_reads_the_same_whatever_was_voted_for(administrator, picks):
    poll = open_poll()
    make_ballot(poll=poll, picks=picks)
    units = list(Contest.objects.get().entries.values_list("unit__name", flat=True))

    page = administrator.get(at("health", poll))

    assert "收到的选票，从开始到现在1 张" in text_of(page)
    assert [unit in page.content.decode() for unit in units] == [False] * 3
