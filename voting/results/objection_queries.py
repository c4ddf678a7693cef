"""Reads about objections to a result."""

from datetime import datetime

from django.db.models import Q, Sum

from showcase.contests.models import Contest
from showcase.contests.rules import Act, open_acts
from site_cms.trail.models import Proposal
from voting.results.models import Release
from voting.results.objection_models import (
    Objection,
    ObjectionFile,
    ObjectionPerson,
    ObjectionQuerySet,
)
from voting.results.objection_rules import read_code

REPLY = "objection_to_result.reply"
MOST_BYTES = 500 * 1024 * 1024
PERSON_PURPOSE = "objection to a result"


def objections_of(contest: Contest) -> ObjectionQuerySet:
    """All of a contest with what the lists tell of each."""
    return (
        Objection.objects.of_contest(contest)
        .select_related("entry__unit", "reply")
        .prefetch_related("steps")
        .order_by("number")
    )


def objections_open(contest: Contest) -> list[str]:
    """What unanswered objections hold against a final result, one sentence each."""
    return [
        f"异议第 {objection.number} 件（{objection.about}）还没有答复。"
        for objection in objections_of(contest).open()
    ]


def is_open_to_objection(contest: Contest, *, now: datetime) -> bool:
    """By the contest's times alone: the act demands no opening."""
    return Act.OBJECT in open_acts(contest.times, opened=frozenset(), now=now)


def may_object(contest: Contest, *, now: datetime) -> bool:
    """While everybody may read the result and its notice runs."""
    return (
        is_open_to_objection(contest, now=now)
        and Release.objects.filter(contest=contest, released_at__lte=now).exists()
    )


def replied(contest: Contest) -> list[Objection]:
    """Those that were answered or turned away, by their numbers."""
    return list(
        Objection.objects.of_contest(contest)
        .exclude(reply=None)
        .select_related("entry__unit", "reply__proposed_by", "reply__confirmed_by")
        .order_by("number")
    )


def objection_by_code(contest: Contest, typed: str) -> Objection | None:
    code = read_code(typed)
    return objections_of(contest).filter(code=code).first() if code else None


def files_of(objection: Objection) -> list[ObjectionFile]:
    """Without their bytes."""
    return list(objection.files.defer("content"))


def room_for_files(contest: Contest) -> int:
    """How many bytes of files are still taken: nobody fills the disk by objecting."""
    there = ObjectionFile.objects.filter(objection__contest=contest).aggregate(
        Sum("size")
    )
    return max(MOST_BYTES - (there["size__sum"] or 0), 0)


def person_of(objection: Objection) -> ObjectionPerson | None:
    """Who objected, still encrypted. None: destroyed."""
    return ObjectionPerson.objects.filter(objection=objection).first()


def count_objectors(contest: Contest) -> int:
    """How many objections still hold a name, a telephone or a file."""
    return (
        Objection.objects.of_contest(contest)
        .filter(Q(person__isnull=False) | Q(files__isnull=False))
        .distinct()
        .count()
    )


def reply_proposal(objection: Objection) -> Proposal | None:
    """The answer that waits for its second person."""
    return (
        Proposal.objects.about(objection)
        .undecided()
        .filter(kind=REPLY)
        .select_related("proposed_by")
        .last()
    )


def replies_sent_back(objection: Objection) -> list[Proposal]:
    """Answers that the second person did not agree to, with why; the latest first."""
    return list(
        Proposal.objects.about(objection)
        .filter(kind=REPLY, decision__confirmed=False)
        .select_related("proposed_by", "decision__decided_by")
        .order_by("-pk")
    )


def replies_waiting(contest: Contest) -> dict[int, Proposal]:
    """By objection: the answers of a contest that wait for their second person."""
    ids = Objection.objects.of_contest(contest).values_list("pk", flat=True)
    waiting = Proposal.objects.undecided().filter(
        kind=REPLY,
        subject_type=Objection._meta.label,
        subject_id__in=[str(pk) for pk in ids],
    )
    return {
        int(each.subject_id): each for each in waiting.select_related("proposed_by")
    }
