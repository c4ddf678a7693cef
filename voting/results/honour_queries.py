"""Reads about honours: who has a flag in the result that is public, and whether it is final."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from showcase.contests.models import Contest
from showcase.pages.models import ShowcasePage
from showcase.units.models import Unit
from site_cms.accounts.models import User
from voting.results.honour_models import CertificateWording
from voting.results.page_queries import Result, result_of
from voting.results.queries import publication_of
from voting.results.standings import Row


@dataclass(frozen=True, slots=True)
class Honours:
    """Who has a flag in ``result``, and what a certificate of it says."""

    result: Result
    wording: CertificateWording

    @property
    def contest(self) -> Contest:
        return self.result.contest

    @property
    def is_final(self) -> bool:
        """Otherwise it is provisional, and there are no certificates."""
        return self.result.finalisation is not None

    @property
    def finalised_at(self) -> datetime:
        return self.result.finalisation.finalised_at

    @property
    def title(self) -> str:
        return self.result.table.title

    @property
    def winners(self) -> list[Row]:
        return self.result.table.flags

    def winner(self, plate: str) -> Row | None:
        return next((row for row in self.winners if row.plate == plate), None)

    def page_of(self, row: Row) -> ShowcasePage | None:
        return next(flag.page for flag in self.result.flags if flag.row == row)


def honours_of(contest: Contest, *, now: datetime) -> Honours | None:
    """The flags of the public result, or None: nobody may know of any yet."""
    publication = publication_of(contest, now=now)
    if publication is None:
        return None
    return Honours(result_of(publication, now=now), wording_of(contest))


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
