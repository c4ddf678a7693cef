"""计分规则 The rule sheet: all that a contest decides beforehand, as one frozen, hashed value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from voting.rules import exact, reading
from voting.rules.outliers import OutlierRule
from voting.rules.rounding import Stage
from voting.rules.sheets import Adding, Criterion
from voting.rules.trimming import Trimming
from voting.rules.weighing import VoidRule

FORMAT = "hongqi-rule-sheet/1"
HUNDRED = Fraction(100)

VoteMethod = Literal[
    "as_is", "share_of_top", "share_of_total", "min_max", "rank", "floor_and_rank"
]
VoidVotes = Literal["marks_only", "zero", "unranked"]
Publishing = Literal["all", "top"]
ShownOnWall = Literal["total", "parts", "none"]

_PLAIN_RUNGS = {
    "total": "综合得分",
    "total_exact": "未取整的综合得分",
    "marks": "现场得分",
    "votes": "民意得分",
    "votes_raw": "民意测评原始结果",
    "heaviest_panel": "权重最高的评委组",
    "first_places": "排第一的评委人数",
}
LAST_RUNGS = {"lot": "抽签", "open": "由具名人员裁定"}

# Choices that sheets frozen before there were any do not have.
_LATER = {"publishing": "all", "shown_on_wall": "total"}


@dataclass(frozen=True, slots=True)
class PanelRule:
    """``trimmed`` sheets (of whole sheets or each criterion apart), or points by ``places``."""

    code: str
    name: str
    weight: Fraction
    method: Literal["trimmed", "places"] = "trimmed"
    trimming: Trimming = field(default_factory=Trimming)
    trim_by: Literal["sheet", "criterion"] = "sheet"


@dataclass(frozen=True, slots=True)
class RoundRule:
    """``panels`` names those who judge this round; empty means all of them."""

    code: str
    name: str
    weight: Fraction
    criteria: tuple[Criterion, ...]
    adding: Adding = "sum"
    panels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grade:
    """``value`` None: the grade is no rating (不了解)."""

    code: str
    name: str
    value: Fraction | None


@dataclass(frozen=True, slots=True)
class VotesRule:
    """How counts become points; the fields after ``method`` belong to one method each."""

    method: VoteMethod
    form: Literal["approval", "grades"] = "approval"
    grades: tuple[Grade, ...] = ()
    minimum_ratings: int = 1
    pool: Fraction = HUNDRED
    unit_places: int = 2
    rank_step: Fraction | None = None
    floor_multiple: Fraction = Fraction(2)
    floor_points: Fraction = Fraction(50)
    rank_share: Fraction = Fraction(50)

    def values(self) -> dict[str, Fraction | None]:
        return {grade.code: grade.value for grade in self.grades}


@dataclass(frozen=True, slots=True)
class ExtraRule:
    """Points from elsewhere (ledger, review rounds): a weighted part, or added on top."""

    code: str
    name: str
    way: Literal["weighted", "added"]
    weight: Fraction = Fraction(0)
    full: Fraction = HUNDRED


@dataclass(frozen=True, slots=True)
class RuleSheet:
    """Everything decided before the poll opens.

    ``online_weight`` has no default: None means that nobody has chosen yet, and
    :func:`~voting.rules.validation.validate` says so. The marks weigh what the votes and the
    weighted extras leave. ``publishing`` and ``shown_on_wall`` say what the result's pages and the
    big screen tell of it; they change no figure.
    """

    title: str
    online_weight: Fraction | None
    ladder: tuple[str, ...]
    votes: VotesRule | None = None
    panels: tuple[PanelRule, ...] = ()
    rounds: tuple[RoundRule, ...] = ()
    extras: tuple[ExtraRule, ...] = ()
    void_panel: VoidRule = "share"
    void_panel_heir: str | None = None
    void_round: Literal["share", "void"] = "share"
    void_votes: VoidVotes = "marks_only"
    place_points: tuple[Fraction, ...] = ()
    rounding: Mapping[Stage, int] = field(default_factory=dict)
    shown_places: int = 2
    places: int | None = None
    outliers: OutlierRule | None = None
    note: str = ""
    publishing: Publishing = "all"
    shown_on_wall: ShownOnWall = "total"

    @classmethod
    def from_json(cls, data: object) -> "RuleSheet":
        """Read parsed JSON; :class:`~voting.rules.reading.Refused` lists what cannot be read."""
        return reading.read(cls, reading.without_format(data, FORMAT))

    def to_json(self) -> dict[str, Any]:
        """A choice of ``_LATER`` left at its default is not written: older sheets keep their hash."""
        written = reading.write(self)
        for name, default in _LATER.items():
            if written[name] == default:
                del written[name]
        return {"format": FORMAT, **written}

    def hash(self) -> str:
        """SHA-256 over the canonical JSON: the fingerprint that is published."""
        return exact.digest(self.to_json())

    def marks_weight(self) -> Fraction:
        """What is left for the judges. Only for a sheet without problems."""
        return 1 - (self.online_weight or Fraction(0)) - self.extras_weight()

    def extras_weight(self) -> Fraction:
        return sum((e.weight for e in self.extras if e.way == "weighted"), Fraction(0))

    def panels_of(self, round_rule: RoundRule) -> tuple[PanelRule, ...]:
        return tuple(
            p
            for p in self.panels
            if not round_rule.panels or p.code in round_rule.panels
        )

    def rung_name(self, rung: str) -> str:
        """The Chinese name of a rung of the ladder; the rung itself if it is unknown."""
        return rung_names(self).get(rung, rung)


def rung_names(sheet: RuleSheet) -> dict[str, str]:
    """Every rung that this sheet may use, with its Chinese name."""
    names = _PLAIN_RUNGS | LAST_RUNGS
    names |= {f"panel:{p.code}": f"{p.name}得分" for p in sheet.panels}
    names |= {f"extra:{e.code}": e.name for e in sheet.extras}
    for round_rule in sheet.rounds:
        names[f"round:{round_rule.code}"] = f"{round_rule.name}得分"
        for criterion in round_rule.criteria:
            names[f"criterion:{round_rule.code}/{criterion.code}"] = (
                f"{round_rule.name}的{criterion.name}平均分"
            )
    return names


def heaviest_panels(sheet: RuleSheet) -> list[PanelRule]:
    top = max((p.weight for p in sheet.panels), default=Fraction(0))
    return [p for p in sheet.panels if p.weight == top]
