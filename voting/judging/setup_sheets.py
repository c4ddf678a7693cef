"""The sheets in which a night is prepared: their columns, and a night written into them."""

from collections.abc import Iterable

from site_cms.spreadsheets.books import Sheet
from site_cms.spreadsheets.tables import Column
from site_cms.spreadsheets.writing import Value
from voting.judging.models import Criterion, Night, Recusal, SeatKind
from voting.judging.setup_queries import seats_of
from voting.judging.setup_rules import in_minutes
from voting.rules import exact
from voting.rules.rule_sheet import RoundRule, RuleSheet

WEIGHT, CODE = "权重", "代号"
PANEL, ROUND, CRITERION = "评委组", "轮次", "评分项"
PRESENTING, MARKING = "汇报时间", "打分时间"
LOWEST, HIGHEST, STEP, HINT = "最低分", "满分", "每档", "看什么"
SEAT, PERSON, ORGANISATION, PLACE, KIND = "席位号", "姓名", "单位", "座次", "类别"
NUMBER, UNIT, REASON = "编号", "单位", "理由"

_CODE_NOTE = "英文字母和数字。空着就按名称认；新加的由系统取一个。"

PANELS = Sheet(
    "评委组",
    (
        Column(PANEL, width=24, note="评委组的名称，40 字以内。"),
        Column(WEIGHT, note="百分比，例如 30 或 30%。各组合起来正好 100%。"),
        Column(CODE, required=False, note=_CODE_NOTE),
    ),
)
ROUNDS = Sheet(
    "轮次",
    (
        Column(ROUND, width=20, note="轮次的名称，例如 现场评比。"),
        Column(WEIGHT, note="百分比。只有一轮就写 100。各轮合起来正好 100%。"),
        Column(
            PANEL,
            required=False,
            width=36,
            note="这一轮由哪几组打分，之间用“、”隔开。空着就是全部。",
        ),
        Column(
            PRESENTING,
            required=False,
            note="每个单位汇报多久，例如 8 分钟、90 秒、5:30。只写数字是分钟。",
        ),
        Column(MARKING, required=False, note="汇报完打分多久，写法相同。"),
        Column(CODE, required=False, note=_CODE_NOTE),
    ),
)
CRITERIA = Sheet(
    "评分项",
    (
        Column(ROUND, width=20, note="哪一轮的评分项，写轮次的名称或代号。"),
        Column(CRITERION, width=20, note="评分项的名称，40 字以内。"),
        Column(HIGHEST, note="例如 40。"),
        Column(LOWEST, required=False, note="空着就是 0。"),
        Column(STEP, required=False, note="打分的间隔，例如 0.5。空着就是 0.5。"),
        Column(HINT, required=False, width=40, note="给评委的提示，80 字以内。"),
        Column(CODE, required=False, note=_CODE_NOTE),
    ),
)
SEATS = Sheet(
    "席位",
    (
        Column(SEAT, note="字母和数字，最多 8 位，例如 A01。相同的就是同一个席位。"),
        Column(PERSON, note="评委的姓名，20 字以内。"),
        Column(PANEL, width=24, note="写评委组的名称或代号。"),
        Column(
            ORGANISATION,
            required=False,
            width=24,
            note="评委所在的单位，用来核对回避。",
        ),
        Column(PLACE, required=False, note="坐在哪里，例如 一排 3 座。"),
        Column(
            KIND,
            required=False,
            note="正式的分数才算；练习和观摩的不算。空着就是正式。",
            choices=tuple(SeatKind.labels),
        ),
    ),
)
RECUSALS = Sheet(
    "回避",
    (
        Column(SEAT, note="哪个席位不打分。"),
        Column(NUMBER, note="不给哪个单位打分，写它的参评编号，例如 07。"),
        Column(REASON, width=40, note="100 字以内，例如 曾在该单位任职。不公开。"),
        Column(UNIT, required=False, width=24, note="填了就和编号核对，防止写错号。"),
    ),
)
SHEETS = (PANELS, ROUNDS, CRITERIA, SEATS, RECUSALS)

Lines = Iterable[list[Value]]


def written(rules: RuleSheet, night: Night | None) -> dict[str, Lines]:
    """What there is, in the columns of the sheets: it can be corrected and sent back."""
    return {
        PANELS.title: [
            [panel.name, exact.percent(panel.weight), panel.code]
            for panel in rules.panels
        ],
        ROUNDS.title: _rounds(rules, night),
        CRITERIA.title: _criteria(rules, night),
        SEATS.title: _seats(night),
        RECUSALS.title: _recusals(night),
    }


def names_of_panels(rules: RuleSheet, each: RoundRule) -> str:
    """Empty: all of them."""
    if not each.panels:
        return ""
    return "、".join(panel.name for panel in rules.panels_of(each))


def _rounds(rules: RuleSheet, night: Night | None) -> Lines:
    known = {each.code: each for each in night.rounds.all()} if night else {}
    lines = []
    for each in rules.rounds:
        at_night = known.get(each.code)
        times = (
            [
                in_minutes(at_night.presenting_seconds),
                in_minutes(at_night.marking_seconds),
            ]
            if at_night
            else ["", ""]
        )
        share, panels = exact.percent(each.weight), names_of_panels(rules, each)
        lines.append([each.name, share, panels, *times, each.code])
    return lines


def _criteria(rules: RuleSheet, night: Night | None) -> Lines:
    hints = hints_of(night)
    return [
        [
            each.name,
            criterion.name,
            exact.plain(criterion.maximum),
            exact.plain(criterion.minimum),
            exact.plain(criterion.step),
            hints.get((each.code, criterion.code), ""),
            criterion.code,
        ]
        for each in rules.rounds
        for criterion in each.criteria
    ]


def hints_of(night: Night | None) -> dict[tuple[str, str], str]:
    """By the codes of round and criterion."""
    if night is None:
        return {}
    found = Criterion.objects.filter(round__night=night)
    return {
        (round_, code): hint
        for round_, code, hint in found.values_list("round__code", "code", "hint")
    }


def _seats(night: Night | None) -> Lines:
    return [
        [
            seat.code,
            seat.name,
            seat.panel.name,
            seat.organisation,
            seat.place,
            seat.get_kind_display(),
        ]
        for seat in (seats_of(night) if night else [])
    ]


def _recusals(night: Night | None) -> Lines:
    found = Recusal.objects.filter(seat__night=night).select_related(
        "seat", "entry__unit"
    )
    return [
        [each.seat.code, each.entry.plate, each.reason, each.entry.unit.short_name]
        for each in found.order_by("seat__code", "entry__number")
    ]
