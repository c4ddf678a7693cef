"""A result that two people made final."""

from showcase.contests.services import set_times
from tests.factories.moments import DAY, NOW
from tests.factories.people import make_user
from tests.factories.results import make_publication
from voting.results.models import Finalisation, Publication


def make_final(publication: Publication | None = None) -> Publication:
    """Final thirty days after ``NOW``; its contest as it is from then on."""
    publication = publication or make_publication()
    finalised_at = NOW + 30 * DAY
    contest = set_times(
        by=None, contest=publication.contest, now=NOW, finalised_at=finalised_at
    )
    Finalisation.objects.create(
        publication=publication,
        finalised_at=finalised_at,
        proposed_by=make_user(),
        confirmed_by=make_user(),
    )
    publication.contest = contest
    return publication
