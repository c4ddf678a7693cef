"""Everything that a page, a file or a print of one result shows, read at one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from showcase.contests.models import Contest
from showcase.pages.models import ShowcasePage
from showcase.pages.queries import with_pictures
from voting.results.bands import Band, band
from voting.results.breakdown import Breakdown, breakdown
from voting.results.models import (
    Check,
    Computation,
    Finalisation,
    Publication,
    Release,
)
from voting.results.standings import Row, Standings, published, standings
from voting.results.weights import Weight, weights
from voting.rules.rule_sheet import RuleSheet
from voting.rulesheets.wording import Article, articles

_FIGURES_ON_A_CARD = 2


class Flag(NamedTuple):
    """One of the ten. ``page`` None: this unit has shown nothing."""

    row: Row
    page: ShowcasePage | None

    @property
    def figures(self) -> list[Any]:
        """The numbers with which the unit's page leads."""
        if self.page is None:
            return []
        found = [f for block in self.page.figures for f in block.value["figures"]]
        return found[:_FIGURES_ON_A_CARD]


@dataclass(frozen=True)
class Result:
    """One revision of a result as its pages tell it.

    ``revisions`` are all that there are, the oldest first; ``finalisation`` is in force: one that
    was opened again is none. ``outcome`` is what the rule sheet lets them tell: all entries, or only those with a flag.
    """

    publication: Publication
    revisions: list[Publication]
    release: Release | None
    finalisation: Finalisation | None
    check: Check | None
    now: datetime

    @property
    def contest(self) -> Contest:
        return self.publication.contest

    @property
    def computation(self) -> Computation:
        return self.publication.computation

    @cached_property
    def rules(self) -> RuleSheet:
        return self.computation.rule_sheet.rules

    @cached_property
    def outcome(self) -> Mapping[str, Any]:
        return published(self.rules, self.computation.outcome)

    @cached_property
    def table(self) -> Standings:
        return standings(self.rules, self.outcome)

    @cached_property
    def weights(self) -> list[Weight]:
        return weights(self.rules, self.computation.outcome)

    @property
    def articles(self) -> list[Article]:
        return articles(self.rules)

    @property
    def tells_all(self) -> bool:
        return self.rules.publishing == "all"

    @property
    def band(self) -> Band:
        return band(
            revision=self.publication.revision,
            is_newest=self.publication == self.revisions[-1],
            notice_closes_at=self.contest.notice_closes_at,
            finalised_at=self.finalisation and self.finalisation.finalised_at,
            now=self.now,
        )

    @property
    def told_at(self) -> datetime:
        """Since when the public can read it: a correction since it was made."""
        if self.release is None:
            return self.publication.published_at
        return max(self.release.released_at, self.publication.published_at)

    @property
    def version(self) -> str:
        """Another one as soon as anything of what is told becomes other."""
        final = "-final" if self.finalisation else ""
        return f"{self.computation.outcome_hash}-{self.publication.revision}{final}"

    @property
    def cut_text(self) -> str:
        table = self.table
        return table.final_cut_text if self.band.is_final else table.cut_text

    @cached_property
    def flags(self) -> list[Flag]:
        plates = [row.plate for row in self.table.flags]
        pages = ShowcasePage.objects.live().of_contest(self.contest).with_entry()
        pages = with_pictures(list(pages.filter(entry__number__in=plates)))
        by_plate = {page.entry.plate: page for page in pages}
        return [Flag(row, by_plate.get(row.plate)) for row in self.table.flags]

    def page_of(self, plate: str) -> ShowcasePage | None:
        """What a unit has shown of its work, with its one line."""
        pages = ShowcasePage.objects.shown().of_contest(self.contest).with_entry()
        return pages.of_plate(plate)

    def breakdown(self, plate: str) -> Breakdown | None:
        """Why this score; None: nobody of that number has one that is told."""
        whatif = self.computation.aside["whatif"]
        return breakdown(self.rules, self.outcome, whatif, plate)

    def is_unlisted(self, plate: str) -> bool:
        """Whether the rule sheet lets the pages tell only who this is."""
        return any(entry.plate == plate for entry in self.table.unlisted)


def result_of(publication: Publication, *, now: datetime) -> Result:
    """``publication`` with contest, computation, rule sheet and people already read."""
    contest, computation = publication.contest, publication.computation
    finalisation = (
        Finalisation.objects.filter(
            publication=publication, finalised_at__lte=now, reopening=None
        )
        .select_related("proposed_by", "confirmed_by")
        .first()
    )
    return Result(
        publication=publication,
        revisions=list(Publication.objects.of_contest(contest).order_by("revision")),
        release=Release.objects.filter(contest=contest).first(),
        finalisation=finalisation,
        check=Check.objects.filter(computation=computation).last(),
        now=now,
    )
