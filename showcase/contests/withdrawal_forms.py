from django import forms

from showcase.contests.models import Gone
from showcase.contests.proposal_forms import KEPT, PUBLIC, words_field


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
    words = words_field("公告里的原因", PUBLIC, "请写明原因，公众会看到。")
    reason = words_field("提出的依据", KEPT, "请写明依据，第二人要看。")


class ReinstateForm(forms.Form):
    words = words_field("公告里的说明", PUBLIC, "请写明为什么恢复，公众会看到。")
    reason = words_field("提出的依据", KEPT, "请写明依据，第二人要看。")
