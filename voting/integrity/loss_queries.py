"""What single entries lose with the ballots of a void. Who may ask is the caller's to know."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voting.integrity.decision_rules import LEAST_LISTED
from voting.integrity.queries import ballots_still_void
from voting.polls.archive_models import ArchivedBallot
from voting.polls.models import Ballot, Poll
from voting.polls.queries import is_archived, opened_poll
from voting.polls.rules import CHOSEN, Form, Grade
from voting.polls.standing_models import StandingAct

_IDS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Loss:
    """One entry in the frozen order. ``given`` says how often it got which answer."""

    plate: str
    unit: str
    given: list[tuple[str, int]]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.given)


def may_be_told(ballots: int) -> bool:
    """Of fewer ballots than a list of leaves holds nothing is summed up either."""
    return ballots >= LEAST_LISTED


def losses_of(poll: Poll, acts: Sequence[StandingAct]) -> list[Loss]:
    """What the ballots that these acts struck out gave to each entry, by number.

    Nothing where they are too few, and nothing of ballots that were restored.
    """
    frozen = opened_poll(poll)
    counts: Counter[tuple[int, int]] = Counter()
    ballots = 0
    for choices in _choices_of(poll, acts):
        ballots += 1
        counts.update(
            (place, value) for place, value in enumerate(bytes(choices)) if value
        )
    if not may_be_told(ballots):
        return []
    answers = (
        [(grade.value, grade.label) for grade in Grade]
        if frozen.form == Form.GRADING
        else [(CHOSEN, "票")]
    )
    return [
        Loss(
            entry.plate,
            entry.unit,
            [(label, counts[place, value]) for value, label in answers],
        )
        for place, entry in enumerate(frozen.entries)
    ]


def _choices_of(poll: Poll, acts: Sequence[StandingAct]) -> Iterator[bytes]:
    if is_archived(poll.pk):
        archived = ArchivedBallot.objects.filter(poll=poll, void_act__in=acts)
        yield from archived.values_list("choices", flat=True)
        return
    ids = sorted({each for act in acts for each in ballots_still_void(act)})
    for start in range(0, len(ids), _IDS_AT_ONCE):
        part = ids[start : start + _IDS_AT_ONCE]
        rows = Ballot.objects.of_poll(poll.pk).filter(id__in=part)
        yield from rows.values_list("choices", flat=True)
