"""What somebody writes who objects to a result, and what the desk answers."""

from uuid import UUID, uuid4

from django import forms

from showcase.contests.models import Contest, Entry
from voting.results.objection_models import OUTCOMES
from voting.results.objection_rules import Outcome, phone_of
from voting.results.objection_services import Person
from voting.rulesheets.forms import AnswerForm
from voting.rulesheets.sheet_forms import Choice, TextField

WHOLE = "整个结果，不是某一个单位"


class RequestKey(forms.UUIDField):
    """Made with the page, so that a form which is sent twice is one objection."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, required=False, initial=uuid4)

    def clean(self, value) -> UUID:
        try:
            return super().clean(value) or uuid4()
        except forms.ValidationError:
            return uuid4()


class MadeObjectionForm(forms.Form):
    """By real name. The files are looked at apart: a bad one loses nothing that was typed."""

    request = RequestKey()
    entry = Choice(
        label="关于哪个单位", required=False, widget=forms.Select, choices=[]
    )
    text = TextField(
        label="您的异议",
        help_text="对哪一项有异议，事实是什么，您怎么知道的。不用写您是谁，下面另填。",
        min_length=10,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={
            "required": "请写写您的异议，说清楚事实就行。",
            "min_length": "请再写具体一点，至少 %(limit_value)s 个字，我们才知道查什么。",
        },
    )
    name = TextField(
        label="姓名",
        min_length=2,
        max_length=30,
        help_text="请填真实姓名。加密保存，只有办理的人看得到，不公布。",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": "请填真实姓名。异议要实名提出，姓名不会公布。",
            "min_length": "请填完整的姓名。",
        },
    )
    phone = TextField(
        label="电话",
        max_length=30,
        help_text="手机或座机，座机请带区号。只用来核实情况，加密保存。",
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}
        ),
        error_messages={"required": "请填一个找得到您的电话，核实时用。"},
    )
    address = TextField(
        label="单位或住址",
        required=False,
        max_length=80,
        help_text="需要当面核实时用。加密保存。",
    )

    def __init__(self, *args, contest: Contest, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        entries = contest.entries.shortlisted().select_related("unit")
        self.entries: dict[str, Entry] = {
            entry.plate: entry for entry in entries.in_number_order()
        }
        self.fields["entry"].choices = [
            ("", WHOLE),
            *((plate, str(entry)) for plate, entry in self.entries.items()),
        ]

    def clean_phone(self) -> str:
        phone = phone_of(self.cleaned_data["phone"])
        if phone is None:
            raise forms.ValidationError(
                "这不像一个电话号码。手机 11 位；座机请带区号，例如 0319-7654321。"
            )
        return phone

    @property
    def named_entry(self) -> Entry | None:
        return self.entries.get(self.cleaned_data["entry"])

    @property
    def person(self) -> Person:
        given = self.cleaned_data
        return Person(given["name"], given["phone"], given["address"])


class StepForm(forms.Form):
    note = TextField(
        label="给提出人的说明（可以不填）",
        required=False,
        max_length=300,
        help_text="例如：已请现场监督员调看评分表的原件。提出人凭查询码看得到，不公布。",
    )


class ReplyForm(forms.Form):
    """What will be answered, and what everybody will read."""

    outcome = Choice(label="结论", choices=OUTCOMES, widget=forms.RadioSelect)
    question = TextField(
        label="公布的异议内容",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="用自己的话概括，去掉姓名、电话和能认出提出人的细节。不予受理的可以空着，只计件数。",
    )
    answer = TextField(
        label="答复",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="提出人看到的和公布的是同一份。写查了什么、查出什么、怎么办。",
    )
    reason = TextField(
        label="给第二人看的依据",
        max_length=300,
        help_text="查了哪些记录、谁核实的。会留在记录里随核对包公开，不要写个人信息。",
    )

    def clean_outcome(self) -> Outcome:
        return Outcome(self.cleaned_data["outcome"])

    def clean(self) -> None:
        given = self.cleaned_data
        outcome = given.get("outcome")
        if outcome not in (None, Outcome.DECLINED) and not given.get("question"):
            self.add_error("question", "请写明公布的异议内容，公众才看得懂答复。")


class ConfirmReplyForm(AnswerForm):
    answers = {"yes": "同意这样答复，结论和公布的文字我都核对过", "no": "不同意，退回"}
    remark_missing = "请写明为什么不同意，提出的人才知道要改什么。"
