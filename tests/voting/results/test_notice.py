from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from showcase.contests.errors import NoticeIsSettled
from showcase.contests.models import Contest
from showcase.contests.services import set_times
from site_cms.accounts.roles import Role
from site_cms.calendar.rules import Calendar, Counts
from site_cms.calendar.services import override_day
from site_cms.pages.page_types import NoticePage
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    make_contest,
    make_decided_contest,
    make_operator,
    make_publication,
    make_user,
    sign_in,
)
from tests.factories.objections import make_noticed, object_to, reply_to
from tests.site_factories import make_site
from voting.results.notice_errors import (
    ExtensionNeedsItsReason,
    NoNotice,
    NoticeIsDone,
    NoticeNotLater,
)
from voting.results.notice_models import NoticeTerm
from voting.results.notice_queries import against_final, notice_of, notice_summary
from voting.results.notice_rules import counted, earliest_end
from voting.results.notice_services import begin_notice, extend_notice, renew_notice

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
# NOW is Monday the 1st of June 2026, 20:00 in Shanghai: the fifth working day is the 8th.
LAST = datetime(2026, 6, 8, 18, tzinfo=SHANGHAI)


def moment(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 6, day, hour, tzinfo=SHANGHAI)


def extend(contest, *, to, reason="端午节前后再留几天", now=NOW):
    return extend_notice(
        by=make_user(), contest=contest, closes_at=to, reason=reason, now=now
    )


def test_a_notice_begins_with_the_release_and_lasts_five_working_days():
    contest = make_noticed()

    assert contest.notice_closes_at == LAST
    notice = notice_of(contest, now=NOW)
    assert (notice.count.total, notice.count.begun, notice.count.left) == (5, 0, 5)
    assert [(each.day.day, each.why) for each in notice.count.left_out] == [
        (6, "周末"),
        (7, "周末"),
    ]


def test_what_was_planned_longer_stays_and_shorter_is_stretched():
    longer, shorter = make_decided_contest(), make_decided_contest()
    set_times(by=None, contest=longer, now=NOW, notice_closes_at=LAST + 3 * DAY)
    set_times(by=None, contest=shorter, now=NOW, notice_closes_at=NOW + HOUR)
    make_publication(longer)
    make_publication(shorter)

    longer.refresh_from_db()
    shorter.refresh_from_db()
    assert [longer.notice_closes_at, shorter.notice_closes_at] == [
        LAST + 3 * DAY,
        LAST,
    ]


@pytest.mark.parametrize(
    ("now", "begun", "left", "is_over"),
    [
        pytest.param(NOW, 0, 5, False, id="on the evening of the release"),
        pytest.param(moment(2, 0), 1, 5, False, id="first day, from midnight"),
        pytest.param(moment(5), 4, 2, False, id="Friday"),
        pytest.param(moment(7), 4, 1, False, id="Sunday"),
        pytest.param(moment(8, 17), 5, 1, False, id="last day, still open"),
        pytest.param(LAST, 5, 0, True, id="the instant of its end"),
    ],
)
def test_the_counter_says_which_day_it_is_and_how_many_are_left(
    now, begun, left, is_over
):
    count = notice_of(make_noticed(), now=now).count

    assert (count.begun, count.left, count.is_over) == (begun, left, is_over)


@pytest.mark.parametrize(
    ("closes_at", "total"),
    [
        pytest.param(moment(8, 16), 4, id="before the offices close: not counted"),
        pytest.param(moment(8, 17), 5, id="as the offices close: counted"),
        pytest.param(moment(2, 9), 0, id="on the first morning"),
    ],
)
def test_the_last_day_counts_if_the_notice_lasts_through_it(closes_at, total):
    begins_at = timezone.localtime(NOW)

    count = counted(
        Calendar({}, frozenset()), begins_at=begins_at, closes_at=closes_at, now=NOW
    )

    assert count.total == total


def test_the_earliest_end_leaves_out_what_an_operator_gave_off():
    off = {date(2026, 6, 3): "县庆"}

    end = earliest_end(Calendar(off, frozenset()), timezone.localtime(NOW))

    assert end == LAST + DAY


def test_beginning_twice_leaves_one_beginning():
    contest = make_noticed()

    begin_notice(by=None, contest=contest, now=NOW + DAY)

    assert [term.begins_at for term in contest.notice_terms.all()] == [NOW]


def test_an_extension_is_told_with_its_reason():
    make_site()
    contest = make_noticed()

    extend(contest, to=LAST + 2 * DAY)

    contest.refresh_from_db()
    notice = notice_of(contest, now=NOW)
    assert contest.notice_closes_at == LAST + 2 * DAY
    assert [term.reason for term in notice.extensions] == ["端午节前后再留几天"]
    assert notice.count.total == 7
    told = NoticePage.objects.order_by("-pk").first()
    assert "6 月 10 日（周三）18:00" in told.intro
    assert "端午节前后再留几天" in str(told.body)


@pytest.mark.parametrize(
    ("to", "reason", "refusal"),
    [
        pytest.param(LAST, "理由", NoticeNotLater, id="no later"),
        pytest.param(LAST - DAY, "理由", NoticeNotLater, id="shorter"),
        pytest.param(LAST + DAY, " ", ExtensionNeedsItsReason, id="no reason"),
    ],
)
def test_a_notice_is_never_shortened_nor_extended_without_a_reason(to, reason, refusal):
    contest = make_noticed()

    with pytest.raises(refusal):
        extend(contest, to=to, reason=reason)

    contest.refresh_from_db()
    assert (contest.notice_closes_at, NoticeTerm.objects.count()) == (LAST, 1)


def test_a_notice_that_has_closed_is_opened_again_only_into_the_future():
    contest = make_noticed()
    later = LAST + 5 * DAY

    with pytest.raises(NoticeNotLater):
        extend(contest, to=later, now=later)
    extend(contest, to=later + DAY, now=later)

    assert notice_of(contest, now=later).is_running


def test_what_is_not_there_or_final_is_not_extended():
    with pytest.raises(NoNotice):
        extend(make_contest(), to=LAST)
    contest = make_noticed()
    Contest.objects.filter(pk=contest.pk).update(finalised_at=LAST)

    with pytest.raises(NoticeIsDone):
        extend(contest, to=LAST + DAY)


def test_the_times_of_the_contest_no_longer_move_a_notice():
    contest = make_noticed()

    with pytest.raises(NoticeIsSettled):
        set_times(by=None, contest=contest, now=NOW, notice_closes_at=LAST + DAY)
    set_times(by=None, contest=contest, now=NOW, notice_closes_at=LAST)


def test_a_correction_gives_the_fewest_days_once_more():
    contest = make_noticed()

    renew_notice(by=None, contest=contest, reason="结果更正", now=moment(4))
    again = renew_notice(by=None, contest=contest, reason="再更正", now=moment(4))

    contest.refresh_from_db()
    assert (contest.notice_closes_at, again) == (moment(11, 18), None)


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(lambda rows: rows.update(reason="别的"), id="change"),
        pytest.param(lambda rows: rows.delete(), id="delete"),
    ],
)
def test_the_terms_of_a_notice_cannot_be_rewritten(rewrite):
    contest = make_noticed()

    with pytest.raises(DatabaseError), transaction.atomic():
        rewrite(NoticeTerm.objects.filter(contest=contest))


def test_what_stands_against_a_final_result():
    contest = make_noticed()
    objection = object_to(contest)

    while_running = against_final(contest, now=NOW)
    after = against_final(contest, now=LAST)
    reply_to(objection)

    assert while_running == [
        "公示到 6 月 8 日（周一）18:00 截止，还没有结束。",
        f"异议第 1 件（{objection.about}）还没有答复。",
    ]
    assert after == while_running[1:]
    assert against_final(contest, now=LAST) == []
    assert against_final(make_contest(), now=LAST) == ["结果还没有公示。"]


def test_a_day_given_off_in_a_running_notice_asks_for_an_extension():
    contest = make_noticed()
    override_day(
        by=make_user(),
        day=date(2026, 6, 3),
        counts=Counts.OFF,
        reason="县庆",
        now=NOW,
    )

    assert against_final(contest, now=LAST) == [
        "公示期里只有 4 个工作日，不到 5 个，请延长公示。"
    ]


def test_the_summary_that_a_final_result_keeps():
    contest = make_noticed()
    reply_to(object_to(contest))
    object_to(contest)

    assert notice_summary(contest, now=LAST) == {
        "begins_at": "2026-06-01T12:00:00+00:00",
        "closes_at": "2026-06-08T10:00:00+00:00",
        "working_days": 5,
        "extensions": 0,
        "objections": 2,
        "outcomes": {"upheld": 0, "partly": 0, "refused": 1, "declined": 0},
    }


def page(client, contest) -> str:
    return client.get(
        reverse("voting:result_notice", args=[contest.slug])
    ).content.decode()


def test_before_the_release_the_page_says_nothing(client):
    contest = make_decided_contest()

    response = client.get(reverse("voting:result_notice", args=[contest.slug]))

    assert response.status_code == 404
    assert "结果还没有公布" in response.content.decode()


def test_the_page_counts_and_says_which_days_do_not_count(client):
    contest = make_noticed()
    extend(contest, to=LAST + 11 * DAY)

    text = page(client, contest)

    assert "6 月 19 日（周五）18:00" in text
    for told in ("6 月 6 日 周六", "端午节", "端午节前后再留几天"):
        assert told in text


def test_answers_are_published_without_the_person(client):
    contest = make_noticed()
    reply_to(object_to(contest))

    text = page(client, contest)

    assert "有人认为第三项的打分和现场公布的不一致。" in text
    assert "调看了全部评分表原件" in text
    for secret in ("赵小兰", "13800138000", "请再核一遍"):
        assert secret not in text


def test_an_administrator_extends_on_the_page(client):
    # The site's clock is today's: the notice of June has closed and is opened again.
    contest = make_noticed()
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    address = reverse("voting:notice_extend", args=[contest.slug])
    day = timezone.localdate() + 10 * DAY

    wrong = client.post(address, {"last_day": "2026-06-09", "reason": "再留几天"})
    assert "公示只能延长" in wrong.content.decode()
    assert "再留几天" in wrong.content.decode()
    client.post(address, {"last_day": day.isoformat(), "reason": "再留几天"})

    contest.refresh_from_db()
    assert timezone.localtime(contest.notice_closes_at).date() == day


def test_a_supervisor_alone_does_not_extend(client):
    contest = make_noticed()
    sign_in(client, make_operator(Role.SUPERVISOR))

    response = client.get(reverse("voting:notice_extend", args=[contest.slug]))

    assert response.status_code == 403
