from django import forms

from voting.polls.models import Poll
from voting.polls.voter_models import MOST_CODES, CodeBatch


class CodeForm(forms.Form):
    code = forms.CharField(
        label="投票码",
        max_length=60,
        help_text="纸条上一共 9 位，例如 HAD-7K2-YMR。大小写、横线都不要紧。",
        error_messages={"required": "请先输入纸条上的投票码。"},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "data-from-fragment": "",
            }
        ),
    )


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label="手机号",
        max_length=40,
        help_text="11 位，例如 138 0013 8000。只用来收验证码；我们不存号码，只存算不回去的代号。",
        error_messages={"required": "请先输入手机号。"},
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}
        ),
    )


class PhoneCodeForm(forms.Form):
    digits = forms.CharField(
        label="验证码",
        max_length=40,
        help_text="短信里的 6 位数字，5 分钟内有效。",
        error_messages={"required": "请先输入短信里的 6 位数字。"},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
    )


class BatchForm(forms.ModelForm):
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = CodeBatch
        fields = ["label", "village", "count"]
        help_texts = {
            "label": "例如“第一批”。同一个活动里不能重名。",
            "village": "例如“大营子村”。印在每张纸条上，也写进操作记录。",
            "count": f"一批最多 {MOST_CODES} 张，A4 纸一页 8 张。",
        }

    def __init__(self, *args, poll: Poll, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.instance.poll = poll
        self.fields["count"].widget = forms.NumberInput(
            attrs={"min": 1, "max": MOST_CODES}
        )
