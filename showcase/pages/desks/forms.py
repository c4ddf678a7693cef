from collections.abc import Sequence

from django import forms

from showcase.pages.desks.queries import Desk, fingerprint


class ChooseDesksForm(forms.Form):
    """Which units, and what for: opening what they lack, or new letters."""

    OPEN, LETTERS = "open", "letters"
    act = forms.ChoiceField(
        choices=[(OPEN, "开通"), (LETTERS, "重新出信")], required=True
    )
    units = forms.MultipleChoiceField(
        label="单位", error_messages={"required": "请先勾选单位。"}
    )

    def __init__(self, *args, desks: Sequence[Desk], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(desk.unit.pk): desk for desk in desks}
        self.fields["units"].choices = [
            (pk, desk.unit.name) for pk, desk in self.by_id.items()
        ]

    def clean(self):
        cleaned = super().clean()
        without = [desk.unit.short_name for desk in self.desks if not desk.account]
        if self.is_for_letters and without:
            self.add_error(
                "units",
                f"{'、'.join(without[:10])}还没有账号，不能重新出信。请先开通。",
            )
        return cleaned

    @property
    def desks(self) -> list[Desk]:
        return [self.by_id[pk] for pk in self.cleaned_data.get("units", [])]

    @property
    def is_for_letters(self) -> bool:
        return self.cleaned_data.get("act") == self.LETTERS


class ConfirmDesksForm(ChooseDesksForm):
    """What was previewed: each unit comes back with the state it was seen in."""

    seen = forms.JSONField()

    def clean_seen(self) -> dict[str, str]:
        seen = self.cleaned_data["seen"]
        return seen if isinstance(seen, dict) else {}


def seen(desks: Sequence[Desk]) -> dict[str, str]:
    return {str(desk.unit.pk): fingerprint(desk) for desk in desks}
