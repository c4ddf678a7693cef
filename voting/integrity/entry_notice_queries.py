"""Reads about notices on entries."""

from datetime import datetime

from showcase.contests.models import Entry
from voting.integrity.entry_notice_models import EntryNotice

NOTICE = "entry.notice"
LIFTING = "entry.notice_lifting"
KINDS = (NOTICE, LIFTING)


def notices_of(entry: Entry) -> list[EntryNotice]:
    """All that were published, the latest first; lifted ones say so."""
    return list(EntryNotice.objects.of_entry(entry).order_by("-pk"))


def standing_notice(entry: Entry) -> EntryNotice | None:
    return EntryNotice.objects.of_entry(entry).standing().first()


def against_notice(entry: Entry, *, now: datetime) -> str:
    """Why nothing can be said of this entry now; nothing: it can."""
    contest = entry.contest
    if entry.shortlisted_at is None:
        return "这个单位没有入围，没有展示页，不能通报。什么都没有改变。"
    if not contest.openings.stages():
        return "民意测评还没有开放，不能通报。什么都没有改变。"
    if contest.archived_at is not None and contest.archived_at <= now:
        return "活动已经归档，不能再通报或撤销。什么都没有改变。"
    return ""
