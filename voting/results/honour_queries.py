"""Reads about honours: who has a flag in the result that is public, and whether it is final."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from showcase.contests.models import Contest
from showcase.pages.models import ShowcasePage
from showcase.units.models import Unit
from site_cms.accounts.models import User
from voting.results.honour_models import CertificateWording
from voting.results.models import Finalisation, Publication
from voting.results.queries import cards_of, publication_of
from voting.results.standings import Row, Standings, standings


@dataclass(frozen=True, slots=True)
class Honours:
    """``finalisation`` None: provisional, so there are no certificates yet."""

    contest: Contest
    publication: Publication
    finalisation: Finalisation | None
    wording: CertificateWording
    table: Standings
    pages: dict[str, ShowcasePage]

    @property
    def is_final(self) -> bool:
        return self.finalisation is not None

    @property
    def winners(self) -> list[Row]:
        return self.table.flags

    def winner(self, plate: str) -> Row | None:
        return next((row for row in self.winners if row.plate == plate), None)


def honours_of(contest: Contest, *, now: datetime) -> Honours | None:
    """The flags of the public result, or None: nobody may know of any yet."""
    publication = publication_of(contest, now=now)
    if publication is None:
        return None
    computation = publication.computation
    return Honours(
        contest=contest,
        publication=publication,
        finalisation=final_of(publication, now=now),
        wording=wording_of(contest),
        table=standings(computation.rule_sheet.rules, computation.outcome),
        pages=cards_of(contest),
    )


def final_of(publication: Publication, *, now: datetime) -> Finalisation | None:
    """The act by which two people made this very result final; None: it is not, or not now.

    A final result that was opened again is none until it is final again.
    """
    finalised_at = publication.contest.finalised_at
    if finalised_at is None or finalised_at > now:
        return None
    return Finalisation.objects.filter(
        publication=publication, finalised_at__lte=now
    ).first()


def wording_of(contest: Contest) -> CertificateWording:
    """What the county wrote, or what certificates say where it wrote nothing."""
    written = CertificateWording.objects.filter(contest=contest).first()
    return written or CertificateWording(
        contest=contest,
        awarders=f"{contest.county}人民政府",
        number_prefix=f"红旗〔{_year(contest)}〕",
    )


def _year(contest: Contest) -> int:
    moment = contest.finalised_at or contest.poll_opens_at or timezone.now()
    return timezone.localtime(moment).year


def own_plates(contest: Contest, user: User) -> list[str]:
    """The numbers of the entries whose unit's desk this person sits at."""
    entries = contest.entries.shortlisted().filter(
        unit__in=Unit.objects.edited_by(user)
    )
    return [entry.plate for entry in entries]
