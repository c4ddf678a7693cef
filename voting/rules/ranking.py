"""名次 Ranks by a ladder of named metrics; ranks 1, 2, 2, 4; a cut that can say "open"."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple


class Rung(NamedTuple):
    """One step of the ladder: the higher value is better. None: this entry has no such value."""

    name: str
    value: Callable[[str], Fraction | int | None]


class Ladder(NamedTuple):
    """Groups of entries, best first; ``between[i]`` is the rung that parts group i from i + 1."""

    groups: tuple[tuple[str, ...], ...]
    between: tuple[str, ...]


class Cut(NamedTuple):
    """Who is inside the first ``places``. ``tied`` compete for ``places_left``; then it is open."""

    places: int
    inside: tuple[str, ...]
    tied: tuple[str, ...]
    places_left: int

    @property
    def is_settled(self) -> bool:
        return not self.tied


def climb(entries: Sequence[str], rungs: Sequence[Rung]) -> Ladder:
    """Order entries by the first rung, equals by the next one, and so on.

    A rung is passed over for a group of equals in which one has no value there: missing is not
    zero. Entries inside a group keep the order given; the ladder itself does not depend on it.

    Source
        Eurovision and Tabbycat have ordered lists of tie-breakers; pabutools makes the last
        one an explicit argument.

    >>> total, votes = {"a": 90, "b": 90, "c": 95}, {"a": 7, "b": 9, "c": 1}
    >>> climb("abc", [Rung("total", total.get), Rung("votes", votes.get)])
    Ladder(groups=(('c',), ('b',), ('a',)), between=('total', 'votes'))
    """
    if not entries:
        return Ladder((), ())
    if len(entries) == 1 or not rungs:
        return Ladder((tuple(entries),), ())
    rung, *rest = rungs
    values = {entry: rung.value(entry) for entry in entries}
    known = {entry: value for entry, value in values.items() if value is not None}
    if len(known) < len(values):
        return climb(entries, rest)
    groups: list[tuple[str, ...]] = []
    between: list[str] = []
    for value in sorted(set(known.values()), reverse=True):
        equals = climb([entry for entry in entries if known[entry] == value], rest)
        if groups:
            between.append(rung.name)
        groups.extend(equals.groups)
        between.extend(equals.between)
    return Ladder(tuple(groups), tuple(between))


def ranks(groups: Sequence[Sequence[str]]) -> dict[str, int]:
    """1 + the number strictly better: equals share a rank and the next ranks stay empty.

    Source
        ICPC contest control system requirements.

    >>> ranks([["c"], ["a", "b"], ["d"]])
    {'c': 1, 'a': 2, 'b': 2, 'd': 4}
    """
    found: dict[str, int] = {}
    for group in groups:
        rank = len(found) + 1
        found.update(dict.fromkeys(group, rank))
    return found


def cut(groups: Sequence[Sequence[str]], places: int) -> Cut:
    """The first ``places`` entries, or an open tie when equals stand on both sides of the line.

    >>> cut([["c"], ["a", "b"], ["d"]], 2)
    Cut(places=2, inside=('c',), tied=('a', 'b'), places_left=1)
    >>> cut([["c"], ["a", "b"], ["d"]], 3).is_settled
    True
    """
    inside: list[str] = []
    for group in groups:
        left = places - len(inside)
        if left == 0:
            break
        if len(group) > left:
            return Cut(places, tuple(inside), tuple(group), left)
        inside.extend(group)
    return Cut(places, tuple(inside), (), 0)
