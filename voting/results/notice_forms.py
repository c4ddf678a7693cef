from datetime import datetime

from django import forms
from django.utils import timezone

from voting.results.notice_rules import CLOSES
from voting.rulesheets.sheet_forms import TextField


class ExtendNoticeForm(forms.Form):
    last_day = forms.DateField(
        label="延长到哪一天",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=f"到这一天 {CLOSES:%H:%M} 截止。只能往后，不能缩短。",
        error_messages={
            "required": "请选延长到哪一天。",
            "invalid": "看不懂这个日期，请像 2026-12-11 这样填。",
        },
    )
    reason = TextField(
        label="为什么延长",
        max_length=300,
        help_text="会原样写进公告和公示页。不要写个人信息。",
        error_messages={"required": "请写明原因，公众会看到。"},
    )

    def clean_last_day(self):
        day = self.cleaned_data["last_day"]
        if not timezone.localdate().year <= day.year <= timezone.localdate().year + 1:
            raise forms.ValidationError("请选今年或者明年的一天。")
        return day

    @property
    def closes_at(self) -> datetime:
        return timezone.make_aware(
            datetime.combine(self.cleaned_data["last_day"], CLOSES)
        )
