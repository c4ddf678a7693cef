"""How unlikely a count is: upper bounds of tail probabilities, as powers of ten.

All are Chernoff bounds, so that the true probability is smaller still. 0.0 says nothing.
"""

from collections.abc import Sequence
from math import cos, log, pi, sin

_LOG10 = log(10)


def poisson_above(count: float, expected: float, dispersion: float = 1.0) -> float:
    """Powers of ten against so many or more. ``dispersion``: variance over mean, 1 or more.

    >>> round(poisson_above(40, 10), 1)
    -11.1
    >>> poisson_above(8, 10)
    0.0
    """
    if count <= expected:
        return 0.0
    if expected <= 0:
        expected = 0.01
    nats = count * log(count / expected) - count + expected
    return -nats / dispersion / _LOG10


def binomial_above(count: int, of: int, share: float) -> float:
    """Powers of ten against ``count`` or more of ``of`` where each has this chance.

    >>> round(binomial_above(60, 60, 0.8), 1)
    -5.8
    >>> binomial_above(3, 10, 0.5)
    0.0
    """
    if not of or count <= share * of:
        return 0.0
    found = count / of
    share = min(max(share, 1e-9), 1 - 1e-9)
    nats = count * log(found / share)
    if found < 1:
        nats += (of - count) * log((1 - found) / (1 - share))
    return -nats / _LOG10


def evenness(counts: Sequence[int]) -> float:
    """Powers of ten against counts that differ as little as these, were they by chance.

    People come by chance, and in waves: their counts differ at least as much as chance
    makes them. Only a clock makes them more even.

    >>> round(evenness([5] * 30 + [6] * 10), 1)
    -19.8
    >>> evenness([1, 9, 4, 0, 6, 12])
    0.0
    """
    free = len(counts) - 1
    mean = sum(counts) / len(counts) if counts else 0.0
    if free < 1 or not mean:
        return 0.0
    ratio = max(sum((count - mean) ** 2 for count in counts) / mean / free, 1e-3)
    if ratio >= 1:
        return 0.0
    return -free / 2 * (ratio - 1 - log(ratio)) / _LOG10


def in_step(phases: Sequence[float]) -> float:
    """Powers of ten against phases (0 to 1) that lie so close together (Rayleigh).

    >>> round(in_step([0.5] * 20), 1)
    -8.7
    """
    if not phases:
        return 0.0
    east = sum(cos(2 * pi * phase) for phase in phases)
    north = sum(sin(2 * pi * phase) for phase in phases)
    return -(east * east + north * north) / len(phases) / _LOG10
