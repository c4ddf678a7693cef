"""What is typed for extra points and deductions."""

from collections.abc import Mapping

from django import forms

from showcase.contests.models import Contest
from voting.results.points_models import GivenPoints
from voting.rules.rule_sheet import ExtraRule
from voting.rulesheets.forms import AnswerForm
from voting.rulesheets.sheet_forms import Choice, TextField

_NUMBER = {
    "invalid": "请填一个数，例如 8 或 12.5。",
    "max_digits": "这个数太长了。",
    "max_decimal_places": "最多四位小数。",
    "max_whole_digits": "这个数太大了。",
    "min_value": "不能小于 %(limit_value)s。",
    "max_value": "不能大于 %(limit_value)s。",
}


class PointsField(forms.DecimalField):
    def __init__(self, **kwargs) -> None:
        super().__init__(
            max_digits=10,
            decimal_places=4,
            error_messages=_NUMBER | {"required": "这里要填一个数。"},
            widget=forms.TextInput(
                attrs={"inputmode": "decimal", "autocomplete": "off"}
            ),
            **kwargs,
        )

    def prepare_value(self, value):
        """12.5, not 12.5000."""
        if value is None or isinstance(value, str):
            return value
        return f"{value.normalize():f}"


class WhyForm(forms.Form):
    """What every act about points says: why, and by what it is known."""

    reason = TextField(
        label="理由",
        help_text="例如：按台账年终得分折算。扣分的理由会公开。",
        max_length=200,
    )
    evidence = TextField(
        label="依据",
        help_text="哪一份文件或记录，存在哪里。例如：县督查室 2026 年第 8 号通报，存办公室。",
        max_length=200,
    )


class ExtraForm(WhyForm):
    """The points of every entry for one extra; left empty: none."""

    def __init__(
        self,
        *args,
        rule: ExtraRule,
        contest: Contest,
        before: Mapping[str, GivenPoints],
        **kwargs,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.plates = {}
        entries = contest.entries.shortlisted().select_related("unit").in_number_order()
        for entry in entries:
            name = f"points-{entry.plate}"
            self.plates[name] = entry.plate
            given = before.get(entry.plate)
            self.fields[name] = PointsField(
                label=str(entry),
                required=False,
                min_value=0,
                max_value=rule.full.__ceil__(),
                initial=given.points if given else None,
            )
        self.order_fields([*self.plates, "reason", "evidence"])

    @property
    def points(self) -> dict:
        return {
            plate: self.cleaned_data.get(name) for name, plate in self.plates.items()
        }


class DeductionForm(WhyForm):
    plate = Choice(label="扣哪个单位的分")
    points = PointsField(label="扣几分", min_value=0)

    def __init__(self, *args, contest: Contest, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        entries = contest.entries.shortlisted().select_related("unit").in_number_order()
        self.fields["plate"].choices = [
            ("", "请选单位"),
            *((entry.plate, str(entry)) for entry in entries),
        ]
        self.order_fields(["plate", "points", "reason", "evidence"])


class TakeBackForm(WhyForm):
    given = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)


class PointsAnswerForm(AnswerForm):
    proposal = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2**62
    )
    answers = {"yes": "同意，对着依据核对过", "no": "不同意，退回"}
    remark_missing = "请写明为什么不同意，提出的人才知道要查什么。"
