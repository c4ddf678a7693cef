"""Reads of the public log. Whoever may see the contest may see all of this."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from showcase.contests.models import Contest
from voting.log.models import Kind, Log, LogEntry, SignedHead
from voting.log.wording import fingerprint, local, told

# What one answer holds at most; the next begins where it ended.
ENTRIES_AT_ONCE, HEADS_AT_ONCE = 1_000, 500


def log_of(contest: Contest) -> Log | None:
    return Log.objects.filter(pk=contest.pk).first()


def latest_head(log: Log | None) -> SignedHead | None:
    return log.heads.order_by("-size").first() if log else None


def head_of_size(log: Log | None, size: int) -> SignedHead | None:
    return log.heads.filter(size=size).first() if log else None


def heads_after(log: Log | None, size: int) -> QuerySet[SignedHead]:
    heads = SignedHead.objects.filter(log=log, size__gt=size)
    return heads.order_by("size")[:HEADS_AT_ONCE]


def entries_after(log: Log | None, number: int) -> QuerySet[LogEntry]:
    entries = LogEntry.objects.filter(log=log, number__gt=number).light()
    return entries.in_order()[:ENTRIES_AT_ONCE]


def acts(log: Log | None) -> QuerySet[LogEntry]:
    """What people and the clock decided, the latest first."""
    entries = LogEntry.objects.filter(log=log).light()
    return entries.exclude(kind=Kind.BALLOTS).order_by("-number")


def batches(log: Log | None) -> QuerySet[LogEntry]:
    """Ballots that were sealed, the latest first."""
    entries = LogEntry.objects.filter(log=log).light()
    return entries.of_kind(Kind.BALLOTS).order_by("-number")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it stands on the page."""

    number: int
    kind: str
    at: str
    sentence: str
    text: str
    first_leaf: int
    last_leaf: int
    statement: dict[str, Any]


def line_of(entry: LogEntry) -> Line:
    statement = entry.statement
    return Line(
        number=entry.number,
        kind=entry.get_kind_display(),
        at=local(statement["at"]),
        sentence=told(entry.kind, statement),
        text=entry.text,
        first_leaf=entry.first_leaf,
        last_leaf=entry.size_after - 1,
        statement=statement,
    )


def root_groups(head: SignedHead) -> list[str]:
    return fingerprint(bytes(head.root).hex())
