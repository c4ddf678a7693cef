"""From rows to groups: look where an option stands out, and keep what several families say."""

from collections.abc import Iterable
from dataclasses import dataclass

from voting.integrity.detection.limits import Limits
from voting.integrity.detection.poll import Crowd, Poll
from voting.integrity.detection.profile import Profile
from voting.integrity.detection.rows import Seen
from voting.integrity.detection.seeds import seeds
from voting.integrity.detection.signs import Look, Sign
from voting.integrity.detection.table import Table

# Groups hide behind one another: what was found is taken away, and looked again.
_PASSES = 3
_SAME = 0.6


@dataclass(frozen=True, slots=True)
class Group:
    """Ballots that look as if one hand cast them, and the signs for it."""

    ballots: tuple[int, ...]
    signs: tuple[Sign, ...]

    @property
    def families(self) -> list[str]:
        return sorted({sign.family for sign in self.signs})


def groups_in(rows: Iterable[Seen], limits: Limits = Limits()) -> list[Group]:
    return groups_of(Table(rows), limits)


def groups_of(table: Table, limits: Limits) -> list[Group]:
    """The same rows give the same groups, in the same order."""
    taken = bytearray(len(table))
    found: list[Group] = []
    for _ in range(_PASSES):
        new = _one_pass(table, taken, limits)
        if not new:
            break
        found += new
    return found


def _one_pass(table: Table, taken: bytearray, limits: Limits) -> list[Group]:
    poll = Poll(table, taken)
    crowds = {option: poll.crowd(option) for option in poll.options}
    looked: dict[int, list[set[int]]] = {}
    found = []
    for seed in seeds(poll, crowds, certainty=limits.certainty):
        crowd = crowds[seed.option]
        free = [place for place in seed.places if not taken[crowd.rows[place]]]
        if len(free) < min(len(seed.places), limits.least_ballots) / 2:
            continue
        known = looked.setdefault(seed.option, [])
        if any(len(each & set(free)) > _SAME * len(free) for each in known):
            continue
        profile = Profile(crowd, free)
        known.append(set(profile.members))
        members = [
            row for place in profile.members if not taken[row := crowd.rows[place]]
        ]
        if len(members) < limits.least_ballots:
            continue
        signs = Look(profile, limits).signs()
        if not _agree(signs):
            continue
        for row in members:
            taken[row] = 1
        found.append(Group(tuple(table.ballots[row] for row in members), tuple(signs)))
    return found


def _agree(signs: list[Sign]) -> bool:
    """A strong sign that is not the picks, and a second family beside it.

    People who were sent a list pick the same: that alone, or with the hurry and the office
    that go with it, is no sign of a machine.
    """
    strong = {sign.family for sign in signs if sign.is_strong}
    return bool(strong - {"content"}) and len({sign.family for sign in signs}) >= 2
