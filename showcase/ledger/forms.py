from django import forms
from wagtail.admin.forms import WagtailAdminModelForm

from showcase.ledger.models import Deed, DeedState
from showcase.ledger.services import PROMISE

_STEPS = {
    DeedState.PROPOSED: [(DeedState.ADMITTED, "立项")],
    DeedState.IN_PROGRESS: [(DeedState.REPORTED, "报完成，请求验收")],
    DeedState.REPORTED: [
        (DeedState.CLOSED, "验收通过，销号"),
        (DeedState.IN_PROGRESS, "验收不通过，退回继续办"),
    ],
}
_IS_AT_WORK = {DeedState.ADMITTED, DeedState.IN_PROGRESS}


class DeedForm(WagtailAdminModelForm):
    """The promise, how much of it is done, and the next step of its state."""

    step = forms.ChoiceField(label="下一步", required=False, choices=[("", "不变")])
    reason = forms.CharField(
        label="退回理由", max_length=200, required=False, help_text="退回时必须写。"
    )

    class Meta:
        model = Deed
        fields = [*PROMISE, "done"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        state = self.instance.state
        self.fields["step"].choices += _STEPS.get(state, [])
        self.fields["step"].help_text = f"现在是“{self.instance.get_state_display()}”。"
        self.fields["done"].disabled = state not in _IS_AT_WORK
        if state == DeedState.CLOSED:
            for field in self.fields.values():
                field.disabled = True

    def clean(self):
        cleaned = super().clean()
        if (
            self.instance.state == DeedState.REPORTED
            and cleaned.get("step") == DeedState.IN_PROGRESS
            and not cleaned.get("reason", "").strip()
        ):
            self.add_error("reason", "请写明退回的理由。理由会留在记录里。")
        return cleaned

    @property
    def promise(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in PROMISE}
