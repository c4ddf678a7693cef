"""Everything on the printed result: table, marks by seat, and who signs."""

from dataclasses import dataclass
from datetime import datetime

from voting.judging.queries import night_of
from voting.judging.setup_queries import named_supervisors
from voting.results.models import Publication
from voting.results.page_queries import Result, result_of
from voting.results.sheet_rules import (
    Counted,
    Heading,
    Line,
    MarksPage,
    counted,
    headings,
    lines,
    marks_pages,
    pages_of,
)
from voting.results.standings import Standings, standings


@dataclass(frozen=True)
class Sheet:
    """All of the result, whatever its pages tell: who signs must see what is signed."""

    result: Result
    table: Standings
    headings: list[Heading]
    pages: list[list[Line]]
    marks: list[MarksPage]
    counted: Counted
    supervisors: list[str]

    @property
    def page_count(self) -> int:
        return len(self.pages) + len(self.marks)


def sheet_of(publication: Publication, *, now: datetime) -> Sheet:
    result = result_of(publication, now=now)
    rules, outcome = result.rules, result.computation.outcome
    table = standings(rules, outcome)
    night = night_of(result.contest)
    return Sheet(
        result=result,
        table=table,
        headings=headings(rules),
        pages=pages_of(lines(rules, outcome, table.rows)) or [[]],
        marks=marks_pages(rules, outcome),
        counted=counted(outcome),
        supervisors=[str(user) for user in named_supervisors(night)] if night else [],
    )
