"""组权重、轮权重 Panels and rounds by weight, with a declared rule for what is void."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

VoidRule = Literal["share", "heir", "void"]


class Part(NamedTuple):
    """One panel or one round: ``points`` is None when it is void. Void is not zero."""

    code: str
    weight: Fraction
    points: Fraction | None


class Weighed(NamedTuple):
    """``weights``: what each part really counted, in the order given; together 1 unless void."""

    points: Fraction | None
    weights: tuple[Fraction, ...]


def weigh(parts: Sequence[Part], *, void: VoidRule, heir: str | None = None) -> Weighed:
    """Join parts by weight. Weights are relative: they are divided by their sum.

    A void part's weight goes, as declared: ``share``, to the others in proportion; ``heir``, to
    the named part (in proportion to the others if that one is void too); ``void``, nowhere: the
    whole is void. If nothing with weight is left, the whole is void under every rule.

    Errors
        ``ValueError`` if a weight is negative.

    Source
        What happens when no rule is fixed beforehand: iuf/rulebook#101; Eurovision 2019, a
        substitute for one void jury computed wrongly and shown live.

    >>> weigh([Part("a", Fraction("0.4"), Fraction(90)), Part("b", Fraction("0.6"), None)], void="share")
    Weighed(points=Fraction(90, 1), weights=(Fraction(1, 1), Fraction(0, 1)))
    """
    if any(part.weight < 0 for part in parts):
        raise ValueError("a weight must not be negative")
    nothing = Weighed(None, tuple(Fraction(0) for _ in parts))
    if void == "void" and any(part.points is None and part.weight for part in parts):
        return nothing
    weights = [
        part.weight if part.points is not None else Fraction(0) for part in parts
    ]
    if void == "heir":
        for index, part in enumerate(parts):
            if part.code == heir and part.points is not None:
                weights[index] += sum(
                    (p.weight for p in parts if p.points is None), Fraction(0)
                )
    whole = sum(weights, Fraction(0))
    if not whole:
        return nothing
    used = tuple(weight / whole for weight in weights)
    points = sum(
        (
            weight * part.points
            for weight, part in zip(used, parts, strict=True)
            if part.points is not None
        ),
        Fraction(0),
    )
    return Weighed(points, used)
