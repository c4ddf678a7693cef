"""Rule sheets to begin with, each after a real contest. None of them chooses the online weight."""

from dataclasses import dataclass, replace
from fractions import Fraction

from voting.rules.rule_sheet import PanelRule, RoundRule, RuleSheet, VotesRule
from voting.rules.sheets import Criterion
from voting.rules.trimming import Trimming


@dataclass(frozen=True, slots=True)
class Template:
    """``used_weight`` is what the model contest gave the vote: told, never filled in."""

    code: str
    name: str
    origin: str
    used_weight: str
    rules: RuleSheet


_TRIMMING = Trimming(drop_high=1, drop_low=1, at_least=3, minimum=3, small="mean")

_BASE = RuleSheet(
    title="红旗争夺赛计分规则",
    online_weight=None,
    panels=(
        PanelRule("leaders", "领导与部门代表", Fraction(3, 10), trimming=_TRIMMING),
        PanelRule("sectors", "行业代表", Fraction(4, 10), trimming=_TRIMMING),
        PanelRule("residents", "群众代表", Fraction(3, 10), trimming=_TRIMMING),
    ),
    rounds=(
        RoundRule(
            "final",
            "现场评比",
            Fraction(1),
            criteria=(
                Criterion("results", "实事成效", Fraction(40)),
                Criterion("benefit", "群众受益", Fraction(30)),
                Criterion("mechanism", "机制创新", Fraction(15)),
                Criterion("presentation", "现场展示", Fraction(15)),
            ),
        ),
    ),
    ladder=("total", "marks", "heaviest_panel", "votes_raw", "lot"),
    rounding={"total": 2},
    places=10,
)

TEMPLATES = (
    Template(
        "share_of_top",
        "票数占最高票",
        "最常见的写法：得票最多的计 100 分，其余按比例。人民网韩国站 2022、瓯海 2023 用过。",
        "30%",
        replace(_BASE, votes=VotesRule("share_of_top")),
    ),
    Template(
        "rank_linear",
        "名次线性",
        "只看名次，不看差多少票：n 个单位，每降一名减 100÷n 分。海南村歌 2025 用过。",
        "5%",
        replace(_BASE, votes=VotesRule("rank")),
    ),
    Template(
        "exactly_ten",
        "必须选满十个",
        "每张选票正好选十个，票数占最高票折分。感动重庆 2022 用过，民意占大头。",
        "70%",
        replace(
            _BASE,
            votes=VotesRule("share_of_top"),
            note="每张选票必须正好选十个单位。",
        ),
    ),
    Template(
        "floor_and_rank",
        "人数门槛加名次",
        "票数达到在编人数的 2 倍得一半分，另一半按名次。威海环翠 2022 用过，能压住拉票和大单位的便宜。",
        "1 分",
        replace(_BASE, votes=VotesRule("floor_and_rank")),
    ),
    Template(
        "advice",
        "只作参考",
        "选票照常收、照常公布，不进综合得分；瓯海 2023 的最后一步由集体研究决定。",
        "0%",
        replace(
            _BASE,
            votes=VotesRule("share_of_top"),
            ladder=("total", "marks", "heaviest_panel", "lot"),
        ),
    ),
)

BY_CODE = {template.code: template for template in TEMPLATES}
