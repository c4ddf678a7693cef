"""The fields that acts of two people in public share."""

from django import forms
from wagtail.admin.widgets import AdminAutoHeightTextInput

PUBLIC = "会原样写进公告，也显示在单位的展示页上。不要写个人信息。"
KEPT = "写给第二人和审计看：谁提的、依据什么材料。不公开。"


def words_field(
    label: str, help_text: str, missing: str, *, required: bool = True
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=300,
        required=required,
        widget=AdminAutoHeightTextInput,
        help_text=help_text,
        error_messages={
            "required": missing,
            "max_length": "最多 %(limit_value)s 个字，现在有 %(show_value)s 个。",
            "null_characters_not_allowed": "文字里有无法保存的字符，请删掉重打。",
        },
    )


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
    remark = words_field(
        "不同意的理由", "不同意时必须写，提出的人看得到。", "", required=False
    )

    def clean(self):
        given = self.cleaned_data
        if given.get("agree") == "no" and not given.get("remark"):
            self.add_error("remark", "请写明为什么不同意，提出的人才知道要查什么。")
        return given
