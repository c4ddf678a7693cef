"""What is typed to make a rehearsal."""

from datetime import timedelta

from django import forms
from django.utils import timezone

_LONGEST_AHEAD = timedelta(days=366)


class MakeForm(forms.Form):
    """``number`` is the rehearsal that the page offered: pressed twice, one is made."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10_000)
    order = forms.ChoiceField(
        label="出场顺序",
        choices=[
            ("keep", "沿用已经抽出的顺序"),
            ("draw", "演练时再抽一次，连抽签一起练"),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选出场顺序怎么来。",
            "invalid_choice": "请从列出的里面选出场顺序怎么来。",
        },
    )
    opens_at = forms.DateTimeField(
        label="什么时候开放打分",
        required=False,
        help_text="不填就是马上开放；要抽签的，抽完才开放。",
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "step": "60"}
        ),
        error_messages={"invalid": "时间没有读懂，请写成 2026-06-01 18:00 这样。"},
    )

    def __init__(self, *args, is_drawn: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not is_drawn:
            self.fields["order"].choices = [self.fields["order"].choices[1]]

    def clean_opens_at(self):
        opens_at = self.cleaned_data["opens_at"]
        if opens_at and opens_at > timezone.now() + _LONGEST_AHEAD:
            raise forms.ValidationError("演练要在一年以内，请核对年份。")
        return opens_at
