"""How far a deed is and how it stands with its date. Plain values in, plain values out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

# What may follow a state. Checks at three levels come between report and closing.
STEPS: dict[str, frozenset[str]] = {
    "proposed": frozenset({"admitted"}),
    "admitted": frozenset({"in_progress"}),
    "in_progress": frozenset({"in_progress", "reported"}),
    "reported": frozenset({"closed", "in_progress"}),
    "closed": frozenset(),
}


class Kind(StrEnum):
    """How a state is drawn: a colour and a shape beside its word."""

    OK = "ok"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Standing:
    kind: Kind
    text: str

    @property
    def is_late(self) -> bool:
        return self.kind == Kind.ERROR


def may_follow(state: str, following: str) -> bool:
    return following in STEPS[state]


def percent(*, done: Decimal, target: Decimal) -> int:
    """Share of the target that is done, 0 to 100, rounded down: 99.9 % is not done.

    >>> percent(done=Decimal("71.9"), target=Decimal(72))
    99
    """
    return int(min(Decimal(100), done * 100 // target))


def standing(*, state: str, due_on: date, today: date) -> Standing:
    """What is said about a deed on ``today``. Late is late whatever has been reported.

    >>> standing(state="in_progress", due_on=date(2026, 6, 5), today=date(2026, 6, 1)).text
    '进行中，还有 4 天'
    >>> standing(state="reported", due_on=date(2026, 6, 1), today=date(2026, 6, 1)).text
    '已报完成，待验收'
    >>> standing(state="admitted", due_on=date(2026, 6, 1), today=date(2026, 6, 3)).text
    '逾期 2 天'
    """
    if state == "closed":
        return Standing(Kind.OK, "已销号")
    left = (due_on - today).days
    if left < 0:
        return Standing(Kind.ERROR, f"逾期 {-left} 天")
    if state == "reported":
        return Standing(Kind.WARN, "已报完成，待验收")
    if state == "in_progress":
        return Standing(
            Kind.INFO, f"进行中，还有 {left} 天" if left else "进行中，今天到期"
        )
    return Standing(Kind.INFO, "已立项" if state == "admitted" else "待立项")


def measured(value: Decimal, measure: str) -> str:
    """A quantity with its unit of measure, a percent sign close to its number.

    >>> measured(Decimal("71.00"), "个"), measured(Decimal("46.00"), "%")
    ('71 个', '46%')
    """
    return f"{amount(value)}{'' if measure == '%' else ' '}{measure}"


def amount(value: Decimal) -> str:
    """A quantity without zeros that say nothing.

    >>> amount(Decimal("17.80")), amount(Decimal("100.00"))
    ('17.8', '100')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
