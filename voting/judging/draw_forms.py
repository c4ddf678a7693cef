"""What is typed for a draw, and for recusals before it."""

from django import forms

from voting.judging.models import Night, Recusal, Seat
from voting.rules import draw


class Words(forms.CharField):
    default_error_messages = {
        "required": "这里要填写。",
        "max_length": "最多 %(limit_value)s 个字，现在有 %(show_value)s 个。",
        "null_characters_not_allowed": "文字里有无法保存的字符，请删掉重打。",
    }


class SeedField(Words):
    """Read off dice or balls: blanks between groups do no harm."""

    def clean(self, value) -> str:
        seed = "".join((super().clean(value) or "").split())
        if not draw.is_seed(seed):
            raise forms.ValidationError(
                "种子是 8 到 200 个数字或英文字母，不要标点。请对着现场的骰子看一遍。"
            )
        return seed


_SEED_BOX = {"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"}


class PublishForm(forms.Form):
    """``recusals`` is how many stood on the page when it was read."""

    recusals = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=10_000
    )
    complete = forms.BooleanField(
        label="回避都登记完了，名单我核对过",
        error_messages={"required": "请先核对回避和名单，再打勾。"},
    )


class SeedForm(forms.Form):
    seed = SeedField(
        label="种子",
        max_length=300,
        help_text="现场掷出的数字，从左到右。建议二十位：十面骰子掷二十次。中间空格不算。",
        widget=forms.TextInput(attrs=_SEED_BOX),
    )
    how = Words(
        label="怎么产生的、谁在场",
        max_length=200,
        help_text="例如：十面骰子掷 20 次，各单位代表在场，县电视台录像。会公开。",
    )


class SeedAnswerForm(forms.Form):
    """The second person reads the dice, not the first person's screen."""

    proposal = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2**62
    )
    agree = forms.ChoiceField(
        label="您的意见",
        choices=[("yes", "同意抽签：我也看到了这个种子"), ("no", "不同意，退回")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选同意或不同意。",
            "invalid_choice": "请选同意或不同意。",
        },
    )
    typed = SeedField(
        label="您看到的种子",
        required=False,
        max_length=300,
        help_text="请看着现场的骰子自己键入。两个人键入的一样，才会抽签。",
        widget=forms.TextInput(attrs=_SEED_BOX),
    )
    remark = Words(
        label="不同意的理由",
        required=False,
        max_length=200,
        help_text="不同意时必须写。",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.data.get("agree") == "no":
            self.fields["typed"] = Words(required=False, max_length=300)

    def clean(self):
        given = self.cleaned_data
        if given.get("agree") == "no" and not given.get("remark"):
            self.add_error("remark", "请写明为什么不同意，主持人才知道要查什么。")
        return given


class RecusalForm(forms.Form):
    """One seat that does not mark one entry, and why."""

    seat = forms.ModelChoiceField(
        Seat.objects.none(),
        label="席位",
        error_messages={
            "required": "请选席位。",
            "invalid_choice": "没有这个席位，请从列出的里面选。",
        },
    )
    entry = forms.ModelChoiceField(
        None,
        label="回避的单位",
        error_messages={
            "required": "请选单位。",
            "invalid_choice": "没有这个单位，请从列出的里面选。",
        },
    )
    reason = Words(
        label="理由",
        max_length=100,
        help_text="例如：曾在该单位任职。只留在记录里，不公开。",
    )

    def __init__(self, *args, night: Night, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seat"].queryset = Seat.objects.of_night(night).in_order()
        self.fields["entry"].queryset = (
            night.contest.entries.shortlisted().select_related("unit").in_number_order()
        )

    def clean(self):
        given = self.cleaned_data
        seat, entry = given.get("seat"), given.get("entry")
        if seat and entry and Recusal.objects.filter(seat=seat, entry=entry).exists():
            raise forms.ValidationError("这个席位已经登记回避这个单位，没有再登记。")
        return given


class TakeBackForm(forms.Form):
    recusal = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    reason = Words(label="为什么取消", max_length=100)
