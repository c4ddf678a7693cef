from django import forms

from voting.rulesheets.sheet_forms import Choice, TextField


class ObjectionForm(forms.Form):
    """What a voter writes. The 受理号 was looked up before."""

    text = TextField(
        label="您的异议",
        help_text="写写这张票是怎么投的，例如：本人用自己的手机投的，当时和家人连着同一个无线网。",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "请写写您的异议，两三句就够。"},
    )
    contact = TextField(
        label="联系方式",
        required=False,
        max_length=60,
        help_text="需要核对时联系您用。加密保存，只有答复的人看得到，不公开。",
    )


class AnswerObjectionForm(forms.Form):
    outcome = Choice(
        label="结论",
        choices=[
            ("upheld", "异议成立，这张选票应当恢复"),
            ("refused", "异议不成立，维持作废"),
        ],
        widget=forms.RadioSelect,
    )
    text = TextField(
        label="给投票人的答复",
        help_text="投票人凭受理号看到。不写单位，不写投给了谁。",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
