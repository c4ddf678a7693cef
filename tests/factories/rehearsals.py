"""A night as a real contest has it, and the practice contest that is copied from it."""

from datetime import datetime

from tests.factories.judging import draw_order, make_night, make_seat
from tests.factories.moments import DAY, HOUR, NOW
from tests.factories.people import make_user
from tests.factories.showcase import make_entry
from voting.judging import services
from voting.judging.models import Night, SeatKind
from voting.judging.queries import night_of
from voting.judging.rehearsal_models import Rehearsal


def make_undrawn_night(**fields) -> Night:
    """Two panels of three, an observer and a recusal; three entries and nothing drawn yet."""
    night = make_night(seats=3, entries=0, opened=False, **fields)
    entries = [make_entry(contest=night.contest) for _ in range(3)]
    make_seat(night=night, code="B01", kind=SeatKind.OBSERVER, place="三排 2 座")
    services.record_recusal(
        by=None,
        seat=night.seats.get(code="A01"),
        entry=entries[1],
        reason="曾在该单位任职",
        now=NOW - DAY,
    )
    return night


def make_drawn_night(**fields) -> Night:
    night = make_undrawn_night(**fields)
    draw_order(night.rounds.get(), now=NOW - HOUR)
    return night


def make_rehearsal(source=None, *, now: datetime = NOW, **fields) -> Rehearsal:
    """The first rehearsal of a drawn night, open at once."""
    defaults = {
        "by": make_user(),
        "source": source or make_drawn_night().contest,
        "number": 1,
        "opens_at": now,
        "keeps_order": True,
        "now": now,
    }
    return services.make_rehearsal(**defaults | fields)


def rehearsed(**fields) -> Night:
    """The night of a rehearsal."""
    return night_of(make_rehearsal(**fields).contest)
