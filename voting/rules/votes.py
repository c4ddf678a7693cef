"""民意折分 Votes to points. Every method takes all entries at once and knows no order."""

from collections.abc import Mapping
from fractions import Fraction

from voting.rules.places import middle_places

FULL = Fraction(100)


def graded(
    counts: Mapping[str, int],
    values: Mapping[str, Fraction | None],
    *,
    minimum: int = 1,
) -> Fraction | None:
    """Mean value of the grades given to one entry, or None below ``minimum`` ratings.

    A grade whose value is None (不了解) is no rating: it neither helps nor harms.

    Errors
        ``ValueError`` for an unknown grade or a negative count.

    >>> values = {"满意": Fraction(100), "基本满意": Fraction(60), "不满意": Fraction(0), "不了解": None}
    >>> graded({"满意": 3, "基本满意": 1, "不了解": 96}, values)
    Fraction(90, 1)
    """
    if unknown := counts.keys() - values.keys():
        raise ValueError(f"unknown grades: {sorted(unknown)}")
    if any(count < 0 for count in counts.values()):
        raise ValueError("a count must not be negative")
    given = ratings(counts, values)
    if given < max(minimum, 1):
        return None
    total = sum(
        (
            count * value
            for grade, count in counts.items()
            if (value := values[grade]) is not None
        ),
        Fraction(0),
    )
    return total / given


def ratings(counts: Mapping[str, int], values: Mapping[str, Fraction | None]) -> int:
    """How many grades count as a rating.

    >>> ratings({"满意": 3, "不了解": 96}, {"满意": Fraction(100), "不了解": None})
    3
    """
    return sum(count for grade, count in counts.items() if values[grade] is not None)


def share_of_top(votes: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """100 x votes / most votes.

    Errors
        ``ValueError`` if nobody has a vote (all methods that divide say so).

    Source
        Common in Chinese notices: 票数 / 最高票数 x 100 (人民网韩国站 2022, 瓯海 2023).

    >>> share_of_top({"a": Fraction(21087), "b": Fraction(24918)})["a"]
    Fraction(351450, 4153)
    """
    top = max(votes.values(), default=Fraction(0))
    _refuse_bad(votes, top)
    return {entry: FULL * count / top for entry, count in votes.items()}


def share_of_total(
    votes: Mapping[str, Fraction], *, pool: Fraction = FULL, places: int = 2
) -> dict[str, Fraction]:
    """A pool of points divided in proportion, in units of ``places`` decimals, without loss.

    Each entry gets the whole units of its share; the units left over go to the largest
    remainders, of equal remainders to more votes. Entries that are equal in both share the last
    units equally (then a share is finer than a unit), so that equal votes give equal points and
    the shares always add up to the pool.

    Source
        Hamilton's method; Junior Eurovision and DWTS divide a pool so. Shares that are merely
        rounded did not add up in 3 of 8 Junior Eurovision years.

    >>> share_of_total({"a": Fraction(1), "b": Fraction(2), "c": Fraction(4)}, places=0)
    {'a': Fraction(14, 1), 'b': Fraction(29, 1), 'c': Fraction(57, 1)}
    """
    total = sum(votes.values(), Fraction(0))
    _refuse_bad(votes, total)
    unit = Fraction(1, 10**places)
    shares = {entry: pool * count / total / unit for entry, count in votes.items()}
    units = {entry: Fraction(int(share)) for entry, share in shares.items()}
    left = pool / unit - sum(units.values(), Fraction(0))
    classes: dict[tuple[Fraction, Fraction], list[str]] = {}
    for entry, share in shares.items():
        classes.setdefault((share - units[entry], votes[entry]), []).append(entry)
    for key in sorted(classes, reverse=True):
        equals = classes[key]
        for entry in equals:
            units[entry] += min(Fraction(1), left / len(equals))
        left = max(Fraction(0), left - len(equals))
    return {entry: count * unit for entry, count in units.items()}


def min_max(votes: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """100 x (votes - fewest) / (most - fewest). If all are equal, all get 100.

    >>> min_max({"a": Fraction(10), "b": Fraction(25), "c": Fraction(40)})
    {'a': Fraction(0, 1), 'b': Fraction(50, 1), 'c': Fraction(100, 1)}
    """
    top = max(votes.values(), default=Fraction(0))
    _refuse_bad(votes, top)
    low = min(votes.values())
    if top == low:
        return dict.fromkeys(votes, FULL)
    return {entry: FULL * (count - low) / (top - low) for entry, count in votes.items()}


def rank_points(
    votes: Mapping[str, Fraction],
    *,
    top: Fraction = FULL,
    step: Fraction | None = None,
) -> dict[str, Fraction]:
    """``top`` for the first place, ``step`` less for each next one, never below zero.

    Equal votes get the mean of the places they share (mid-ranks). Without ``step`` the N places
    divide ``top`` evenly: top x (N - place + 1) / N.

    Source
        DWTS seasons with ranks: N - rank + 1.

    >>> rank_points({"a": Fraction(9), "b": Fraction(5), "c": Fraction(5)}, step=Fraction(1))
    {'a': Fraction(100, 1), 'b': Fraction(197, 2), 'c': Fraction(197, 2)}
    """
    _refuse_bad(votes, Fraction(len(votes)))
    down = top / len(votes) if step is None else step
    points = {}
    for entry, (first, last) in middle_places(votes).items():
        steps = sum(
            (max(Fraction(0), top - down * place) for place in range(first - 1, last)),
            Fraction(0),
        )
        points[entry] = steps / (last - first + 1)
    return points


def floor_and_rank(
    votes: Mapping[str, Fraction],
    floors: Mapping[str, Fraction],
    *,
    floor_points: Fraction,
    rank_share: Fraction,
    reached: Mapping[str, Fraction] | None = None,
) -> dict[str, Fraction]:
    """``floor_points`` for reaching one's own floor, plus up to ``rank_share`` by rank.

    ``reached`` is what is held against the floor (the number of ratings when ``votes`` are mean
    grades); without it the votes themselves.

    Source
        威海环翠 2022: 0.5 for 2 x the unit's staff, 0.5 spread by rank. It caps what
        mobilising can buy and corrects for the size of a unit.

    >>> votes = {"a": Fraction(300), "b": Fraction(150)}
    >>> floor_and_rank(
    ...     votes, {"a": Fraction(400), "b": Fraction(100)}, floor_points=Fraction(50), rank_share=Fraction(50)
    ... )
    {'a': Fraction(50, 1), 'b': Fraction(75, 1)}
    """
    by_rank = rank_points(votes, top=rank_share)
    held = votes if reached is None else reached
    return {
        entry: by_rank[entry]
        + (floor_points if held[entry] >= floors[entry] else Fraction(0))
        for entry in votes
    }


def _refuse_bad(votes: Mapping[str, Fraction], divisor: Fraction) -> None:
    if any(count < 0 for count in votes.values()):
        raise ValueError("a count must not be negative")
    if divisor <= 0:
        raise ValueError("nobody has a vote: there is nothing to divide")
