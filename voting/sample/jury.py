"""Simulated judges: a shared view of each unit, each judge's own bent, and a little noise."""

import random
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple


class CriterionScale(NamedTuple):
    """One criterion as a judge sees it: marks go from 0 to ``maximum`` in ``step``."""

    code: str
    maximum: Decimal
    step: Decimal


def sheet_marks(
    *,
    quality: float,
    leniency: float,
    criteria: Sequence[CriterionScale],
    rng: random.Random,
) -> dict[str, Decimal]:
    """One judge's marks for one entry.

    ``quality`` and ``leniency`` are shares of the maximum: 0.9 and -0.02 centre the
    marks on 88 % of each criterion.
    """
    marks = {}
    for criterion in criteria:
        share = min(0.99, max(0.55, rng.gauss(quality + leniency, 0.025)))
        steps = (
            Decimal(str(round(share, 4))) * criterion.maximum / criterion.step
        ).to_integral_value(ROUND_HALF_UP)
        marks[criterion.code] = min(criterion.maximum, steps * criterion.step)
    return marks


def panel_leniency(seats: Sequence[str], *, seed: int) -> Mapping[str, float]:
    """How generous each seat is, as a share of the maximum: some strict, some kind."""
    rng = random.Random(seed)
    return {seat: max(-0.05, min(0.04, rng.gauss(-0.005, 0.015))) for seat in seats}
