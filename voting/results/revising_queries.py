"""Reads about corrections: every revision, what each changed, what keeps one back."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from showcase.contests.models import Contest
from site_cms.trail.models import Proposal
from voting.results.errors import Hindrance
from voting.results.models import Computation, Publication
from voting.results.queries import (
    against_publishing,
    is_final,
    proposal_for,
    release_of,
    standing_result,
)
from voting.results.reveal_queries import running_reveal
from voting.results.revising_rules import Change, changes
from voting.results.standings import Json, published

REVISE = "result.revise"


@dataclass(frozen=True, slots=True)
class Revision:
    """One result that two people let stand, beside its neighbours.

    ``changes`` is what it changed in the one before; ``corrected_by`` is the one after.
    """

    publication: Publication
    before: Publication | None
    corrected_by: Publication | None
    current: Publication

    @property
    def number(self) -> int:
        return self.publication.revision

    @property
    def is_current(self) -> bool:
        return self.corrected_by is None

    @property
    def changes(self) -> list[Change]:
        return _changes(self.before, self.publication) if self.before else []

    @property
    def changes_since(self) -> list[Change]:
        """What has changed from this one to the result that stands now."""
        return _changes(self.publication, self.current)


def _changes(before: Publication, after: Publication) -> list[Change]:
    """As far as the rule sheet lets pages tell."""
    return changes(*(_told(each.computation) for each in (before, after)))


def _told(computation: Computation) -> Json:
    return published(computation.rule_sheet.rules, computation.outcome)


def revisions_of(contest: Contest, *, now: datetime) -> list[Revision]:
    """Every result of a contest that the public may read, oldest first."""
    if release_of(contest, now=now) is None:
        return []
    found = list(
        Publication.objects.of_contest(contest)
        .select_related(
            "contest", "computation__rule_sheet", "proposed_by", "confirmed_by"
        )
        .order_by("revision")
    )
    before = [None, *found]
    after = [*found[1:], None]
    return [
        Revision(each, before[place], after[place], found[-1])
        for place, each in enumerate(found)
    ]


def revision_of(contest: Contest, number: int, *, now: datetime) -> Revision | None:
    """The n-th revision, if the public may read it."""
    revisions = revisions_of(contest, now=now)
    return revisions[number] if number < len(revisions) else None


def against_revising(computation: Computation, *, now: datetime) -> list[Hindrance]:
    """What keeps a newer computation from taking the place of the result that stands."""
    contest = computation.contest
    standing = standing_result(contest)
    if standing is None:
        return [_manage(contest, "结果还没有确定过，先确定结果。")]
    if is_final(contest, now=now):
        return [_manage(contest, "结果已经最终确定，要更正先由两个人重新打开。")]
    return [*_against_reveal(contest), *against_publishing(computation, now=now)]


def _against_reveal(contest: Contest) -> list[Hindrance]:
    """The hall does not begin with one result and end with another."""
    if running_reveal(contest) is None:
        return []
    host = reverse("voting:host", args=[contest.slug])
    sentence = "现场正在揭晓。要更正，请主持台先中止揭晓。"
    return [Hindrance(sentence, host, "去主持台")]


def is_same(computation: Computation, standing: Publication) -> bool:
    """Nothing in it differs from the result that stands: neither a figure nor an input."""
    stands = standing.computation
    return computation.outcome_hash == stands.outcome_hash and computation.aside.get(
        "standing"
    ) == stands.aside.get("standing")


def revise_proposal(contest: Contest) -> Proposal | None:
    return proposal_for(contest, REVISE)


def _manage(contest: Contest, sentence: str) -> Hindrance:
    url = reverse("voting:results_manage", args=[contest.slug])
    return Hindrance(sentence, url, "看结果")
