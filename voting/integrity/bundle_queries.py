"""What goes into the zip of a contest's public log, and which zip is kept for everybody."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.conf import settings

from showcase.contests.models import Contest, Opening
from showcase.contests.rules import Stage
from voting.integrity.bundle_errors import (
    HeadMissing,
    LogNotComplete,
    NothingToBundle,
    OpeningsAreGone,
)
from voting.integrity.models import LeafList
from voting.integrity.queries import LISTED_KINDS, unlisted_acts
from voting.log.models import Kind, Log, LogEntry, LogEntryQuerySet, SignedHead
from voting.log.openings import openings_are_public
from voting.polls.models import Poll
from voting.polls.queries import is_archived
from voting.polls.sealing import is_sealed_to_the_end
from voting.polls.standing_models import SealedBatch
from voting.rules.merkle import HASH_BYTES

FOLDER = "bundles"

# In a zip that has it: of which result the rest of `result/` is.
ABOUT_RESULT = "result/contest.json"


@dataclass(frozen=True, slots=True)
class KeptBundle:
    """A finished zip, as everybody may fetch it. Its name says what it holds."""

    path: Path
    leaves: int
    sha256: str

    @property
    def bytes(self) -> int:
        return self.path.stat().st_size

    @property
    def made_at(self) -> datetime:
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)

    @property
    def address(self) -> str:
        return f"{settings.MEDIA_URL}{FOLDER}/{self.path.name}"

    @property
    def result(self) -> dict[str, Any] | None:
        """What the zip says of the result in it; None: it holds the log alone."""
        with ZipFile(self.path) as archive:
            if ABOUT_RESULT not in archive.namelist():
                return None
            return json.loads(archive.read(ABOUT_RESULT))

    @property
    def has_openings(self) -> bool:
        with ZipFile(self.path) as archive:
            return "openings.txt" in archive.namelist()

    @property
    def is_whole(self) -> bool:
        with self.path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest() == self.sha256


def bundles_folder() -> Path:
    return settings.MEDIA_ROOT / FOLDER


def kept_bundles(contest: Contest) -> list[KeptBundle]:
    """All that are kept, the one that holds most first."""
    named = re.compile(rf"{re.escape(contest.slug)}-([0-9]+)-([0-9a-f]{{64}})\.zip")
    found = [
        KeptBundle(path, int(parts[1]), parts[2])
        for path in bundles_folder().glob(f"{contest.slug}-*.zip")
        if (parts := named.fullmatch(path.name))
    ]
    return sorted(found, key=lambda kept: (-kept.leaves, kept.sha256))


def kept_bundle(contest: Contest) -> KeptBundle | None:
    return next(iter(kept_bundles(contest)), None)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a zip of the log as it is now would hold.

    ``ballot`` is what the poll's opening said in the log; ``opened_from`` the zip in which
    the openings stand already, where the key that made them is gone. Without ``poll``
    nobody voted, and there is nothing to open.
    """

    contest: Contest
    poll: Poll | None
    log: Log
    head: SignedHead
    ballot: dict[str, Any]
    is_opened: bool
    opened_from: KeptBundle | None = None

    @property
    def entries(self) -> LogEntryQuerySet:
        return LogEntry.objects.of_contest(self.contest.pk).filter(
            first_leaf__lt=self.head.size
        )

    @property
    def sealed(self) -> LogEntryQuerySet:
        return self.entries.of_kind(Kind.BALLOTS).in_order()

    @property
    def picks(self) -> int:
        sealed = self.sealed.values_list("leaves", flat=True)
        return sum(leaves - 1 for leaves in sealed)

    @property
    def batches(self):
        return (
            SealedBatch.objects.filter(
                poll=self.poll, log_entry__first_leaf__lt=self.head.size
            )
            .select_related("log_entry")
            .order_by("number")
        )

    @property
    def lists(self):
        return (
            LeafList.objects.filter(
                poll=self.poll, log_entry__first_leaf__lt=self.head.size
            )
            .select_related("log_entry")
            .defer("log_entry__hashes")
            .order_by("log_entry__number")
        )


def plan_bundle(
    contest: Contest, *, now: datetime, is_opened: bool | None = None
) -> Plan:
    """What would be exported now.

    ``is_opened``: True for eyes of the site alone, before picks may be opened for everybody.

    Errors
        A :class:`~voting.integrity.bundle_errors.BundleRefusal` that says what is missing.
    """
    if is_opened is None:
        is_opened = openings_are_public(contest, now=now)
    log = Log.objects.filter(pk=contest.pk).first()
    poll = Poll.objects.select_related("contest").filter(contest=contest).first()
    ballot = _ballot_of(contest)
    if ballot is None and is_opened and not _has_voted(contest):
        poll, ballot = None, _no_ballot(contest)
    if log is None or ballot is None:
        raise NothingToBundle
    head = log.heads.order_by("-size").first()
    if head is None:
        raise HeadMissing
    plan = Plan(contest, poll, log, head, ballot, is_opened)
    if not is_opened:
        return plan
    _check_complete(plan)
    if poll is None or not is_archived(poll.pk):
        return plan
    kept = next((each for each in kept_bundles(contest) if each.is_whole), None)
    if kept is None:
        raise OpeningsAreGone
    return replace(plan, opened_from=kept)


def _ballot_of(contest: Contest) -> dict[str, Any] | None:
    """The ballot as the log says that it was opened."""
    opened = LogEntry.objects.of_contest(contest.pk).of_kind(Kind.OPENED).in_order()
    said = (entry.statement.get("ballot") for entry in opened.light())
    return next((ballot for ballot in said if ballot), None)


def _has_voted(contest: Contest) -> bool:
    return Opening.objects.filter(contest=contest, stage=Stage.POLL).exists()


def _no_ballot(contest: Contest) -> dict[str, Any]:
    return {
        "contest": contest.name,
        "practice": contest.practice,
        "form": None,
        "entries": [],
    }


def _check_complete(plan: Plan) -> None:
    if plan.poll is not None:
        _check_poll_is_whole(plan.contest, plan.poll)
    last = LogEntry.objects.of_contest(plan.contest.pk).light().in_order().last()
    if last is None or last.size_after != plan.head.size:
        raise HeadMissing


def _check_poll_is_whole(contest: Contest, poll: Poll) -> None:
    if not contest.practice and not is_sealed_to_the_end(poll):
        raise LogNotComplete
    if any(unlisted_acts(poll, kind).exists() for kind in LISTED_KINDS):
        raise LogNotComplete


def leaves_in(hashes: bytes) -> Iterator[bytes]:
    for start in range(0, len(hashes), HASH_BYTES):
        yield hashes[start : start + HASH_BYTES]


def against_archiving(poll: Poll, *, now: datetime) -> list[str]:
    """After the archive no pick can be opened any more: the zip with them must be there."""
    contest = poll.contest
    if contest.practice or not Log.objects.filter(pk=contest.pk).exists():
        return []
    kept = kept_bundle(contest)
    if kept is None:
        return [
            "还没有打好带选票内容的核对包，归档以后就再也打不出来了。"
            f"请先运行 manage.py log_bundle {contest.slug} --keep。"
        ]
    if not kept.is_whole:
        return [
            f"核对包 {kept.path.name} 的内容和它的 SHA-256 不符，可能坏了。"
            f"请先删掉它，再运行 manage.py log_bundle {contest.slug} --keep。"
        ]
    return []
