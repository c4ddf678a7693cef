"""How many ballots a batch of the public log holds: never so few that they could be told apart."""

SMALLEST, LARGEST, KEPT_BACK = 20, 1_000, 20

# Whoever decides needs to see no more of a long queue than this.
LOOKED_AT = LARGEST + KEPT_BACK


def next_batch(waiting: int, *, is_over: bool) -> int:
    """How many of the waiting ballots the next batch takes, the oldest first; 0: none yet.

    While the poll is open the newest are kept back, so that the last batch is never small.
    When it is over all go, the last batch with at least as many as a batch must have; only
    where there were never enough for one does a smaller group remain.

    >>> next_batch(39, is_over=False), next_batch(40, is_over=False)
    (0, 20)
    >>> next_batch(39, is_over=True), next_batch(1_010, is_over=True)
    (39, 990)
    """
    if is_over and waiting <= LARGEST:
        return waiting
    size = min(LARGEST, waiting - KEPT_BACK)
    return size if size >= SMALLEST else 0
