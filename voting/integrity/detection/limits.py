"""From what on detection speaks up. The integrity officer sets these for each contest."""

from dataclasses import asdict, dataclass, fields
from typing import Any

LEAST_BALLOTS = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Whole numbers only, so that their text is the same everywhere.

    ``certainty``: a sign counts when chance makes it less often than once in ten to this.
    ``burst``, ``concentration``: how many times more than usual. Shares are in per cent;
    ``regularity`` is the most that counts of minutes may vary, in per cent of chance.
    """

    least_ballots: int = LEAST_BALLOTS
    certainty: int = 6
    burst: int = 3
    concentration: int = 5
    quick_share: int = 65
    client_share: int = 80
    pattern_share: int = 15
    regularity: int = 60

    def to_json(self) -> dict[str, int]:
        return asdict(self)

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "Limits":
        return cls(**{field.name: int(document[field.name]) for field in fields(cls)})


BOUNDS = {
    "least_ballots": (LEAST_BALLOTS, 500),
    "certainty": (4, 12),
    "burst": (2, 20),
    "concentration": (2, 50),
    "quick_share": (40, 95),
    "client_share": (60, 99),
    "pattern_share": (5, 90),
    "regularity": (10, 90),
}
