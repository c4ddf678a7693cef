"""A public log and what stands in it."""

from datetime import datetime
from hashlib import sha256

from showcase.contests.models import Contest
from tests.factories.moments import NOW
from tests.factories.showcase import make_contest
from voting.log.heads import sign_head
from voting.log.models import Kind, Log, LogEntry, SignedHead
from voting.log.services import append


def make_log_entry(
    *,
    contest: Contest | None = None,
    kind: str = Kind.NOTICE,
    leaves: int = 1,
    now: datetime = NOW,
    **statement,
) -> LogEntry:
    """An entry of so many leaves; what stands behind its statement is made from its number."""
    contest = contest or make_contest()
    before = LogEntry.objects.of_contest(contest.pk).count()
    return append(
        contest=contest,
        kind=kind,
        statement=statement,
        now=now,
        commitments=[
            sha256(f"{before}/{place}".encode()).digest() for place in range(leaves - 1)
        ],
    )


def make_head(contest: Contest, *, now: datetime = NOW) -> SignedHead:
    return sign_head(log=Log.objects.get(pk=contest.pk), now=now)


def say_thresholds(contest: Contest, *, now: datetime) -> dict[str, str]:
    """What a subject may have to add to a statement; named in PUBLIC_LOG_FACTS."""
    return {"thresholds": "ab" * 32}
