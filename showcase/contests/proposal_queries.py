"""Reads about what two people decide of one entry: what waits, what was, and who may."""

from collections.abc import Collection

from showcase.contests.models import Contest, Entry
from showcase.units.queries import own_units
from site_cms.accounts.models import User
from site_cms.trail.models import Proposal


def proposals_about(entry: Entry, kinds: Collection[str]) -> list[Proposal]:
    """All that was ever proposed of this entry, the latest first."""
    return list(
        Proposal.objects.about(entry)
        .filter(kind__in=kinds)
        .select_related("proposed_by", "decision__decided_by")
        .order_by("-pk")
    )


def proposal_about(entry: Entry, kinds: Collection[str]) -> Proposal | None:
    """The one that waits for its second person."""
    return (
        Proposal.objects.about(entry)
        .undecided()
        .filter(kind__in=kinds)
        .select_related("proposed_by")
        .first()
    )


def entries_waiting(
    contest: Contest, kinds: Collection[str]
) -> list[tuple[Entry, Proposal]]:
    """The entries of a contest of which something is proposed and not decided."""
    entries = {str(entry.pk): entry for entry in contest.entries.select_related("unit")}
    waiting = Proposal.objects.undecided().filter(
        kind__in=kinds, subject_type=Entry._meta.label, subject_id__in=entries
    )
    return [
        (entries[proposal.subject_id], proposal)
        for proposal in waiting.select_related("proposed_by")
    ]


def works_at_an_entry(user: User, contest: Contest) -> bool:
    """Whether this person belongs to a unit that takes part."""
    units = contest.entries.shortlisted().values_list("unit_id", flat=True)
    return not own_units(user).isdisjoint(units)
