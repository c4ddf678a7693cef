"""Reads about the draw of a running order: its list, its seed, what still stands against it."""

from dataclasses import dataclass
from datetime import datetime

from showcase.contests.models import Contest, Entry
from site_cms.trail.models import Proposal
from voting.judging.draw_models import DrawList
from voting.judging.models import Draw, Night, Recusal, Round, Seat
from voting.rules import draw
from voting.rules.draw import Lot

SEED = "draw.seed"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A round's draw as far as it has come."""

    round: Round
    published: DrawList | None
    proposal: Proposal | None
    drawn: Draw | None
    lots: list[Lot]
    decided: Proposal | None

    @property
    def listed(self) -> list[tuple[str, str]]:
        return draw.read_list(self.published.listed)[1] if self.published else []


def drawings_of(night: Night) -> list[Drawing]:
    return [drawing_of(round_) for round_ in night.rounds.order_by("order")]


def drawing_of(round_: Round) -> Drawing:
    drawn = Draw.objects.filter(round=round_).first()
    published = latest_list(round_)
    lots = []
    if drawn:
        title, entries = draw.read_list(drawn.listed)
        lots = draw.draw(title, entries, drawn.seed)
    return Drawing(
        round=round_,
        published=published,
        proposal=seed_proposal(published) if published and not drawn else None,
        drawn=drawn,
        lots=lots,
        decided=_confirmed(published) if published and drawn else None,
    )


def latest_list(round_: Round) -> DrawList | None:
    lists = DrawList.objects.filter(round=round_).select_related("published_by")
    return lists.order_by("-number").first()


def latest_drawing(night: Night) -> Drawing | None:
    """The draw that the hall is watching: of the list that was published last."""
    last = DrawList.objects.of_night(night).order_by("-pk").first()
    return drawing_of(last.round) if last else None


def seed_proposal(published: DrawList) -> Proposal | None:
    """The seed that waits for its second person."""
    return (
        Proposal.objects.about(published)
        .undecided()
        .filter(kind=SEED)
        .select_related("proposed_by")
        .first()
    )


def _confirmed(published: DrawList) -> Proposal | None:
    return (
        Proposal.objects.about(published)
        .filter(kind=SEED, decision__confirmed=True)
        .select_related("proposed_by", "decision__decided_by")
        .first()
    )


def entries_to_draw(contest: Contest, *, now: datetime) -> list[Entry]:
    return list(
        Entry.objects.filter(contest=contest)
        .standing(now)
        .select_related("unit")
        .in_number_order()
    )


def list_of(round_: Round, *, now: datetime) -> tuple[str, str]:
    """Title and text of the list as it would be published now."""
    title = f"{round_.night.contest} {round_} 出场顺序"
    entries = entries_to_draw(round_.night.contest, now=now)
    return title, draw.list_text(title, [(e.plate, e.unit.name) for e in entries])


def recusals_of(night: Night) -> list[Recusal]:
    return list(
        Recusal.objects.filter(seat__night=night)
        .select_related("seat__panel", "entry__unit")
        .order_by("seat__code", "entry__number")
    )


def recusal_pairs(night: Night) -> list[list[object]]:
    """Seat code and number of each: what may be public of a recusal."""
    return [[each.seat.code, each.entry.number] for each in recusals_of(night)]


def recusals_missing(night: Night, *, now: datetime) -> list[tuple[Seat, Entry]]:
    """Seats whose organisation is a unit that takes part, and that are to mark it."""
    recorded = {(each.seat_id, each.entry_id) for each in recusals_of(night)}
    by_name: dict[str, Entry] = {}
    for entry in entries_to_draw(night.contest, now=now):
        by_name |= {entry.unit.name: entry, entry.unit.short_name: entry}
    return [
        (seat, entry)
        for seat in Seat.objects.of_night(night).in_order()
        if (entry := by_name.get(seat.organisation.strip()))
        and (seat.pk, entry.pk) not in recorded
    ]
