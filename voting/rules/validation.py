"""What keeps a rule sheet from being used, in sentences for the person who writes it."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from voting.rules import exact
from voting.rules.reading import Problem
from voting.rules.rounding import MOST_PLACES
from voting.rules.rule_sheet import (
    HUNDRED,
    LAST_RUNGS,
    RuleSheet,
    heaviest_panels,
    rung_names,
)
from voting.rules.sheets import Criterion, full_marks

_CODE = re.compile(r"[0-9A-Za-z_-]{1,40}")


def validate(sheet: RuleSheet) -> list[Problem]:
    """All that keeps this rule sheet from being used, in plain Chinese; empty when it is good."""
    return [
        *_weights(sheet),
        *_panels(sheet),
        *_rounds(sheet),
        *_votes(sheet),
        *_extras(sheet),
        *_figures(sheet),
        *_ladder(sheet),
    ]


def _weights(sheet: RuleSheet) -> Iterator[Problem]:
    if not sheet.title.strip():
        yield Problem("title", "请给这份计分规则起个名字。")
    if "\n" in sheet.title or "\r" in sheet.title:
        yield Problem("title", "名字里不能换行。")
    online = sheet.online_weight
    if online is None:
        yield Problem(
            "online_weight",
            "还没有选民意测评占多少。请填一个比例，0 表示只作参考。",
        )
    elif not 0 <= online <= 1:
        yield Problem("online_weight", "民意测评的权重要在 0 到 1（100%）之间。")
    elif sheet.extras_weight() + online > 1:
        yield Problem(
            "online_weight", "民意测评和其他加权项合起来超过了 100%，请调低。"
        )
    elif sheet.marks_weight() > 0 and not (sheet.panels and sheet.rounds):
        yield Problem(
            "rounds",
            f"现场评分占 {exact.percent(sheet.marks_weight())}，至少要有一个评委组和一轮评分。",
        )


def _codes(path: str, what: str, codes: Sequence[str]) -> Iterator[Problem]:
    for index, code in enumerate(codes):
        where = f"{path}[{index}].code"
        if not _CODE.fullmatch(code):
            yield Problem(
                where, f"{what}的代号只能用 1 到 40 个英文字母、数字、横线或下划线。"
            )
        elif code in codes[:index]:
            yield Problem(where, f"{what}的代号 {code} 用了两次，请改一个。")


def _shares(path: str, what: str, weights: Sequence[Fraction]) -> Iterator[Problem]:
    if any(weight < 0 for weight in weights):
        yield Problem(path, f"{what}权重不能是负数。")
    elif weights and (total := sum(weights, Fraction(0))) != 1:
        yield Problem(
            path, f"{what}权重合起来是 {exact.percent(total)}，应正好是 100%。"
        )


def _panels(sheet: RuleSheet) -> Iterator[Problem]:
    codes = [panel.code for panel in sheet.panels]
    yield from _codes("panels", "评委组", codes)
    yield from _shares("panels", "各评委组", [panel.weight for panel in sheet.panels])
    for index, panel in enumerate(sheet.panels):
        path, trimming = f"panels[{index}]", panel.trimming
        if trimming.drop_high < 0 or trimming.drop_low < 0:
            yield Problem(f"{path}.trimming", f"{panel.name}去掉的份数不能是负数。")
        if trimming.at_least < 1 or trimming.minimum < 1:
            yield Problem(
                f"{path}.trimming", f"{panel.name}至少要留 1 份、至少要有 1 份。"
            )
        if panel.method == "places" and panel.trim_by == "criterion":
            yield Problem(
                f"{path}.trim_by", f"{panel.name}按名次折分，只能按整张评分表排名次。"
            )
        if panel.method == "places" and not sheet.place_points:
            yield Problem(
                "place_points", f"{panel.name}按名次折分，请列出每个名次的分值。"
            )
    if sheet.void_panel == "heir" and sheet.void_panel_heir not in codes:
        yield Problem(
            "void_panel_heir", "整组作废时权重归哪一组？请选一个现有的评委组。"
        )
    if sheet.void_panel != "heir" and sheet.void_panel_heir is not None:
        yield Problem("void_panel_heir", "只有选“归指定的组”时才填这一项，请清空。")
    table = sheet.place_points
    if table and (
        min(table) < 0 or table[0] <= 0 or list(table) != sorted(table, reverse=True)
    ):
        yield Problem("place_points", "名次分值要从高到低排，第一名大于 0，没有负数。")


def _rounds(sheet: RuleSheet) -> Iterator[Problem]:
    yield from _codes("rounds", "轮次", [r.code for r in sheet.rounds])
    yield from _shares("rounds", "各轮", [r.weight for r in sheet.rounds])
    known = {panel.code for panel in sheet.panels}
    fulls = set()
    for index, round_rule in enumerate(sheet.rounds):
        path = f"rounds[{index}]"
        yield from _codes(
            f"{path}.criteria", "评分项", [c.code for c in round_rule.criteria]
        )
        if not round_rule.criteria:
            yield Problem(f"{path}.criteria", f"{round_rule.name}还没有评分项。")
        if unknown := sorted(set(round_rule.panels) - known):
            yield Problem(f"{path}.panels", f"没有这样的评委组：{'、'.join(unknown)}。")
        elif sheet.panels and not sum(p.weight for p in sheet.panels_of(round_rule)):
            yield Problem(
                f"{path}.panels", f"{round_rule.name}的评委组没有一个有权重。"
            )
        bad = list(_criteria(path, round_rule.criteria))
        yield from bad
        if round_rule.criteria and not bad:
            fulls.add(full_marks(round_rule.criteria, round_rule.adding))
    needs_hundred = (
        bool(sheet.online_weight)
        or sheet.extras_weight() > 0
        or any(panel.method == "places" for panel in sheet.panels)
    )
    if needs_hundred and fulls - {HUNDRED}:
        yield Problem(
            "rounds",
            f"评分表的满分是 {_listed(fulls)}，要和其他 100 分制的分合在一起，满分须正好是 100。"
            "请改各项满分或权重，或改用“折成百分”。",
        )
    elif len(fulls) > 1:
        yield Problem(
            "rounds", f"各轮满分不同（{_listed(fulls)}），请改成一样再按权重合成。"
        )


def _listed(values: set[Fraction]) -> str:
    return "、".join(exact.plain(value) for value in sorted(values))


def _criteria(path: str, criteria: Sequence[Criterion]) -> Iterator[Problem]:
    for index, criterion in enumerate(criteria):
        where = f"{path}.criteria[{index}]"
        if criterion.weight <= 0:
            yield Problem(f"{where}.weight", f"{criterion.name}的权重要大于 0。")
        if not 0 <= criterion.minimum < criterion.maximum:
            yield Problem(
                f"{where}.maximum",
                f"{criterion.name}的满分要大于最低分，最低分不小于 0。",
            )
        elif criterion.step <= 0:
            yield Problem(f"{where}.step", f"{criterion.name}的打分间隔要大于 0。")
        elif (criterion.maximum - criterion.minimum) % criterion.step:
            yield Problem(
                f"{where}.step",
                f"{criterion.name}按这个间隔打不到满分，请改间隔或满分。",
            )


def _votes(sheet: RuleSheet) -> Iterator[Problem]:
    votes = sheet.votes
    if votes is None:
        if sheet.online_weight:
            yield Problem("votes", "民意测评有权重，请选票数怎么折成分。")
        return
    if votes.form == "grades":
        yield from _codes("votes.grades", "满意度档次", [g.code for g in votes.grades])
        values = [g.value for g in votes.grades if g.value is not None]
        if len(values) < 2 or not all(0 <= value <= 100 for value in values):
            yield Problem(
                "votes.grades", "至少两个档次要有分值，分值在 0 到 100 之间。"
            )
        elif not any(values):
            yield Problem("votes.grades", "不能所有档次都是 0 分。")
    elif votes.grades:
        yield Problem("votes.grades", "按票数评的测评没有满意度档次，请清空。")
    elif votes.method == "as_is":
        yield Problem(
            "votes.method", "“直接用平均满意度”只用于满意度测评，请另选一种。"
        )
    if votes.minimum_ratings < 1:
        yield Problem("votes.minimum_ratings", "最少评价人数要不小于 1。")
    if votes.pool <= 0 or not 0 <= votes.unit_places <= MOST_PLACES:
        yield Problem(
            "votes.pool", f"分配总分要大于 0，小数位在 0 到 {MOST_PLACES} 之间。"
        )
    if votes.rank_step is not None and votes.rank_step <= 0:
        yield Problem("votes.rank_step", "每降一名减的分要大于 0；留空表示按名次等分。")
    if min(votes.floor_multiple, votes.floor_points, votes.rank_share) < 0:
        yield Problem("votes.floor_points", "人数倍数、门槛分和名次分都不能是负数。")
    elif (
        votes.method == "floor_and_rank"
        and votes.floor_points + votes.rank_share != 100
    ):
        yield Problem("votes.floor_points", "门槛分和名次分合起来要正好 100。")


def _extras(sheet: RuleSheet) -> Iterator[Problem]:
    yield from _codes("extras", "其他得分项", [e.code for e in sheet.extras])
    for index, extra in enumerate(sheet.extras):
        path = f"extras[{index}]"
        if extra.full <= 0:
            yield Problem(f"{path}.full", f"{extra.name}的满分要大于 0。")
        if extra.way == "weighted" and not 0 < extra.weight <= 1:
            yield Problem(
                f"{path}.weight", f"{extra.name}的权重要大于 0、不超过 1（100%）。"
            )
        if extra.way == "added" and extra.weight:
            yield Problem(
                f"{path}.weight", f"{extra.name}是直接加分，没有权重，请填 0。"
            )


def _figures(sheet: RuleSheet) -> Iterator[Problem]:
    for stage, places in sheet.rounding.items():
        if not 0 <= places <= MOST_PLACES:
            yield Problem(f"rounding.{stage}", f"小数位要在 0 到 {MOST_PLACES} 之间。")
    if not 0 <= sheet.shown_places <= MOST_PLACES:
        yield Problem("shown_places", f"小数位要在 0 到 {MOST_PLACES} 之间。")
    if sheet.places is not None and sheet.places < 1:
        yield Problem("places", "红旗至少 1 面；不设名额就留空。")
    if sheet.places is None and sheet.publishing == "top":
        yield Problem(
            "publishing", "不设名额就没有红旗单位可以单独公布，请选公布全部单位。"
        )
    rule = sheet.outliers
    if rule and (rule.gap < 0 or (rule.distance is not None and rule.distance <= 0)):
        yield Problem("outliers", "离群提示的分差要大于 0。")


def _ladder(sheet: RuleSheet) -> Iterator[Problem]:
    ladder = sheet.ladder
    if not ladder or ladder[0] not in ("total", "total_exact"):
        yield Problem("ladder", "第一级必须是综合得分（取整后的或未取整的）。")
    if not ladder or ladder[-1] not in LAST_RUNGS:
        yield Problem("ladder", "最后一级必须是“抽签”或“由具名人员裁定”。")
    names = rung_names(sheet)
    for index, rung in enumerate(ladder):
        where = f"ladder[{index}]"
        if rung not in names:
            yield Problem(where, f"没有“{rung[:60]}”这一级，请从列出的项目里选。")
        elif rung in ladder[:index]:
            yield Problem(where, f"“{names[rung]}”出现了两次。")
        elif rung in LAST_RUNGS and index < len(ladder) - 1:
            yield Problem(where, f"“{names[rung]}”只能放在最后。")
        elif rung in ("votes", "votes_raw") and sheet.votes is None:
            yield Problem(where, "没有民意测评，不能用它分先后。")
    heaviest = heaviest_panels(sheet)
    if "heaviest_panel" in ladder and len(heaviest) != 1:
        which = "、".join(p.name for p in heaviest) or "没有评委组"
        yield Problem(
            "ladder", f"权重最高的评委组不止一个或没有（{which}），请写明用哪一组。"
        )
