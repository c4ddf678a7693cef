from django import forms
from wagtail.admin.forms import WagtailAdminModelForm

from showcase.ledger.models import Deed, DeedState
from showcase.ledger.policies import runs_the_ledger, units_whose_deeds
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


# What a unit does by itself. The office admits, closes and sends back.
_STEPS_OF_UNITS = {DeedState.REPORTED}


class NewDeedForm(WagtailAdminModelForm):
    """A deed of one's own unit; who runs the ledger names any unit."""

    class Meta:
        model = Deed
        fields = ["unit", *PROMISE]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        unit.queryset = units_whose_deeds(self.for_user, unit.queryset)
        if not runs_the_ledger(self.for_user):
            unit.initial = unit.queryset.first()
            unit.empty_label = None


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
        is_office = runs_the_ledger(self.for_user)
        self.fields["step"].choices += [
            (step, label)
            for step, label in _STEPS.get(state, [])
            if is_office or step in _STEPS_OF_UNITS
        ]
        self.fields["step"].help_text = f"现在是“{self.instance.get_state_display()}”。"
        self.fields["done"].disabled = state not in _IS_AT_WORK
        if not is_office:
            self._leave_to_the_office(state)
        if state == DeedState.CLOSED:
            for field in self.fields.values():
                field.disabled = True

    def _leave_to_the_office(self, state: str) -> None:
        """A unit proposes and reports; what was promised stays promised once it is admitted."""
        del self.fields["reason"]
        if state != DeedState.PROPOSED:
            for name in PROMISE:
                self.fields[name].disabled = True
        elif not self.fields["step"].choices[1:]:
            self.fields["step"].help_text = "现在是“待立项”，等活动办公室立项。"

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
