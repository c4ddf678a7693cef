"""What is typed at the desk of a result: one form for each act of one or two people."""

from django import forms

from voting.results.revising_rules import LEAST_REASON
from voting.rulesheets.forms import AnswerForm
from voting.rulesheets.sheet_forms import TextField


class ProposeForm(forms.Form):
    """``computation`` ties the proposal to what was read on the page."""

    computation = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2**62
    )
    reason = TextField(
        label="理由",
        help_text="例如：评分表、选票和规则都核对过，三人在场。会留在记录里。",
        max_length=200,
    )


class ReviseForm(ProposeForm):
    reason = TextField(
        label="更正的理由",
        help_text="错在哪里，凭什么改。会公开，请不要写个人信息。",
        min_length=LEAST_REASON,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "min_length": "理由会公开，至少写 %(limit_value)s 个字，现在有 %(show_value)s 个。"
        },
    )


class ReleaseForm(forms.Form):
    sure = forms.BooleanField(
        label="现场揭晓已经结束，或者不在现场揭晓；现在就公开",
        error_messages={"required": "请先打勾，确认现在就公开。"},
    )


class FinaliseForm(forms.Form):
    """``publication`` is the result that was read on the page."""

    publication = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2**62
    )
    reason = TextField(
        label="理由",
        help_text="例如：公示期满，异议都已答复，领导小组 12 月 12 日会议通过。会留在记录里。",
        max_length=200,
    )


class ReopenForm(forms.Form):
    reason = TextField(
        label="为什么重新打开",
        help_text="查出了什么，要更正哪里。会公开，请不要写个人信息。",
        min_length=LEAST_REASON,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "min_length": "理由会公开，至少写 %(limit_value)s 个字，现在有 %(show_value)s 个。"
        },
    )


class ConfirmForm(AnswerForm):
    proposal = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2**62
    )
    answers = {"yes": "同意，以上结果我都核对过", "no": "不同意，先不确定"}
    remark_missing = "请写明为什么不同意，提出的人才知道要查什么。"


class ConfirmRevisionForm(ConfirmForm):
    answers = {"yes": "同意更正，变化我都核对过", "no": "不同意，结果不变"}


class ConfirmFinalForm(ConfirmForm):
    answers = {"yes": "同意最终确定，此后不再改变", "no": "不同意，先不确定"}


class ConfirmReopeningForm(ConfirmForm):
    answers = {"yes": "同意重新打开，以便更正", "no": "不同意，最终结果不变"}
