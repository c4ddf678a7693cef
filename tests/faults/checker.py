"""What must hold of acknowledged ballots, whatever broke. Plain values in, a verdict out."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of one voter. A voter may have sent several, with different choices."""

    voter_key: UUID
    request_key: UUID
    choices: bytes


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A receipt that a voter got for a request."""

    asked: Asked
    ballot_id: int


@dataclass(frozen=True, slots=True)
class StoredBallot:
    id: int
    voter_key: UUID
    request_key: UUID
    choices: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many ballots went wrong, and how."""

    acknowledged: int
    lost: int
    counted_twice: int
    altered: int
    unknown: int
    miscounted: int

    @property
    def is_clean(self) -> bool:
        return not any(
            (
                self.lost,
                self.counted_twice,
                self.altered,
                self.unknown,
                self.miscounted,
            )
        )


def verdict(
    *,
    asked: Collection[Asked],
    acknowledged: Collection[Acknowledged],
    stored: Collection[StoredBallot],
    counts: Sequence[Sequence[int]],
) -> Verdict:
    """Compare what voters were told with what the database holds.

    Lost: a receipt without its ballot. Counted twice: a voter's ballots beyond the first, and
    receipts beyond the first. Altered: a ballot that is not what its request said. Unknown: a
    ballot that nobody sent, and a voter who never got a receipt. Miscounted: entries whose
    number, in any of ``counts``, is not that of the stored ballots.
    """
    by_id = {ballot.id: ballot for ballot in stored}
    sent, keys = set(asked), {each.request_key for each in asked}
    receipts = {(each.asked.voter_key, each.ballot_id) for each in acknowledged}
    known = [ballot for ballot in stored if ballot.request_key in keys]
    altered = {ballot.id for ballot in known if _as_asked(ballot) not in sent} | {
        each.ballot_id
        for each in acknowledged
        if each.ballot_id in by_id and _as_asked(by_id[each.ballot_id]) != each.asked
    }
    answered = {voter_key for voter_key, _ in receipts}
    return Verdict(
        acknowledged=len(receipts),
        lost=sum(ballot_id not in by_id for _, ballot_id in receipts),
        counted_twice=_beyond_the_first(ballot.voter_key for ballot in stored)
        + _beyond_the_first(voter_key for voter_key, _ in receipts),
        altered=len(altered),
        unknown=len(stored) - len(known) + len({a.voter_key for a in sent} - answered),
        miscounted=sum(
            number != sum(ballot.choices[place] for ballot in stored)
            for count in counts
            for place, number in enumerate(count)
        ),
    )


def _as_asked(ballot: StoredBallot) -> Asked:
    return Asked(ballot.voter_key, ballot.request_key, ballot.choices)


def _beyond_the_first(keys: Iterable[UUID]) -> int:
    return sum(number - 1 for number in Counter(keys).values())
