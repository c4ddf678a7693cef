"""Reads of paper sheets: to print, to type, to compare."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.contrib.auth.models import Group
from django.db.models import F, Q

from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from voting.judging.models import Criterion, Night, Recusal, ScoreSheet, Seat, Turn
from voting.judging.paper_codes import check_code, paper_number, spaced
from voting.judging.paper_models import PaperSheet
from voting.judging.paper_rules import Boxes, boxes, count_words, steps_words
from voting.judging.rules import plain

CHECKERS = (Role.TABULATOR, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One criterion on paper."""

    criterion: Criterion
    maximum: str
    step: str
    boxes: Boxes


@dataclass(frozen=True, slots=True)
class PaperForm:
    """One half of a printed page: a seat, an entry, and the criteria of the round."""

    turn: Turn
    seat: Seat
    number: str
    code: str
    lines: list[PaperLine]
    full: str
    total: Boxes
    count: str
    steps: str


def forms_to_print(turns: Iterable[Turn], seats: Iterable[Seat]) -> list[PaperForm]:
    """A form for every seat that marks an entry; recused seats have none."""
    turns, seats = list(turns), list(seats)
    recused = set(
        Recusal.objects.filter(
            seat__in=seats, entry__in=[turn.entry_id for turn in turns]
        ).values_list("seat_id", "entry_id")
    )
    sheets = []
    for round_, of_round in groupby(turns, key=lambda turn: turn.round):
        panels = set(round_.panels.values_list("pk", flat=True))
        layout = _layout(list(round_.criteria.all()))
        sheets += [
            PaperForm(
                turn=turn,
                seat=seat,
                number=paper_number(turn, seat),
                code=spaced(check_code(turn, seat)),
                **layout,
            )
            for turn in of_round
            for seat in seats
            if seat.panel_id in panels and (seat.pk, turn.entry_id) not in recused
        ]
    return sheets


def _layout(criteria: list[Criterion]) -> dict[str, object]:
    ranges = [criterion.range for criterion in criteria]
    full = sum(each.maximum for each in ranges)
    return {
        "lines": [
            PaperLine(
                criterion,
                plain(each.maximum),
                plain(each.step),
                boxes(each.maximum, [each.step]),
            )
            for criterion, each in zip(criteria, ranges, strict=True)
        ],
        "full": plain(full),
        "total": boxes(full, [each.step for each in ranges]),
        "count": count_words(len(criteria)),
        "steps": steps_words(ranges),
    }


def turns_to_print(night: Night, *, now: datetime) -> list[Turn]:
    """In the order of appearance; entries that withdrew need no paper."""
    return list(
        Turn.objects.of_night(night)
        .standing(now)
        .select_related("round__night__contest", "entry__unit")
        .in_order()
    )


def seats_to_print(night: Night) -> list[Seat]:
    return list(Seat.objects.of_night(night).select_related("panel").in_order())


def papers_waiting(night: Night) -> list[PaperSheet]:
    """Those that wait for a second person: reminded ones first, then the oldest."""
    return list(
        _with_names(PaperSheet.objects.of_night(night).waiting()).order_by(
            F("reminded_at").asc(nulls_last=True), "entered_at"
        )
    )


def papers_to_type_again(night: Night) -> list[PaperSheet]:
    """Sent back, and nothing has come in their place since."""
    sent_back = list(
        _with_names(PaperSheet.objects.of_night(night).returned()).filter(
            turn__lock=None
        )
    )
    latest = {(paper.turn_id, paper.seat_id): paper for paper in sent_back}
    later = PaperSheet.objects.of_night(night).filter(
        Q(closed_at=None) | Q(sheet__isnull=False)
    )
    done = {
        (turn, seat)
        for model in (
            later.values_list("turn_id", "seat_id", "entered_at"),
            ScoreSheet.objects.filter(turn__round__night=night).values_list(
                "turn_id", "seat_id", "received_at"
            ),
        )
        for turn, seat, at in model
        if (turn, seat) in latest and at > latest[turn, seat].closed_at
    }
    return [paper for place, paper in latest.items() if place not in done]


def paper_of(night: Night, pk: int) -> PaperSheet | None:
    return _with_names(PaperSheet.objects.of_night(night)).filter(pk=pk).first()


def _with_names(papers):
    return papers.select_related(
        "turn__entry__unit",
        "turn__round__night__contest",
        "seat__panel",
        "entered_by",
        "checked_by",
        "proposal__decision__decided_by",
    )


@dataclass(frozen=True, slots=True)
class PaperCounts:
    """The evening in three numbers."""

    entered: int
    checked: int
    returned: int


def paper_counts(night: Night) -> PaperCounts:
    papers = PaperSheet.objects.of_night(night)
    return PaperCounts(
        entered=papers.count(),
        checked=papers.filter(sheet__isnull=False).count(),
        returned=papers.returned().count(),
    )


def people_who_may_check(paper: PaperSheet) -> list[tuple[User, str]]:
    """Everybody but the typist who has a role for it, with that role."""
    people = []
    for role in CHECKERS:
        group = Group.objects.filter(name=role.label).first()
        if group:
            people += [
                (user, role.label)
                for user in group.user_set.filter(is_active=True)
                .exclude(pk=paper.entered_by_id)
                .order_by("pk")
            ]
    return people
