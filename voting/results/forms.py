from django import forms

from voting.rulesheets.forms import AnswerForm
from voting.rulesheets.sheet_forms import TextField


class ProposeForm(forms.Form):
    """``computation`` ties the proposal to what was read on the page."""

    computation = forms.IntegerField(widget=forms.HiddenInput)
    reason = TextField(
        label="理由",
        help_text="例如：评分表、选票和规则都核对过，三人在场。会留在记录里。",
        max_length=200,
    )


class ConfirmForm(AnswerForm):
    answers = {"yes": "同意公布，以上结果我都核对过", "no": "不同意，先不公布"}
    remark_missing = "请写明为什么不同意，提出的人才知道要查什么。"
