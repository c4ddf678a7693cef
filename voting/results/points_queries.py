"""Reads about points from elsewhere and deductions."""

from fractions import Fraction

from showcase.contests.models import Contest
from site_cms.trail.models import Proposal
from voting.results.points_models import GivenPoints
from voting.rules.combining import Deduction

POINTS = "points.give"


def standing_points(contest: Contest) -> list[GivenPoints]:
    """What counts now: extras by their code, deductions with an empty one."""
    return list(
        GivenPoints.objects.of_contest(contest)
        .standing()
        .select_related("entry__unit", "proposed_by", "confirmed_by")
        .order_by("extra", "entry__number", "pk")
    )


def points_standing(contest: Contest, *, until: int | None) -> list[GivenPoints]:
    """What counted before a statement of the log (None: what counts now), in the same order."""
    if until is None:
        return standing_points(contest)
    rows = GivenPoints.objects.of_contest(contest).filter(
        promise__log_entry__number__lt=until
    )
    return list(
        rows.exclude(points=None)
        .exclude(pk__in=rows.exclude(replaces=None).values("replaces"))
        .select_related("entry__unit", "proposed_by", "confirmed_by")
        .order_by("extra", "entry__number", "pk")
    )


def latest_points(contest: Contest, extra: str) -> dict[str, GivenPoints]:
    """The newest row of each entry for one extra, taken back or not, by plate."""
    rows = (
        GivenPoints.objects.of_contest(contest)
        .filter(extra=extra, replaced_by=None)
        .select_related("entry__unit")
    )
    return {row.entry.plate: row for row in rows}


def points_proposals(contest: Contest) -> list[Proposal]:
    """What waits for its second person."""
    return list(
        Proposal.objects.about(contest)
        .undecided()
        .filter(kind=POINTS)
        .select_related("proposed_by")
        .order_by("pk")
    )


def extra_inputs(contest: Contest) -> dict[str, dict[str, Fraction]]:
    """By the code of the extra, then by plate."""
    found: dict[str, dict[str, Fraction]] = {}
    for given in standing_points(contest):
        if given.extra:
            by_entry = found.setdefault(given.extra, {})
            by_entry[given.entry.plate] = Fraction(given.points)
    return found


def deduction_inputs(contest: Contest) -> tuple[Deduction, ...]:
    return tuple(
        Deduction(given.entry.plate, Fraction(given.points), given.reason)
        for given in standing_points(contest)
        if not given.extra
    )
