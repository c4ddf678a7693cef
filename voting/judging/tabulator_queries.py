"""What the tabulator has in front of them: what waits, who is missing, which versions there are."""

from dataclasses import dataclass
from datetime import datetime

from site_cms.accounts.models import User
from site_cms.trail.models import Proposal
from voting.judging.late_models import LateSheet
from voting.judging.late_queries import late_sheets
from voting.judging.models import Absence, Night, ScoreSheet, Seat, Source, Turn
from voting.judging.paper_models import PaperSheet
from voting.judging.paper_queries import (
    PaperCounts,
    paper_counts,
    papers_to_type_again,
    papers_waiting,
)
from voting.judging.queries import (
    CORRECTION,
    LATE,
    SeatLine,
    plain_total,
    proposals_for_supervisor,
    seat_lines,
)
from voting.judging.rules import SeatState, sheet_total


@dataclass(frozen=True, slots=True)
class OpenTurn:
    """A turn that takes paper now, and what each seat has done in it.

    ``papers`` are the seats whose paper waits for a second person.
    """

    turn: Turn
    papers: set[int]
    missing: list[SeatLine]
    others: list[SeatLine]
    recused: list[SeatLine]


@dataclass(frozen=True, slots=True)
class Todo:
    """The tabulator's list. ``own`` papers wait for somebody else, ``others`` for this person."""

    on_stage: Turn | None
    own: list[PaperSheet]
    others: list[PaperSheet]
    again: list[PaperSheet]
    late: list[LateSheet]
    asked: list[tuple[Proposal, Turn, Seat]]
    counts: PaperCounts

    @property
    def mine(self) -> int:
        """What waits for this very person."""
        return len(self.others) + len(self.again) + len(self.late)

    @property
    def is_empty(self) -> bool:
        return not (self.mine or self.own or self.asked)


def todo_of(user: User, night: Night) -> Todo:
    waiting = papers_waiting(night)
    asked = _asked(night)
    asked_late = {
        proposal.payload["late"] for proposal, *_ in asked if proposal.kind == LATE
    }
    return Todo(
        on_stage=night.current_turn,
        own=[paper for paper in waiting if paper.entered_by_id == user.pk],
        others=[paper for paper in waiting if paper.entered_by_id != user.pk],
        again=papers_to_type_again(night),
        late=[late for late in late_sheets(night) if str(late.pk) not in asked_late],
        asked=asked,
        counts=paper_counts(night),
    )


def _asked(night: Night) -> list[tuple[Proposal, Turn, Seat]]:
    """New versions that wait for the supervisor."""
    waiting = [
        (proposal, turn)
        for proposal, turn in proposals_for_supervisor(night)
        if proposal.kind in {CORRECTION, LATE}
    ]
    seats = Seat.objects.in_bulk(proposal.payload["seat"] for proposal, _ in waiting)
    return [
        (proposal, turn, seats[proposal.payload["seat"]]) for proposal, turn in waiting
    ]


def open_turns(night: Night, *, now: datetime) -> list[OpenTurn]:
    """Turns that are open for marks, the one on stage first."""
    turns = (
        Turn.objects.of_night(night)
        .unlocked()
        .standing(now)
        .filter(opened_at__isnull=False)
        .select_related("round__night", "entry__unit")
        .order_by("-round__order", "-order")
    )
    found = []
    for turn in turns:
        lines = seat_lines(turn, now=now)
        recused = [line for line in lines if line.state == SeatState.RECUSED]
        marking = [line for line in lines if line.state != SeatState.RECUSED]
        found.append(
            OpenTurn(
                turn,
                papers=set(
                    PaperSheet.objects.waiting()
                    .filter(turn=turn)
                    .values_list("seat_id", flat=True)
                ),
                missing=[line for line in marking if line.state != SeatState.RECEIVED],
                others=[line for line in marking if line.state == SeatState.RECEIVED],
                recused=recused,
            )
        )
    return found


def locked_turns(night: Night) -> list[Turn]:
    return list(
        Turn.objects.of_night(night)
        .locked()
        .select_related("round__night", "entry__unit", "lock")
        .in_order()
    )


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a seat's sheet, with the people behind it."""

    sheet: ScoreSheet
    total: str
    stands: bool
    proposal: Proposal | None

    @property
    def people(self) -> str:
        if self.proposal is None:
            return ""
        return (
            f"{self.proposal.proposed_by}提出，{self.proposal.decision.decided_by}同意"
        )

    @property
    def came_by(self) -> str:
        return self.sheet.get_source_display()

    @property
    def is_correction(self) -> bool:
        return self.sheet.source == Source.CORRECTION


def versions_of(turn: Turn, seat: Seat) -> list[Version]:
    """Every version that counted at some time, the one that stands last."""
    sheets = list(
        ScoreSheet.objects.filter(turn=turn, seat=seat)
        .select_related("proposal__proposed_by", "proposal__decision__decided_by")
        .order_by("version")
    )
    return [
        Version(
            sheet=sheet,
            total=plain_total(sheet.total, sheet.marks),
            stands=sheet == sheets[-1],
            proposal=sheet.proposal,
        )
        for sheet in sheets
    ]


def standing_sheet(turn: Turn, seat: Seat) -> ScoreSheet | None:
    return ScoreSheet.objects.latest().filter(turn=turn, seat=seat).first()


def standing_absence(turn: Turn, seat: Seat) -> Absence | None:
    return (
        Absence.objects.standing()
        .filter(turn=turn, seat=seat)
        .select_related("recorded_by")
        .first()
    )


@dataclass(frozen=True, slots=True)
class FixRow:
    """One criterion in both versions."""

    name: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Fix:
    """A new version beside the one that stands, as the second person reads it."""

    seat: Seat
    standing: ScoreSheet | None
    absence: Absence | None
    version: int
    rows: list[FixRow]
    total: FixRow
    late: LateSheet | None


def fix_of(proposal: Proposal, turn: Turn) -> Fix:
    """What the supervisor compares, for a correction and for a late sheet alike."""
    seat = Seat.objects.select_related("panel").get(pk=proposal.payload["seat"])
    late = None
    if proposal.kind == LATE:
        late = LateSheet.objects.select_related("device").get(
            pk=proposal.payload["late"]
        )
    version = proposal.payload["version"]
    standing = (
        ScoreSheet.objects.filter(turn=turn, seat=seat, version__lt=version)
        .order_by("version")
        .last()
    )
    before = standing.marks if standing else {}
    after = late.marks if late else proposal.payload["marks"]
    return Fix(
        seat=seat,
        standing=standing,
        absence=standing_absence(turn, seat),
        version=version,
        rows=[
            FixRow(each.name, before.get(each.code, ""), after.get(each.code, ""))
            for each in turn.round.criteria.all()
        ],
        total=FixRow("合计", _total(before), _total(after)),
        late=late,
    )


def _total(marks: dict[str, str]) -> str:
    return plain_total(sheet_total(marks.values()), marks) if marks else ""
