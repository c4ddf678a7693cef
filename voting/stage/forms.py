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


def _acts(*acts: str) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[(act, act) for act in acts])


class StepForm(forms.Form):
    """What a press about the reveal tells: the step that stood beside it, or where to begin."""

    BEGIN, AHEAD, BACK = "begin", "ahead", "back"

    seen = forms.IntegerField(required=False, min_value=0, max_value=10_000)
    first = forms.IntegerField(required=False, min_value=1, max_value=10_000)
    read_aloud = forms.BooleanField(required=False)


class RevealForm(StepForm):
    """One press at the host's console."""

    GIVE, TAKE, STOP, END = "give", "take", "stop", "end"

    act = _acts(
        *(StepForm.BEGIN, StepForm.AHEAD, StepForm.BACK),
        *(GIVE, TAKE, STOP, END),
    )
    reason = forms.CharField(required=False, max_length=200)


class PresenterForm(StepForm):
    """One press on the presenter's phone."""

    HAND, BLACK, LIGHT = "hand", "black", "light"

    act = _acts(StepForm.BEGIN, StepForm.AHEAD, StepForm.BACK, HAND, BLACK, LIGHT)


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
