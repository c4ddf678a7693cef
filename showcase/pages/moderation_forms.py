from django import forms

from showcase.pages.moderation_rules import CHECKLIST, REASONS, Question


class ChecklistForm(forms.Form):
    """Every item of the checklist, each to be confirmed by itself."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for item in CHECKLIST:
            if isinstance(item, Question):
                self.fields[item.name] = forms.ChoiceField(
                    label=item.label,
                    help_text=item.sentence,
                    choices=item.choices,
                    widget=forms.RadioSelect,
                    error_messages={"required": f"“{item.label}”还没有回答。"},
                )
            else:
                self.fields[item.name] = forms.BooleanField(
                    label=item.label,
                    help_text=item.sentence,
                    error_messages={"required": f"“{item.label}”还没有核对。"},
                )


class ReturnForm(forms.Form):
    reason = forms.ChoiceField(
        label="退回的原因",
        choices=[("", "请选择"), *REASONS],
        error_messages={"required": "请选一个退回的原因。"},
    )
    words = forms.CharField(
        label="要改哪里、怎么改",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="单位会看到这段话。写清楚是哪一块、哪句话、哪张照片。",
        error_messages={
            "required": "请写明要改哪里、怎么改，单位才知道怎么办。",
            "max_length": "最多 1000 个字。",
        },
    )
