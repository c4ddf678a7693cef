"""Reads about entries that leave a contest during the poll."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from showcase.contests.models import Contest, Entry
from showcase.contests.rules import Stage

WITHDRAWAL = "entry.withdrawal"
REINSTATEMENT = "entry.reinstatement"
KINDS = (WITHDRAWAL, REINSTATEMENT)


def left_without(entry: Entry, *, now: datetime) -> int:
    """How many entries go on when this one does not."""
    return entry.contest.entries.standing(now).exclude(pk=entry.pk).count()


def has_voted(contest: Contest) -> bool:
    """Whether ballots may have been cast."""
    return Stage.POLL in contest.openings.stages()


def against_withdrawal(entry: Entry, *, now: datetime) -> str:
    """Why this entry cannot leave now; nothing: it can."""
    if entry.shortlisted_at is None:
        return "这个单位没有入围，不用退出。什么都没有改变。"
    if entry.withdrawn_at is not None:
        return f"这个单位{entry.gone}，不用再办。什么都没有改变。"
    if not entry.contest.openings.stages():
        return (
            "民意测评还没有开放，不用公告退出：请在“确定入围名单”里改名单。"
            "什么都没有改变。"
        )
    return _against_changing(entry, now=now)


def against_reinstatement(entry: Entry, *, now: datetime) -> str:
    """Why this entry cannot come back now; nothing: it can."""
    if entry.withdrawn_at is None:
        return "这个单位正在参评，不用恢复。什么都没有改变。"
    return _against_changing(entry, now=now) or "".join(
        _neighbours("AGAINST_REINSTATING")(entry, now=now)
    )


def effects_elsewhere(entry: Entry, *, now: datetime) -> list[str]:
    """What the leaving of this entry means for packages above, in sentences."""
    return _neighbours("WITHDRAWAL_EFFECTS")(entry, now=now)


def _against_changing(entry: Entry, *, now: datetime) -> str:
    published = entry.contest.provisional_at
    if published is not None and published <= now:
        return "拟定结果已经公布，参评单位不能再变。对结果有疑问，走异议和更正。什么都没有改变。"
    return "".join(_neighbours("AGAINST_CHANGING_ENTRIES")(entry, now=now))


def _neighbours(name: str) -> Callable[..., list[str]]:
    return import_string(getattr(settings, name))
