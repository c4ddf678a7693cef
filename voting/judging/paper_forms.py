"""What a tabulator types from paper, and how the second person answers."""

from collections.abc import Iterable

from django import forms

from voting.judging.errors import PaperRefused
from voting.judging.models import Criterion
from voting.judging.rules import read_marks


class Words(forms.CharField):
    default_error_messages = {
        "required": "这里要填写。",
        "min_length": "请写得具体一点，至少 %(limit_value)s 个字。",
        "max_length": "最多 %(limit_value)s 个字，现在有 %(show_value)s 个。",
        "null_characters_not_allowed": "文字里有无法保存的字符，请删掉重打。",
    }


class NumberWords(Words):
    """Kept as typed: the service reads it, and says at its line what is wrong."""

    def __init__(self, **kwargs) -> None:
        super().__init__(
            required=False,
            max_length=20,
            widget=forms.TextInput(
                attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num"}
            ),
            **kwargs,
        )


class MarksForm(forms.Form):
    """One field ``mark-<code>`` for each criterion."""

    def __init__(self, *args, criteria: Iterable[Criterion], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        for criterion in self.criteria:
            self.fields[f"mark-{criterion.code}"] = NumberWords(label=criterion.name)

    @property
    def rows(self) -> list[tuple[Criterion, forms.BoundField]]:
        return [(each, self[f"mark-{each.code}"]) for each in self.criteria]

    def marks(self) -> dict[str, str]:
        return {
            each.code: self.cleaned_data[f"mark-{each.code}"] for each in self.criteria
        }


class PaperForm(MarksForm):
    """The paper in hand. Whether it agrees with itself is for the service to say."""

    code = Words(
        label="校验码",
        required=False,
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "class": "num",
                "size": 6,
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    total = NumberWords(label="纸面合计")
    signed = forms.BooleanField(label="纸上有评委签名", required=False)
    unaltered = forms.BooleanField(required=False)
    added_wrong = forms.BooleanField(required=False)

    def refuse(self, error: PaperRefused) -> None:
        """Put each sentence at its field."""
        for name, sentence in error.problems.items():
            self.add_error(name, sentence)

    @property
    def total_is_the_only_problem(self) -> bool:
        return set(self.errors) == {"total"}


class ReturnForm(forms.Form):
    """What does not agree, for whoever types it again."""

    remark = Words(
        label="哪里对不上（至少 4 个字）",
        min_length=4,
        max_length=300,
        error_messages={"required": "请写明哪里对不上，录入的人要照着重录。"},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CorrectionForm(MarksForm):
    """The whole sheet as it should stand, and why."""

    reason = Words(
        label="理由",
        min_length=8,
        max_length=300,
        error_messages={"required": "请写明为什么更正，监督员和公开记录都要看。"},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self):
        """Said together with what is wrong with the reason, not after it."""
        ranges = [each.range for each in self.criteria]
        given = {
            each.code: self.cleaned_data.get(f"mark-{each.code}")
            for each in self.criteria
            if f"mark-{each.code}" not in self.errors
        }
        for code, sentence in read_marks(given, ranges)[1].items():
            if code in given:
                self.add_error(f"mark-{code}", sentence)
        return self.cleaned_data


class LateForm(forms.Form):
    """Count a late sheet, or leave it filed; either needs its reason."""

    act = forms.ChoiceField(
        choices=[("count", "提议计入"), ("file", "不计入，留档")],
        error_messages={
            "required": "请选计入或不计入。",
            "invalid_choice": "请选计入或不计入。",
        },
    )
    reason = Words(
        label="理由（至少 8 个字）",
        min_length=8,
        max_length=300,
        error_messages={"required": "请写明理由：计入要由监督员照着定，不计入要留档。"},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FixRejectForm(forms.Form):
    """Why the supervisor does not agree to a new version."""

    remark = Words(
        label="写明（至少 8 个字）",
        min_length=8,
        max_length=300,
        error_messages={"required": "请写明为什么退回，计分员要照着处理。"},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
