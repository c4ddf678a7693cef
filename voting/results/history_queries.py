"""Reads about past contests: who had a flag when, and one unit through the years.

Only real contests that the public may see, and of them only what was published.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Prefetch
from django.utils import timezone

from showcase.contests.models import Contest, Entry, Opening
from showcase.contests.rules import Stage
from showcase.ledger.models import DeedState
from showcase.ledger.queries import FROZEN_KEY
from showcase.units.models import Unit
from voting.results.history_rules import Compared, Part, Year, compared, fingerprint
from voting.results.models import Computation, Finalisation, Publication
from voting.results.standings import (
    Row,
    Standings,
    counting_parts,
    published,
    standings,
    value,
)


@dataclass(frozen=True, slots=True)
class Edition:
    """One contest whose result is public. ``state`` is 公示中, 最终结果 and so on."""

    contest: Contest
    publication: Publication
    is_final: bool
    table: Standings
    unit_codes: dict[str, str]

    @property
    def year(self) -> int:
        return year_of(self.contest)

    @property
    def state(self) -> str:
        revision = self.publication.revision
        word = "最终结果" if self.is_final else "拟定结果"
        return f"{word}，更正第 {revision} 版" if revision else word

    @property
    def flags(self) -> list[tuple[Row, str]]:
        """Who has a flag, each with the code of its unit."""
        return [(row, self.unit_codes[row.plate]) for row in self.table.flags]


def year_of(contest: Contest) -> int:
    """The year in which the public voted, or else in which the night was."""
    moment = contest.poll_opens_at or contest.night_opens_at or contest.provisional_at
    return timezone.localtime(moment).year


def editions_by_year(*, now: datetime) -> list[tuple[int, list[Edition]]]:
    """Every public result, newest first."""
    editions = sorted(
        _editions(Contest.objects.all(), now=now),
        key=lambda edition: (edition.year, edition.publication.pk),
        reverse=True,
    )
    return [(year, list(found)) for year, found in groupby(editions, lambda e: e.year)]


def years_of(unit: Unit, *, now: datetime) -> list[Compared]:
    """All contests that the unit was shortlisted for and whose result is public."""
    entries = Entry.objects.shortlisted().filter(unit=unit)
    entries = {entry.contest_id: entry for entry in entries}
    contests = Contest.objects.filter(pk__in=entries)
    return compared(
        [
            _year(edition, entries[edition.contest.pk])
            for edition in _editions(contests, now=now)
        ]
    )


def _editions(contests: Iterable[Contest], *, now: datetime) -> Iterator[Edition]:
    """The newest revision of each, as it is published."""
    publications = (
        Publication.objects.filter(
            contest__in=contests.real().shown().filter(release__released_at__lte=now)
        )
        .select_related("contest", "computation__rule_sheet")
        .prefetch_related(
            Prefetch(
                "contest__entries",
                Entry.objects.shortlisted().select_related("unit"),
                to_attr="shortlisted",
            ),
            Prefetch(
                "contest__openings",
                Opening.objects.filter(stage=Stage.POLL),
                to_attr="poll_opening",
            ),
        )
        .order_by("contest", "-revision")
    )
    final = set(
        Finalisation.objects.filter(finalised_at__lte=now, reopening=None).values_list(
            "publication", flat=True
        )
    )
    for _, revisions in groupby(publications, lambda each: each.contest_id):
        newest = next(revisions)
        computation, contest = newest.computation, newest.contest
        yield Edition(
            contest=contest,
            publication=newest,
            is_final=newest.pk in final,
            table=_table(computation),
            unit_codes={entry.plate: entry.unit.code for entry in contest.shortlisted},
        )


def _table(computation: Computation) -> Standings:
    rules = computation.rule_sheet.rules
    return standings(rules, published(rules, computation.outcome))


def _year(edition: Edition, entry: Entry) -> Year:
    contest, computation = edition.contest, edition.publication.computation
    rules, outcome = computation.rule_sheet.rules, computation.outcome
    row = next((row for row in edition.table.rows if row.plate == entry.plate), None)
    deeds = _deeds(contest, entry)
    about = {
        "slug": contest.slug,
        "contest": contest.name,
        "year": edition.year,
        "plate": entry.plate,
        "rules": fingerprint(rules.to_json()),
        "of": len(outcome["ranking"]),
        "is_final": edition.is_final,
        "deeds": sum(deeds.values()) if deeds is not None else None,
        "deeds_closed": deeds[DeedState.CLOSED] if deeds is not None else None,
    }
    if row is None:
        return Year(**about, why_unranked=_why(edition, entry.plate))
    traced = next(each for each in outcome["ranking"] if each["entry"] == entry.plate)
    return Year(
        **about,
        rank=row.rank,
        place=row.place,
        score=value(traced["total"]),
        score_shown=row.score,
        shown_places=rules.shown_places,
        parts=tuple(
            Part(part["name"], part["points"]["shown"])
            for part in counting_parts(traced)
            if part["points"]
        ),
        has_flag=row.has_flag,
    )


def _deeds(contest: Contest, entry: Entry) -> Counter[str] | None:
    """By state, as they were frozen; None: nothing was."""
    frozen = contest.poll_opening[0].frozen if contest.poll_opening else {}
    if FROZEN_KEY not in frozen:
        return None
    return Counter(
        deed["state"] for deed in frozen[FROZEN_KEY] if deed["unit"] == entry.unit_id
    )


def _why(edition: Edition, plate: str) -> str:
    left_out = (*edition.table.unranked, *edition.table.withdrawn)
    reasons = [each.reason for each in left_out if each.plate == plate]
    return reasons[0] if reasons else "参加了评比，按计分规则不公布名次。"
