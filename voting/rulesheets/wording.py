"""The rule sheet as articles that can be read aloud: one sentence each, with its numbers."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from voting.rules import exact
from voting.rules.rounding import shown
from voting.rules.rule_sheet import PanelRule, RoundRule, RuleSheet, VotesRule
from voting.rules.sheets import Criterion, full_marks
from voting.rules.trimming import Trimming


class Article(NamedTuple):
    """``anchor`` names the part of the sheet: the edit page and the result link to it."""

    anchor: str
    title: str
    sentence: str


STAGE_NAMES = {
    "sheet": "每张评分表的合计",
    "criterion": "每个评分项的组内平均",
    "criterion_weighted": "每个评分项乘系数后",
    "panel": "每个组的得分",
    "round": "每一轮的得分",
    "marks": "现场得分",
    "votes": "民意得分",
    "weighted": "乘权重后的各部分",
    "total": "综合得分",
}


def percent(weight: Fraction) -> str:
    """
    >>> percent(Fraction(3, 10)), percent(Fraction(1, 3))
    ('30%', '33.33%（1/3）')
    """
    text = exact.percent(weight)
    if "/" in text:
        return f"{shown(weight * 100, 2)}%（{exact.plain(weight)}）"
    return text


def articles(sheet: RuleSheet) -> list[Article]:
    """All articles of a rule sheet, in the order in which a result comes about."""
    return list(_articles(sheet))


def _articles(sheet: RuleSheet) -> Iterator[Article]:
    yield Article("parts", "综合得分由什么合成", _parts(sheet))
    if sheet.votes is not None:
        yield Article("votes", "选票怎么折成分", _votes(sheet.votes))
        yield Article("void-votes", "没有有效选票怎么办", _void_votes(sheet))
    if sheet.rounds and sheet.panels:
        yield Article("criteria", "评委打哪些分", "".join(map(_round, sheet.rounds)))
        yield Article("trimming", "去掉最高分和最低分", _trimming(sheet))
        yield Article("panels", "各评委组占多少", _panels(sheet))
        yield Article(
            "missing",
            "缺席和回避",
            "评委缺席或者按规定回避，这一份不算，不当作 0 分；该交而没交的评分表补齐以前，不能公布结果。",
        )
    if len(sheet.rounds) > 1:
        yield Article("rounds", "各轮占多少", _rounds(sheet))
    if sheet.extras:
        yield Article("extras", "其他得分", _extras(sheet))
    yield Article("rounding", "在哪一步取整", _rounding(sheet))
    yield Article("ladder", "得分相同怎么排", _ladder(sheet))
    yield Article("places", "红旗有几面", _places(sheet))
    yield Article("publishing", "结果怎么公布", _publishing(sheet))
    if sheet.outliers:
        yield Article(
            "outliers",
            "分差过大的提示",
            "一份评分和同组差得太远时，系统只提醒评委本人核对一次，改不改由评委决定，分数照样算。",
        )
    if sheet.note.strip():
        yield Article("note", "补充说明", sheet.note.strip())


def _parts(sheet: RuleSheet) -> str:
    parts = []
    if sheet.marks_weight():
        parts.append(f"现场评比占 {percent(sheet.marks_weight())}")
    if sheet.online_weight:
        parts.append(f"民意测评占 {percent(sheet.online_weight)}")
    parts += [
        f"{extra.name}占 {percent(extra.weight)}"
        for extra in sheet.extras
        if extra.way == "weighted"
    ]
    if sheet.online_weight is None:
        return "民意测评占多少还没有选定。"
    told = f"综合得分满分 100 分，{'，'.join(parts)}"
    if not sheet.online_weight and sheet.votes is not None:
        told += "；民意测评只作参考，票数照常公布，不进综合得分"
    return f"{told}。"


def _votes(votes: VotesRule) -> str:
    if votes.form == "grades":
        grades = "、".join(
            f"“{grade.name}”{'不算评价' if grade.value is None else f'计 {exact.plain(grade.value)} 分'}"
            for grade in votes.grades
        )
        told = (
            f"群众给每个单位评满意度，{grades}，取平均；"
            f"至少 {votes.minimum_ratings} 人评价才有效；"
        )
        what = "平均满意度"
    else:
        told, what = "每张有效选票选中一个单位，这个单位得一票；", "票数"
    return told + _method(votes, what)


def _method(votes: VotesRule, what: str) -> str:
    match votes.method:
        case "share_of_top":
            return (
                f"{what}最高的单位计 100 分，其余按它的{what}与最高{what}的比例计分。"
            )
        case "share_of_total":
            return (
                f"全部单位分一个 {exact.plain(votes.pool)} 分的总数，"
                f"按各自占全部{what}的比例分，取 {votes.unit_places} 位小数，"
                "余下的给余数大的单位，合起来一分不差。"
            )
        case "min_max":
            return f"{what}最高的计 100 分，最低的计 0 分，其余按所在的位置计分。"
        case "rank":
            step = votes.rank_step
            down = (
                "每降一名减 100 除以单位个数"
                if step is None
                else f"每降一名减 {exact.plain(step)} 分，减到 0 为止"
            )
            return f"按{what}排名次，第 1 名计 100 分，{down}；{what}相同的取所占名次的平均分。"
        case "floor_and_rank":
            held = "评价人数" if votes.form == "grades" else "票数"
            return (
                f"{held}达到本单位在编人数的 {exact.plain(votes.floor_multiple)} 倍，"
                f"得 {exact.plain(votes.floor_points)} 分；"
                f"另外 {exact.plain(votes.rank_share)} 分按{what}的名次由高到低平均递减。"
            )
    return "平均满意度就是民意得分。"


def _void_votes(sheet: RuleSheet) -> str:
    told = {
        "marks_only": "它的综合得分只看其余部分，民意测评的权重归现场评比，不按 0 分算",
        "zero": "民意得分按 0 分算",
        "unranked": "它不参加排名",
    }[sheet.void_votes]
    return f"一个单位没有有效的民意测评结果时，{told}。"


def _round(round_rule: RoundRule) -> str:
    steps = {c.step for c in round_rule.criteria}
    criteria = "、".join(
        _criterion(c, tell_step=len(steps) > 1) for c in round_rule.criteria
    )
    step = f"，每 {exact.plain(next(iter(steps)))} 分一档" if len(steps) == 1 else ""
    how = {
        "sum": "各项相加",
        "mean": "各项按权重平均",
        "percent": "各项先折成满分的百分比，再按权重平均",
    }[round_rule.adding]
    full = exact.plain(full_marks(round_rule.criteria, round_rule.adding))
    return (
        f"“{round_rule.name}”打 {len(round_rule.criteria)} 项：{criteria}{step}；"
        f"{how}，满分 {full} 分，少打一项就不是一张完整的评分表。"
    )


def _criterion(criterion: Criterion, *, tell_step: bool) -> str:
    low = f"{exact.plain(criterion.minimum)} 到 " if criterion.minimum else ""
    more = [f"每 {exact.plain(criterion.step)} 分一档"] if tell_step else []
    if criterion.weight != 1:
        more.append(f"权重 {exact.plain(criterion.weight)}")
    told = f"{criterion.name} {low}{exact.plain(criterion.maximum)} 分"
    return told + (f"（{'，'.join(more)}）" if more else "")


def _trimming(sheet: RuleSheet) -> str:
    groups: dict[tuple[str, str, Trimming], list[PanelRule]] = {}
    for panel in sheet.panels:
        groups.setdefault((panel.method, panel.trim_by, panel.trimming), []).append(
            panel
        )
    return "".join(_trimming_of(panels, len(groups) == 1) for panels in groups.values())


def _trimming_of(panels: Sequence[PanelRule], alone: bool) -> str:
    who = "每个评委组内" if alone else "、".join(p.name for p in panels) + "组内"
    rule = panels[0].trimming
    if panels[0].method == "places":
        return (
            f"{who}，每位评委的分先排成名次，再按名次分值表折分后平均，一份也不去掉。"
        )
    by = "每个评分项" if panels[0].trim_by == "criterion" else ""
    dropped = [
        f"{count} 个{name}"
        for count, name in ((rule.drop_high, "最高分"), (rule.drop_low, "最低分"))
        if count
    ]
    told = f"{who}，{by}"
    told += f"去掉 {'、'.join(dropped)}，其余取平均" if dropped else "取平均"
    if rule.drop_high or rule.drop_low:
        small = {
            "void": "这个组对该单位作废",
            "mean": "不去高低分，全部取平均",
            "closest": "1 份就用它，2 份取平均，3 份取最接近的两份，4 份以上各去 1 个",
        }[rule.small]
        told += f"；去掉后不足 {rule.at_least} 份时，{small}"
    if rule.minimum > 1:
        told += f"；评分表不到 {rule.minimum} 份，这个组对该单位作废"
    return told + "。"


def _panels(sheet: RuleSheet) -> str:
    shares = "，".join(f"{p.name}占 {percent(p.weight)}" for p in sheet.panels)
    heir = next((p.name for p in sheet.panels if p.code == sheet.void_panel_heir), "")
    void = {
        "share": "它的权重按比例摊给其余组",
        "heir": f"它的权重归{heir}",
        "void": "这一轮对该单位作废",
    }[sheet.void_panel]
    return f"现场得分按组合成：{shares}；某个组对一个单位作废时，{void}。"


def _rounds(sheet: RuleSheet) -> str:
    shares = "，".join(f"{r.name}占 {percent(r.weight)}" for r in sheet.rounds)
    void = {"share": "权重按比例摊给其余轮", "void": "现场得分作废"}[sheet.void_round]
    return f"各轮合成现场得分：{shares}；某一轮对一个单位作废时，{void}。"


def _extras(sheet: RuleSheet) -> str:
    told = []
    for extra in sheet.extras:
        if extra.way == "weighted":
            told.append(
                f"{extra.name}满分 {exact.plain(extra.full)} 分，折成百分后占 {percent(extra.weight)}"
            )
        else:
            told.append(
                f"{extra.name}最多 {exact.plain(extra.full)} 分，直接加在综合得分上"
            )
    return "；".join(told) + "。"


def _rounding(sheet: RuleSheet) -> str:
    if not sheet.rounding:
        return (
            "计算全程不取整，按精确的分数比较；"
            f"公布时写 {sheet.shown_places} 位小数，分不出先后时多写几位。"
        )
    stages = "，".join(
        f"{STAGE_NAMES[stage]}取 {places} 位小数"
        for stage, places in sheet.rounding.items()
    )
    return f"只在这几步四舍五入：{stages}；其余各步用精确的分数算，不取整。"


def _ladder(sheet: RuleSheet) -> str:
    first, *between = [sheet.rung_name(rung) for rung in sheet.ladder[:-1]]
    last = {
        "lot": "还相同的，当众产生种子抽签，抽法事先公开，人人能照着重算",
        "open": "还相同的，由具名人员裁定并写明理由",
    }[sheet.ladder[-1]]
    then = f"，相同的再依次比{'、'.join(between)}" if between else ""
    return f"先比{first}{then}；{last}；并列的占同一名次，后面的名次空出。"


def _places(sheet: RuleSheet) -> str:
    if sheet.places is None:
        return "不设名额，只排名次。"
    return (
        f"按名次取前 {sheet.places} 名，授 {sheet.places} 面红旗；"
        "如果名额线上的单位分不出先后，先写明原因，分出后再定，不多给也不少给。"
    )


def _publishing(sheet: RuleSheet) -> str:
    if sheet.publishing == "top":
        told = (
            "结果页只写红旗单位的名次、得分和每一步算法，其余单位只写编号和名称；"
            "核对用的数据包里有全部单位的评分和票数，人人可以重算"
        )
    else:
        told = "结果页写全部单位的名次、得分和每一步算法，人人可以重算"
    if not sheet.marks_weight():
        return f"{told}。"
    wall = {
        "total": "揭晓时大屏幕上写各部分得分和综合得分",
        "parts": "揭晓时大屏幕上只写各部分得分，综合得分看结果页",
        "none": "揭晓时大屏幕上只写名次和单位，得分看结果页",
    }[sheet.shown_on_wall]
    return f"{told}；{wall}。"
