"""The public notice of a result: it begins with the release, and only ever grows."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from showcase.contests.models import Contest
from showcase.contests.notices import publish_about
from showcase.contests.services import set_times
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.results.notice_errors import (
    ExtensionNeedsItsReason,
    NoNotice,
    NoticeIsDone,
    NoticeNotLater,
)
from voting.results.notice_models import NoticeTerm
from voting.results.notice_queries import calendar_from, notice_of
from voting.results.notice_rules import earliest_end
from voting.results.notice_wording import beginning, extension


@transaction.atomic
def begin_notice(*, by: User | None, contest: Contest, now: datetime) -> NoticeTerm:
    """Open the result to objection, until the planned end or the fewest working days.

    However often this is called: one beginning remains.
    """
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    if first := contest.notice_terms.order_by("number").first():
        return first
    planned, least = contest.notice_closes_at, _least(now)
    closes_at = max(planned, least) if planned else least
    term = NoticeTerm.objects.create(
        contest=contest,
        number=1,
        begins_at=now,
        closes_at=closes_at,
        set_at=now,
        set_by=by,
    )
    _move(by, contest, closes_at, now)
    notice = notice_of(contest, now=now)
    publish_about(
        by=by,
        contest=contest,
        notice=beginning(
            contest.name,
            closes_at=timezone.localtime(closes_at),
            days=notice.count.total,
            first=notice.count.first,
        ),
        word="result-notice",
        now=now,
    )
    trail.record(
        by=by,
        action="notice.begun",
        subject=term,
        sentence=f"“{contest}”的结果开始公示，到 {timezone.localtime(closes_at):%Y-%m-%d %H:%M}",
        now=now,
    )
    return term


@transaction.atomic
def extend_notice(
    *,
    by: User | None,
    contest: Contest,
    closes_at: datetime,
    reason: str,
    now: datetime,
) -> NoticeTerm:
    """Let a notice close later than was announced, for a reason that everybody reads.

    One that has closed is opened again, as long as the result is not final.
    """
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    last = contest.notice_terms.order_by("number").last()
    if last is None:
        raise NoNotice
    if contest.finalised_at is not None:
        raise NoticeIsDone
    if not reason.strip():
        raise ExtensionNeedsItsReason
    if closes_at <= max(last.closes_at, now):
        raise NoticeNotLater
    term = NoticeTerm.objects.create(
        contest=contest,
        number=last.number + 1,
        begins_at=last.begins_at,
        closes_at=closes_at,
        reason=reason.strip(),
        set_at=now,
        set_by=by,
    )
    _move(by, contest, closes_at, now)
    publish_about(
        by=by,
        contest=contest,
        notice=extension(
            contest.name,
            before=timezone.localtime(last.closes_at),
            closes_at=timezone.localtime(closes_at),
            reason=term.reason,
        ),
        word="result-notice",
        now=now,
    )
    trail.record(
        by=by,
        action="notice.extended",
        subject=term,
        sentence=f"延长“{contest}”的结果公示：{term.reason}",
        now=now,
        details={"notice_closes_at": [str(last.closes_at), str(closes_at)]},
    )
    return term


def renew_notice(
    *, by: User | None, contest: Contest, reason: str, now: datetime
) -> NoticeTerm | None:
    """After a correction: the fewest working days once more, unless the notice has them anyway."""
    last = contest.notice_terms.order_by("number").last()
    least = _least(now)
    if last is None or contest.finalised_at is not None or last.closes_at >= least:
        return None
    return extend_notice(
        by=by, contest=contest, closes_at=least, reason=reason, now=now
    )


def _least(now: datetime) -> datetime:
    begins_at = timezone.localtime(now)
    return earliest_end(calendar_from(begins_at.date()), begins_at)


def _move(
    by: User | None, contest: Contest, closes_at: datetime, now: datetime
) -> None:
    if contest.notice_closes_at != closes_at:
        set_times(
            by=by,
            contest=contest,
            now=now,
            sets_notice=True,
            notice_closes_at=closes_at,
        )
