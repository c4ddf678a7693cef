"""The small forms around a rule sheet: begin one, propose its freezing, answer the proposal."""

from django import forms

from voting.rulesheets.sheet_forms import Choice, TextField
from voting.rulesheets.templates import TEMPLATES

FREEZE_WORD = "冻结"


class StartForm(forms.Form):
    template = Choice(
        label="从哪一种开始",
        choices=[(template.code, template.name) for template in TEMPLATES],
        widget=forms.RadioSelect,
    )


class ProposeForm(forms.Form):
    reason = TextField(
        label="理由",
        help_text="例如：领导小组 10 月 28 日会议通过。会留在记录里。",
        max_length=200,
    )
    typed = TextField(label=f"键入“{FREEZE_WORD}”两个字", max_length=20)

    def clean_typed(self) -> str:
        if self.cleaned_data["typed"] != FREEZE_WORD:
            raise forms.ValidationError(
                f"请键入“{FREEZE_WORD}”两个字，确认您要提出冻结。"
            )
        return FREEZE_WORD


class AnswerForm(forms.Form):
    """The second person's answer. ``proposal`` ties it to what was read on the page."""

    answers: dict[str, str]
    remark_missing: str

    proposal = forms.IntegerField(widget=forms.HiddenInput)
    agree = Choice(label="您的意见", widget=forms.RadioSelect)
    remark = TextField(
        label="不同意的理由",
        required=False,
        max_length=200,
        help_text="不同意时必须写。",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agree"].choices = list(self.answers.items())

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("agree") == "no" and not given.get("remark"):
            self.add_error("remark", self.remark_missing)


class ConfirmForm(AnswerForm):
    answers = {"yes": "同意冻结，以上规则我都看过", "no": "不同意，退回修改"}
    remark_missing = "请写明为什么不同意，管理员才知道改什么。"
