"""What an officer fills in, and how the second person answers."""

from django import forms

from voting.integrity.decision_rules import ReasonCode
from voting.rulesheets.sheet_forms import Choice, TextField

REASON_LENGTH = 200
EVIDENCE_LENGTH = 2000

_PUBLIC = "会原文公开。不写单位和个人的名字，不说是谁让投的。最多 200 个字。"


def _reason(label: str, help_text: str) -> TextField:
    return TextField(
        label=label,
        help_text=help_text,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HoldForm(forms.Form):
    reason = _reason("为什么隔离", _PUBLIC)


class ReleaseForm(forms.Form):
    reason = _reason("为什么放回", _PUBLIC)


class DismissForm(forms.Form):
    reason = _reason(
        "为什么不隔离", "例如：一个单位组织的真实投票，时间集中，但设备和选法都正常。"
    )


class ProposeVoidForm(forms.Form):
    code = Choice(
        label="原因类别",
        choices=[(code.value, code.label) for code in ReasonCode],
        widget=forms.RadioSelect,
    )
    reason = _reason("公开的理由", _PUBLIC)
    evidence = TextField(
        label="给第二人看的依据",
        help_text="看了什么、抽查了几张、怎么判断的。不公开，留在记录里。",
        max_length=EVIDENCE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ProposeRestoreForm(forms.Form):
    reason = _reason("公开的理由", _PUBLIC)
    evidence = TextField(
        label="给第二人看的依据",
        help_text="为什么当初的判断不对。不公开，留在记录里。",
        max_length=EVIDENCE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    objection = forms.IntegerField(required=False, widget=forms.HiddenInput)


class VoterDaysForm(forms.Form):
    """Nothing to fill in: the page says how many would come."""


class DecideForm(forms.Form):
    """``proposal`` ties the answer to what was read on the page."""

    proposal = forms.IntegerField(widget=forms.HiddenInput)
    agree = Choice(
        label="您的意见",
        choices=[("yes", "同意"), ("no", "不同意，退回")],
        widget=forms.RadioSelect,
    )
    looked = forms.BooleanField(label="我抽看了原始记录，和依据相符", required=False)
    unnamed = forms.BooleanField(
        label="公开的理由里没有点名单位或者个人", required=False
    )
    remark = TextField(
        label="不同意的理由",
        required=False,
        max_length=REASON_LENGTH,
        help_text="不同意时必须写，提出的人才知道还要查什么。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("agree") == "no" and not given.get("remark"):
            self.add_error("remark", "请写明为什么不同意。")
        if given.get("agree") == "yes":
            for name in ("looked", "unnamed"):
                if not given.get(name):
                    self.add_error(name, "同意以前请做到这一条，再打上勾。")
