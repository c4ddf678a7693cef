from decimal import Decimal

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm

from showcase.reviews.models import ReviewRound
from showcase.reviews.rules import LARGEST_MAXIMUM, plain, read_number
from showcase.reviews.services import KINDS

ROWS = 8


class RoundForm(WagtailAdminModelForm):
    """How a round is ranked. What is marked stands in :class:`CriteriaForm`."""

    class Meta:
        model = ReviewRound
        fields = [
            "reviewers_per_entry",
            "trim_from",
            "goes_on",
            "normalised",
            "shows_others",
            "publishes_scores",
            "shares_remarks",
        ]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        disable(self, self.instance.is_frozen)


def disable(form: forms.BaseForm, frozen: bool) -> None:
    """What is frozen can be read, not typed over."""
    for field in form.fields.values():
        field.disabled = frozen


def _number(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


class CriteriaForm(forms.Form):
    """A row for each criterion; a row without a name is none."""

    def __init__(self, *args, criteria=(), frozen=False, **kwargs) -> None:
        initial = {
            f"{part}-{index}": row[part]
            for index, row in enumerate(criteria)
            for part in ("code", "name", "maximum", "step", "weight")
        }
        super().__init__(*args, **{"initial": initial} | kwargs)
        self.places = range(len(criteria) if frozen else ROWS)
        for index in self.places:
            self.fields[f"code-{index}"] = forms.CharField(
                required=False, max_length=12, widget=forms.HiddenInput
            )
            self.fields[f"name-{index}"] = forms.CharField(
                label=f"第 {index + 1} 项", required=False, max_length=20
            )
            self.fields[f"maximum-{index}"] = _number("满分")
            self.fields[f"step-{index}"] = _number("每档")
            self.fields[f"weight-{index}"] = _number("权重")
        disable(self, frozen)

    @property
    def rows(self):
        return [
            [self[f"{part}-{index}"] for part in ("name", "maximum", "step", "weight")]
            for index in self.places
        ]

    @property
    def codes(self):
        return [self[f"code-{index}"] for index in self.places]

    def clean(self):
        named = [
            index for index in self.places if self.cleaned_data.get(f"name-{index}")
        ]
        if not named:
            raise forms.ValidationError("至少要有一个评分项。")
        names = [self.cleaned_data[f"name-{index}"] for index in named]
        for index, name in zip(named, names, strict=True):
            if names.count(name) > 1:
                self.add_error(f"name-{index}", "两个评分项不能同名。")
            self._clean_numbers(index)
        return self.cleaned_data

    def _clean_numbers(self, index: int) -> None:
        maximum = self._positive(f"maximum-{index}", most=LARGEST_MAXIMUM)
        step = self._positive(f"step-{index}", most=LARGEST_MAXIMUM)
        self._positive(f"weight-{index}", most=LARGEST_MAXIMUM)
        if maximum and step and maximum % step:
            self.add_error(f"step-{index}", f"满分 {plain(maximum)} 要是每档的整数倍。")

    def _positive(self, name: str, *, most: int) -> Decimal | None:
        if name not in self.cleaned_data:
            return None
        value = read_number(self.cleaned_data[name])
        if value is None or not 0 < value <= most:
            self.add_error(name, f"请填大于 0、不超过 {most} 的数。")
            return None
        if value.as_tuple().exponent < -2:
            self.add_error(name, "最多两位小数。")
            return None
        return value

    @property
    def criteria(self) -> list[dict[str, str]]:
        """A criterion keeps its code whatever is done to the rows around it."""
        data, rows = self.cleaned_data, []
        taken = {data[f"code-{index}"] for index in self.places}
        fresh = (code for n in range(1, 99) if (code := f"c{n}") not in taken)
        for index in self.places:
            if not data[f"name-{index}"]:
                continue
            code = data[f"code-{index}"]
            known = [row["code"] for row in rows]
            usable = code.isascii() and code.isalnum() and code not in known
            rows.append(
                {
                    "code": code if usable else next(fresh),
                    "name": data[f"name-{index}"],
                    **{
                        part: plain(read_number(data[f"{part}-{index}"]))
                        for part in ("maximum", "step", "weight")
                    },
                }
            )
        return rows


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明理由。理由会留在记录里。"},
    )


class TieForm(ReasonForm):
    """What one person proposes for a tie at the cut."""

    inputs_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="怎样处理",
        choices=list(KINDS.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选一种办法。",
            "invalid_choice": "请选一种办法。",
        },
    )
    chosen = forms.MultipleChoiceField(
        label="裁定进入的单位（只在署名裁定时选）",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "请在并列的单位里选。"},
    )
    field_order = ["inputs_hash", "kind", "chosen", "reason"]

    def __init__(self, *args, tied=(), kinds=tuple(KINDS), **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = list(tied)
        self.fields["kind"].choices = [
            (kind, label) for kind, label in KINDS.items() if kind in kinds
        ]


class AnswerForm(forms.Form):
    """The second person's answer. ``proposal`` ties it to what was read on the page."""

    proposal = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2**62
    )
    agree = forms.ChoiceField(
        label="您的意见",
        choices=[("yes", "同意"), ("no", "不同意")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选同意或不同意。",
            "invalid_choice": "请选同意或不同意。",
        },
    )
    remark = forms.CharField(
        label="不同意的理由",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self):
        if self.cleaned_data.get("agree") == "no" and not self.cleaned_data.get(
            "remark"
        ):
            self.add_error("remark", "请写明为什么不同意，提出的人才知道要查什么。")
        return self.cleaned_data


class NumbersForm(forms.Form):
    """The number of each unit on the shortlist; the offered ones follow the units' codes."""

    def __init__(self, *args, chosen, offered, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [code for code, _ in chosen]
        for code, name in chosen:
            self.fields[f"number-{code}"] = forms.IntegerField(
                label=name, min_value=1, max_value=999, initial=offered[code]
            )

    def clean(self):
        taken: dict[int, str] = {}
        for name, number in list(self.cleaned_data.items()):
            if number in taken:
                self.add_error(name, f"{number} 号已经给了{taken[number]}。")
            else:
                taken[number] = self.fields[name].label
        return self.cleaned_data

    @property
    def numbers(self) -> dict[str, int]:
        return {code: self.cleaned_data[f"number-{code}"] for code in self.codes}
