"""What single entries lose with the ballots of a void. Who may ask is the caller's to know."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from voting.polls.models import Ballot, Poll
from voting.polls.queries import opened_poll
from voting.polls.rules import Form, Grade

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


def losses_of(poll: Poll, ballot_ids: Sequence[int]) -> list[Loss]:
    """What these ballots gave to each entry, in the order of the numbers."""
    frozen = opened_poll(poll)
    counts: Counter[tuple[int, int]] = Counter()
    for start in range(0, len(ballot_ids), _IDS_AT_ONCE):
        part = ballot_ids[start : start + _IDS_AT_ONCE]
        rows = Ballot.objects.of_poll(poll.pk).filter(id__in=part)
        for choices in rows.values_list("choices", flat=True):
            counts.update(
                (place, value) for place, value in enumerate(bytes(choices)) if value
            )
    answers = (
        [(grade.value, grade.label) for grade in Grade]
        if frozen.form == Form.GRADING
        else [(1, "票")]
    )
    return [
        Loss(
            entry.plate,
            entry.unit,
            [(label, counts[place, value]) for value, label in answers],
        )
        for place, entry in enumerate(frozen.entries)
    ]
