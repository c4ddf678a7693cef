"""From rows to groups: look where an option stands out, and keep what several families say."""

from collections.abc import Iterable
from dataclasses import dataclass

from voting.integrity.detection.limits import Limits
from voting.integrity.detection.poll import Crowd, Poll
from voting.integrity.detection.profile import Profile
from voting.integrity.detection.rows import Seen
from voting.integrity.detection.seeds import Seed, seeds
from voting.integrity.detection.signs import Look, Sign
from voting.integrity.detection.table import Table

# Groups hide behind one another: what was found is taken away, and looked again.
_PASSES = 4
_SAME = 0.6


@dataclass(frozen=True, slots=True)
class Group:
    """Ballots that look as if one hand cast them, and the signs for it.

    ``rows`` are positions in the table. ``option`` is for those alone who may know it: it
    is never stored.
    """

    option: int
    rows: tuple[int, ...]
    ballots: tuple[int, ...]
    signs: tuple[Sign, ...]
    supporting: tuple[Sign, ...]

    @property
    def families(self) -> list[str]:
        return sorted({sign.family for sign in self.signs})


def groups_in(rows: Iterable[Seen], limits: Limits) -> list[Group]:
    return groups_of(Table(rows), limits)


def groups_of(table: Table, limits: Limits) -> list[Group]:
    """The same rows give the same groups, in the same order."""
    search = _Search(table, limits)
    for _ in range(_PASSES):
        if not search.one_pass():
            break
    return search.found


class _Search:
    def __init__(self, table: Table, limits: Limits) -> None:
        self.table, self.limits = table, limits
        self.found: list[Group] = []
        self._taken = bytearray(len(table))
        # Rows that were looked at for an option, and were no group.
        self._innocent: dict[int, list[set[int]]] = {}

    def one_pass(self) -> bool:
        """Whether anything new was found."""
        poll = Poll(self.table, self._taken)
        crowds = {option: poll.crowd(option) for option in poll.options}
        before = len(self.found)
        for seed in seeds(poll, crowds, certainty=self.limits.certainty):
            self._look(crowds[seed.option], seed)
        return len(self.found) > before

    def _look(self, crowd: Crowd, seed: Seed) -> None:
        core = [place for place in seed.places if not self._taken[crowd.rows[place]]]
        if 2 * len(core) < len(seed.places):
            return
        rows = {crowd.rows[place] for place in core}
        innocent = self._innocent.setdefault(seed.option, [])
        if any(len(each & rows) > _SAME * len(rows) for each in innocent):
            return
        profile = Profile(crowd, core)
        members = [crowd.rows[place] for place in profile.members]
        free = [row for row in members if not self._taken[row]]
        look = Look(profile, self.limits)
        if len(free) < self.limits.least_ballots or not agree(signs := look.signs()):
            innocent.append(set(members))
            return
        for row in free:
            self._taken[row] = 1
        self.found.append(
            Group(
                option=seed.option,
                rows=tuple(free),
                ballots=tuple(self.table.ballots[row] for row in free),
                signs=tuple(signs),
                supporting=tuple(look.supporting()),
            )
        )


def agree(signs: list[Sign]) -> bool:
    """A strong sign that is not the picks, and a second family beside it.

    People who were sent a list pick the same: that alone, or with the hurry and the office
    that go with it, is no sign of a machine.
    """
    strong = {sign.family for sign in signs if sign.is_strong}
    return bool(strong - {"content"}) and len({sign.family for sign in signs}) >= 2
