"""A rule sheet as forms, and the engine's problems back at the field they belong to."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from fractions import Fraction
from itertools import count
from typing import Any, get_args

from django import forms

from voting.rules.outliers import OutlierRule
from voting.rules.reading import Problem
from voting.rules.rounding import Stage
from voting.rules.rule_sheet import (
    ExtraRule,
    Grade,
    PanelRule,
    RoundRule,
    RuleSheet,
    VotesRule,
    rung_names,
)
from voting.rules.sheets import Criterion
from voting.rules.trimming import Trimming
from voting.rulesheets.fields import (
    ExactField,
    ListOfNumbersField,
    PercentField,
    WholeField,
)
from voting.rulesheets.wording import STAGE_NAMES

STAGES = get_args(Stage)
RUNGS = 8
MOST_ROWS = 40

POLL_FORMS = [
    ("approval", "选票：每张选若干个单位"),
    ("grades", "满意度：给每个单位评一档"),
    ("none", "没有民意测评"),
]
METHODS = [
    ("share_of_top", "占最高票", "票数 ÷ 最高票 × 100"),
    ("rank", "名次线性", "第 1 名 100 分，每降一名减一截"),
    ("floor_and_rank", "人数门槛加名次", "过门槛得一半，其余按名次"),
    ("share_of_total", "占总票", "按票数分一个总分，一分不差"),
    ("min_max", "极差", "最高 100 分，最低 0 分"),
    ("as_is", "平均满意度", "只用于满意度测评"),
]
VOID_VOTES = [
    ("marks_only", "只看其余部分，权重归现场"),
    ("zero", "民意得分按 0 分"),
    ("unranked", "不参加排名"),
]
PANEL_METHODS = [("trimmed", "取平均"), ("places", "按名次折分")]
SMALL_PANELS = [
    ("mean", "全部取平均"),
    ("closest", "取最接近的两份"),
    ("void", "这个组作废"),
]
TRIM_BY = [("sheet", "整张评分表"), ("criterion", "每个评分项")]
VOID_PANEL = [
    ("share", "按比例摊给其余组"),
    ("heir", "归指定的组"),
    ("void", "这一轮作废"),
]
VOID_ROUND = [("share", "按比例摊给其余轮"), ("void", "现场得分作废")]
ADDING = [("sum", "各项相加"), ("mean", "按权重平均"), ("percent", "折成百分")]
PUBLISHING = [
    ("all", "全部单位的名次、得分和算法"),
    ("top", "只写红旗单位的名次、得分和算法"),
]
SHOWN_ON_WALL = [
    ("total", "各部分和综合得分"),
    ("parts", "只写各部分，不写综合得分"),
    ("none", "只写名次和单位"),
]
EXTRA_WAYS = [("weighted", "占一份权重"), ("added", "直接加分")]


class TextField(forms.CharField):
    default_error_messages = {
        "required": "这里要填写。",
        "max_length": "最多 %(limit_value)s 个字，现在有 %(show_value)s 个。",
        "null_characters_not_allowed": "文字里有无法保存的字符，请删掉重打。",
    }


class Choice(forms.ChoiceField):
    default_error_messages = {
        "required": "请选一项。",
        "invalid_choice": "没有“%(value)s”这一项，请从列出的里面选。",
    }


class CodeField(TextField):
    """Left empty it is given one when the row is kept."""

    def __init__(self, **kwargs) -> None:
        super().__init__(label="代号", required=False, max_length=40, **kwargs)


class MainForm(forms.Form):
    """Everything that stands once in a rule sheet."""

    title = TextField(label="规则名称", max_length=80)
    online_weight = PercentField(label="民意测评占", required=False)
    poll_form = Choice(label="群众怎么评", choices=POLL_FORMS)
    method = Choice(
        label="折分方法",
        choices=[(value, name) for value, name, _ in METHODS],
        widget=forms.RadioSelect,
    )
    minimum_ratings = WholeField(label="至少几人评价才有效")
    pool = ExactField(label="分配总分")
    unit_places = WholeField(label="分到几位小数")
    rank_step = ExactField(
        label="每降一名减几分（空着：按单位个数等分）", required=False
    )
    floor_multiple = ExactField(label="门槛是在编人数的几倍")
    floor_points = ExactField(label="过门槛得几分")
    rank_share = ExactField(label="名次最多得几分")
    void_votes = Choice(label="一个单位没有有效选票时", choices=VOID_VOTES)
    void_panel = Choice(label="整组作废时，权重", choices=VOID_PANEL)
    void_panel_heir = TextField(
        label="归哪一组（填组的代号）", required=False, max_length=40
    )
    void_round = Choice(label="一轮作废时，权重", choices=VOID_ROUND)
    place_points = ListOfNumbersField(
        label="名次分值表（从第 1 名起，空格隔开）", required=False
    )
    shown_places = WholeField(label="公布时写几位小数")
    places = WholeField(label="红旗面数（空着：不设名额）", required=False)
    publishing = Choice(label="结果页上写", choices=PUBLISHING)
    shown_on_wall = Choice(label="揭晓时大屏幕上写", choices=SHOWN_ON_WALL)
    outlier_distance = ExactField(
        label="和组平均差几分时提醒（空着：不提醒）", required=False
    )
    outlier_gap = ExactField(label="最少差几分")
    outlier_dixon = forms.BooleanField(label="用 Dixon 检验提醒", required=False)
    note = TextField(
        label="补充说明",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, rungs: Mapping[str, str], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for stage in STAGES:
            self.fields[f"rounding_{stage}"] = WholeField(
                label=STAGE_NAMES[stage], required=False
            )
        for place in range(RUNGS):
            self.fields[f"ladder_{place}"] = Choice(
                label=f"第 {place + 1} 级",
                required=False,
                choices=[("", "（空）"), *rungs.items()],
            )

    @property
    def stages(self) -> list[forms.BoundField]:
        return [self[f"rounding_{stage}"] for stage in STAGES]

    @property
    def rungs(self) -> list[forms.BoundField]:
        return [self[f"ladder_{place}"] for place in range(RUNGS)]


class PanelForm(forms.Form):
    code = CodeField()
    name = TextField(label="组名", max_length=40)
    weight = PercentField(label="权重")
    method = Choice(label="合成", choices=PANEL_METHODS, initial="trimmed")
    drop_high = WholeField(label="去最高", initial=1)
    drop_low = WholeField(label="去最低", initial=1)
    at_least = WholeField(label="去后至少留", initial=3)
    small = Choice(label="不够留时", choices=SMALL_PANELS, initial="mean")
    minimum = WholeField(label="少于几份作废", initial=1)
    trim_by = Choice(label="按什么去", choices=TRIM_BY, initial="sheet")


class RoundForm(forms.Form):
    code = CodeField()
    name = TextField(label="轮名", max_length=40)
    weight = PercentField(label="权重")
    adding = Choice(label="各项怎么合", choices=ADDING, initial="sum")
    panels = TextField(
        label="由哪些组评（代号，空着是所有组）",
        required=False,
        max_length=400,
    )


class CriterionForm(forms.Form):
    round = TextField(label="哪一轮", max_length=40)
    code = CodeField()
    name = TextField(label="评分项", max_length=40)
    maximum = ExactField(label="满分")
    minimum = ExactField(label="最低")
    step = ExactField(label="每档")
    weight = ExactField(label="权重")


class GradeForm(forms.Form):
    code = CodeField()
    name = TextField(label="档次", max_length=20)
    value = ExactField(label="计几分（空着：不算评价）", required=False)


class ExtraForm(forms.Form):
    code = CodeField()
    name = TextField(label="得分项", max_length=40)
    way = Choice(label="怎么算", choices=EXTRA_WAYS, initial="weighted")
    weight = PercentField(label="权重", required=False)
    full = ExactField(label="满分")


class RowsFormSet(forms.BaseFormSet):
    """Rows of one kind; an empty row is no row, and a ticked box takes a row out."""

    default_error_messages = {
        "missing_management_form": "表单不完整，没有保存。请刷新页面再填。",
        "too_many_forms": "最多 %(num)d 行，请减少。",
    }

    def kept(self) -> list[forms.Form]:
        """The rows that were typed and stay, in their order."""
        if not self.is_bound:
            return []
        return [
            form
            for index, form in enumerate(self.forms)
            if not self._should_delete_form(form)
            and (index < self.initial_form_count() or form.has_changed())
        ]

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = "删掉"


def _rows(form: type[forms.Form]) -> type[RowsFormSet]:
    return forms.formset_factory(
        form,
        formset=RowsFormSet,
        extra=1,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
        can_delete=True,
    )


PanelRows = _rows(PanelForm)
RoundRows = _rows(RoundForm)
CriterionRows = _rows(CriterionForm)
GradeRows = _rows(GradeForm)
ExtraRows = _rows(ExtraForm)

_USUAL_GRADES = (
    Grade("good", "满意", Fraction(100)),
    Grade("fair", "基本满意", Fraction(60)),
    Grade("bad", "不满意", Fraction(0)),
    Grade("unknown", "不了解", None),
)


class RuleSheetForms:
    """All forms of the edit page: from the engine's value, and back to it."""

    def __init__(self, rules: RuleSheet, data: Mapping[str, Any] | None = None) -> None:
        self.main = MainForm(data, initial=_main(rules), rungs=rung_names(rules))
        self.panels = PanelRows(
            data, prefix="panels", initial=[_panel(p) for p in rules.panels]
        )
        self.rounds = RoundRows(
            data, prefix="rounds", initial=[_round(r) for r in rules.rounds]
        )
        self.criteria = CriterionRows(
            data,
            prefix="criteria",
            initial=[_criterion(r, c) for r in rules.rounds for c in r.criteria],
        )
        grades = rules.votes.grades if rules.votes else ()
        self.grades = GradeRows(
            data,
            prefix="grades",
            initial=[_plain(grade) for grade in grades or _USUAL_GRADES],
        )
        self.extras = ExtraRows(
            data, prefix="extras", initial=[_plain(extra) for extra in rules.extras]
        )

    @property
    def sets(self) -> list[RowsFormSet]:
        return [self.panels, self.rounds, self.criteria, self.grades, self.extras]

    def is_valid(self) -> bool:
        forms_are = [self.main.is_valid(), *(rows.is_valid() for rows in self.sets)]
        return all(forms_are) and self._criteria_have_their_round()

    def _criteria_have_their_round(self) -> bool:
        known = {form.cleaned_data["code"] for form in self.rounds.kept()}
        lost = [
            form
            for form in self.criteria.kept()
            if form.cleaned_data["round"] not in known
        ]
        for form in lost:
            form.add_error(
                "round", f"没有这个代号的轮次。现有的是：{'、'.join(sorted(known))}。"
            )
        return not lost

    def rules(self) -> RuleSheet:
        """What was typed, as the engine's value. Only after :meth:`is_valid`."""
        typed = self.main.cleaned_data
        for rows, letter in (
            (self.panels, "p"),
            (self.rounds, "r"),
            (self.criteria, "c"),
            (self.grades, "g"),
            (self.extras, "x"),
        ):
            _give_codes(rows.kept(), letter)
        heir = typed["void_panel_heir"] if typed["void_panel"] == "heir" else ""
        return RuleSheet(
            title=typed["title"],
            online_weight=typed["online_weight"],
            votes=self._votes(),
            panels=tuple(_panel_rule(f.cleaned_data) for f in self.panels.kept()),
            rounds=tuple(self._round_rule(f.cleaned_data) for f in self.rounds.kept()),
            extras=tuple(_extra_rule(f.cleaned_data) for f in self.extras.kept()),
            void_panel=typed["void_panel"],
            void_panel_heir=heir or None,
            void_round=typed["void_round"],
            void_votes=typed["void_votes"],
            place_points=typed["place_points"],
            rounding={
                stage: places
                for stage in STAGES
                if (places := typed[f"rounding_{stage}"]) is not None
            },
            ladder=tuple(rung for _, rung in self._rungs()),
            shown_places=typed["shown_places"],
            places=typed["places"],
            outliers=self._outliers(),
            note=typed["note"],
            publishing=typed["publishing"],
            shown_on_wall=typed["shown_on_wall"],
        )

    def show(self, problems: Iterable[Problem]) -> None:
        """Put each of the engine's sentences at the field it speaks of."""
        for problem in problems:
            form, field = self._place(re.findall(r"[^.\[\]]+", problem.field))
            known = field if field in form.fields else None
            form.add_error(known, problem.sentence)

    def errors(self) -> list[dict[str, str]]:
        """Every sentence with the anchor of its field, for the summary on top."""
        return list(self._errors())

    def _errors(self) -> Iterator[dict[str, str]]:
        rows_sets = self.sets
        for rows in rows_sets:
            for sentence in rows.non_form_errors():
                yield {"text": str(sentence), "anchor": ""}
        kept = [form for rows in rows_sets for form in rows.kept()]
        for form in (self.main, *kept):
            for sentence in form.non_field_errors():
                yield {"text": str(sentence), "anchor": ""}
            for field in form:
                for sentence in field.errors:
                    yield {
                        "text": f"{field.label}：{sentence}",
                        "anchor": field.id_for_label or field.auto_id,
                    }

    def _votes(self) -> VotesRule | None:
        typed = self.main.cleaned_data
        if typed["poll_form"] == "none":
            return None
        graded = typed["poll_form"] == "grades"
        grades = [
            Grade(
                f.cleaned_data["code"], f.cleaned_data["name"], f.cleaned_data["value"]
            )
            for f in self.grades.kept()
        ]
        names = (
            "method minimum_ratings pool unit_places rank_step floor_multiple "
            "floor_points rank_share"
        )
        return VotesRule(
            form=typed["poll_form"],
            grades=tuple(grades) if graded else (),
            **{name: typed[name] for name in names.split()},
        )

    def _outliers(self) -> OutlierRule | None:
        typed = self.main.cleaned_data
        if typed["outlier_distance"] is None and not typed["outlier_dixon"]:
            return None
        return OutlierRule(
            typed["outlier_distance"], typed["outlier_gap"], typed["outlier_dixon"]
        )

    def _rungs(self) -> list[tuple[int, str]]:
        typed = self.main.cleaned_data
        filled = [(place, typed.get(f"ladder_{place}")) for place in range(RUNGS)]
        return [(place, rung) for place, rung in filled if rung]

    def _criteria_of(self, round_code: str) -> list[forms.Form]:
        return [
            form
            for form in self.criteria.kept()
            if form.cleaned_data.get("round") == round_code
        ]

    def _round_rule(self, row: Mapping[str, Any]) -> RoundRule:
        return RoundRule(
            code=row["code"],
            name=row["name"],
            weight=row["weight"],
            adding=row["adding"],
            panels=tuple(row["panels"].split()),
            criteria=tuple(
                Criterion(
                    **{
                        name: form.cleaned_data[name]
                        for name in (
                            "code",
                            "name",
                            "maximum",
                            "minimum",
                            "step",
                            "weight",
                        )
                    }
                )
                for form in self._criteria_of(row["code"])
            ),
        )

    def _place(self, path: list[str]) -> tuple[forms.Form, str]:
        """The form and the field that a path of the engine's JSON form leads to."""
        match path:
            case ["panels" | "rounds" | "extras" as name]:
                kept = getattr(self, name).kept()
                return (kept[0], "weight") if kept else (self.main, "")
            case ["panels" | "extras" as name, index, field]:
                row = getattr(self, name).kept()[int(index)]
                return row, {"trimming": "drop_high"}.get(field, field)
            case ["rounds", index, "criteria", *rest]:
                row = self.rounds.kept()[int(index)]
                if not rest:
                    return row, "name"
                criteria = self._criteria_of(row.cleaned_data["code"])
                return criteria[int(rest[0])], rest[1]
            case ["rounds", index, field]:
                return self.rounds.kept()[int(index)], field
            case ["votes", "grades", *rest]:
                kept = self.grades.kept()
                if not kept:
                    return self.main, "poll_form"
                return kept[int(rest[0]) if rest else 0], rest[1] if rest else "value"
            case ["votes"]:
                return self.main, "poll_form"
            case ["votes", field]:
                return self.main, field
            case ["rounding", stage]:
                return self.main, f"rounding_{stage}"
            case ["ladder", index]:
                return self.main, f"ladder_{self._rungs()[int(index)][0]}"
            case ["ladder"]:
                return self.main, "ladder_0"
            case ["outliers"]:
                return self.main, "outlier_distance"
            case [field]:
                return self.main, field
        return self.main, ""


def _give_codes(rows: list[forms.Form], letter: str) -> None:
    taken = {form.cleaned_data["code"] for form in rows}
    for form in rows:
        if not form.cleaned_data["code"]:
            free = (f"{letter}{n}" for n in count(1) if f"{letter}{n}" not in taken)
            form.cleaned_data["code"] = next(free)
            taken.add(form.cleaned_data["code"])


def _plain(value: Grade | ExtraRule) -> dict[str, Any]:
    return {f.name: getattr(value, f.name) for f in fields(value)}


def _main(rules: RuleSheet) -> dict[str, Any]:
    votes = rules.votes or VotesRule("share_of_top")
    outliers = rules.outliers or OutlierRule(dixon=False)
    return {
        **_plain(votes),
        "title": rules.title,
        "online_weight": rules.online_weight,
        "poll_form": votes.form if rules.votes else "none",
        "void_votes": rules.void_votes,
        "void_panel": rules.void_panel,
        "void_panel_heir": rules.void_panel_heir or "",
        "void_round": rules.void_round,
        "place_points": rules.place_points,
        "shown_places": rules.shown_places,
        "places": rules.places,
        "outlier_distance": outliers.distance,
        "outlier_gap": outliers.gap,
        "outlier_dixon": outliers.dixon,
        "note": rules.note,
        "publishing": rules.publishing,
        "shown_on_wall": rules.shown_on_wall,
        **{f"rounding_{stage}": places for stage, places in rules.rounding.items()},
        **{f"ladder_{place}": rung for place, rung in enumerate(rules.ladder)},
    }


def _panel(panel: PanelRule) -> dict[str, Any]:
    trimming = panel.trimming
    return {
        "code": panel.code,
        "name": panel.name,
        "weight": panel.weight,
        "method": panel.method,
        "trim_by": panel.trim_by,
        **{f.name: getattr(trimming, f.name) for f in fields(trimming)},
    }


def _panel_rule(row: Mapping[str, Any]) -> PanelRule:
    return PanelRule(
        code=row["code"],
        name=row["name"],
        weight=row["weight"],
        method=row["method"],
        trim_by=row["trim_by"],
        trimming=Trimming(
            **{f.name: row[f.name] for f in fields(Trimming)},
        ),
    )


def _round(round_rule: RoundRule) -> dict[str, Any]:
    return {
        "code": round_rule.code,
        "name": round_rule.name,
        "weight": round_rule.weight,
        "adding": round_rule.adding,
        "panels": " ".join(round_rule.panels),
    }


def _criterion(round_rule: RoundRule, criterion: Criterion) -> dict[str, Any]:
    return {f.name: getattr(criterion, f.name) for f in fields(criterion)} | {
        "round": round_rule.code
    }


def _extra_rule(row: Mapping[str, Any]) -> ExtraRule:
    return ExtraRule(
        row["code"], row["name"], row["way"], row["weight"] or Fraction(0), row["full"]
    )
