from django import forms
from wagtail.admin.widgets import AdminAutoHeightTextInput

from showcase.contests.models import Gone

_PUBLIC = "会原样写进公告，也显示在单位的展示页上。不要写个人信息。"
_KEPT = "写给第二人和审计看：谁提的、依据什么材料。不公开。"


def _words(label: str, help_text: str, missing: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=300,
        widget=AdminAutoHeightTextInput,
        help_text=help_text,
        error_messages={
            "required": missing,
            "max_length": "最多 %(limit_value)s 个字，现在有 %(show_value)s 个。",
            "null_characters_not_allowed": "文字里有无法保存的字符，请删掉重打。",
        },
    )


class WithdrawForm(forms.Form):
    """Why an entry leaves: in which way, for everybody, and for the second person."""

    kind = forms.ChoiceField(
        label="怎么办",
        choices=[
            (Gone.WITHDRAWN.value, "单位退出评议（单位自己提出，或撤并）"),
            (Gone.DISQUALIFIED.value, "取消参评资格（违反规则）"),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选一项。",
            "invalid_choice": "没有这一项，请从列出的里面选。",
        },
    )
    words = _words("公告里的原因", _PUBLIC, "请写明原因，公众会看到。")
    reason = _words("提出的依据", _KEPT, "请写明依据，第二人要看。")


class ReinstateForm(forms.Form):
    words = _words("公告里的说明", _PUBLIC, "请写明为什么恢复，公众会看到。")
    reason = _words("提出的依据", _KEPT, "请写明依据，第二人要看。")


class AnswerForm(forms.Form):
    """The second person's answer. ``proposal`` ties it to what was read on the page."""

    proposal = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2**62
    )
    agree = forms.ChoiceField(
        label="您的意见",
        choices=[("yes", "同意，上面写的我都核对过"), ("no", "不同意，退回")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选同意或不同意。",
            "invalid_choice": "请选同意或不同意。",
        },
    )
    remark = forms.CharField(
        label="不同意的理由",
        required=False,
        max_length=300,
        widget=AdminAutoHeightTextInput,
        help_text="不同意时必须写，提出的人看得到。",
    )

    def clean(self):
        given = self.cleaned_data
        if given.get("agree") == "no" and not given.get("remark"):
            self.add_error("remark", "请写明为什么不同意，提出的人才知道要查什么。")
        return given
