"""A simulated public: when people vote, and what they pick. Always the same for one seed.

Nothing here is a model of real voters. It gives the sample contest totals that look
like a county's: a rush at the start and on the last evening, quiet nights, a few
favourites, and one ballot in eight that names a single unit.
"""

import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate

# Share of honest ballots that name one unit only: 10-14 % where it was counted.
SINGLE_PICK_SHARE = 0.12


def arrival_minutes(
    hourly_shares: Sequence[float],
    *,
    opens_at: datetime,
    until: datetime,
    ballots: int,
    seed: int,
) -> list[datetime]:
    """The minutes at which ``ballots`` people of a whole poll vote, those before ``until``.

    ``hourly_shares`` gives the part of all ballots that falls into each hour from
    ``opens_at`` on; it need not add up to one.
    """
    rng = random.Random(seed)
    edges = list(accumulate(hourly_shares))
    minutes = []
    for _ in range(ballots):
        hour = bisect_right(edges, rng.random() * edges[-1])
        minute = opens_at + timedelta(
            hours=min(hour, len(edges) - 1), minutes=rng.randrange(60)
        )
        if minute < until:
            minutes.append(minute.replace(second=0, microsecond=0))
    minutes.sort()
    return minutes


def approval_choices(
    popularity: Sequence[float],
    *,
    ballots: int,
    choices_min: int,
    choices_max: int,
    seed: int,
) -> Iterator[bytes]:
    """What each of ``ballots`` people picks: one byte an entry, 1 where it was chosen.

    ``popularity`` holds a weight for each entry in the ballot's frozen order.
    """
    rng = random.Random(seed)
    entries = range(len(popularity))
    edges = list(accumulate(popularity))
    sizes = range(choices_min, choices_max + 1)
    for _ in range(ballots):
        if choices_min == 1 and rng.random() < SINGLE_PICK_SHARE:
            size = 1
        else:
            size = rng.choice(sizes)
        picked: set[int] = set()
        while len(picked) < size:
            picked.update(rng.choices(entries, cum_weights=edges, k=size - len(picked)))
        yield bytes(int(entry in picked) for entry in entries)
