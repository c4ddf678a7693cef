from django import forms

from voting.judging.models import Seat
from voting.judging.rules import HostAct, Undo
from voting.stage.models import Scene

ABSENCE_REASONS = ["到场后离席", "未到场", "设备故障且来不及补纸表"]


class ActForm(forms.Form):
    """The button that the host pressed, and the entry that stood beside it."""

    act = forms.ChoiceField(choices=[(act.value, act.value) for act in HostAct])
    turn = forms.IntegerField(required=False, min_value=1, max_value=2**31)


class TurnForm(forms.Form):
    """The entry that stood beside the button."""

    turn = forms.IntegerField(min_value=1, max_value=2**31)


class UndoForm(TurnForm):
    undo = forms.ChoiceField(choices=[(undo.value, undo.value) for undo in Undo])


class ClockForm(TurnForm):
    clock = forms.ChoiceField(
        choices=[("hold", "暂停"), ("run", "继续"), ("more", "多给")]
    )


class SceneForm(forms.Form):
    scene = forms.ChoiceField(choices=Scene.choices)


class SlideForm(forms.Form):
    """The slide to turn to, and the unit that stood beside it."""

    turn = forms.IntegerField(min_value=1, max_value=2**31)
    slide = forms.IntegerField(min_value=0, max_value=1000)


class MotionForm(forms.Form):
    motion = forms.ChoiceField(choices=[("on", "打开动画"), ("off", "关闭动画")])


class AbsenceForm(forms.Form):
    """Marking a seat absent, with its code typed so that nobody is meant by mistake."""

    reason = forms.ChoiceField(
        label="理由", choices=[(reason, reason) for reason in ABSENCE_REASONS]
    )
    code = forms.CharField(
        label="键入席号确认",
        max_length=8,
        error_messages={"required": "请键入席号，避免记错人。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )

    def __init__(self, *args, seat: Seat, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.seat = seat

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip().upper()
        if code != self.seat.code.upper():
            raise forms.ValidationError(
                f"键入的是“{code}”，要记的是 {self.seat.code}。请核对后再键入。"
            )
        return code
