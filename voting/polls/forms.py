from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateTimeInput

from showcase.contests.models import Contest
from voting.polls.errors import PollFrozen, WrongPicks
from voting.polls.models import Poll, device_only
from voting.polls.rules import (
    CHOSEN,
    Form,
    FrozenEntry,
    FrozenPoll,
    answers_of,
    choices_from,
    digits_of,
    entries_called,
    grade_called,
    grades_from,
    ticked_entries,
)
from voting.polls.voters.registry import ADAPTERS

SETTINGS = (
    "form",
    "picks_min",
    "picks_max",
    "adapters",
    "quota",
    "quota_period",
    "counts",
)


class PollForm(WagtailAdminModelForm):
    """The settings of a poll. Those of one that has opened can be read only."""

    adapters = forms.MultipleChoiceField(
        label="怎样认定投票人",
        choices=[(adapter.name, adapter.label) for adapter in ADAPTERS.values()],
        widget=forms.CheckboxSelectMultiple,
        initial=device_only,
        help_text="至少一种。正式活动还要有一种不需要 JavaScript 的：“手机或电脑”要用 JavaScript，演练活动才可以单用它。",
        error_messages={"required": "请至少选一种，否则谁也投不了。"},
    )

    class Meta:
        model = Poll
        fields = ["contest", *SETTINGS]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].help_text = (
            "要和计分规则里的一样。评满意度时，下面的“最少”“最多”指评几个单位："
            "两个都填入围单位的总数，就是每个单位都要评。"
        )
        if self.instance.pk is None:
            self.fields["contest"].queryset = Contest.objects.filter(poll=None)
            return
        self.fields["contest"].disabled = True
        if self.instance.is_opened:
            self.fields["contest"].help_text = PollFrozen.message
            for name in SETTINGS:
                self.fields[name].disabled = True


class WordsForm(forms.Form):
    """Why a poll is interrupted, in the words that the public reads."""

    words = forms.CharField(
        label="为什么暂停",
        max_length=300,
        widget=AdminAutoHeightTextInput,
        help_text="会原样写进公告，也显示在投票页上。不要写个人信息。",
        error_messages={"required": "请写明原因，公众会看到。"},
    )


class ResumeForm(forms.Form):
    words = forms.CharField(
        label="说明（可以不填）",
        max_length=300,
        required=False,
        widget=AdminAutoHeightTextInput,
        help_text="查出了什么、怎么处理的。会写进公告。",
    )


class ExtendForm(forms.Form):
    closes_at = forms.DateTimeField(
        label="新的截止时间",
        help_text="现在填着的是已经公布的截止时间，只能往后改。",
        widget=AdminDateTimeInput,
        error_messages={
            "required": "请填新的截止时间。",
            "invalid": "看不懂这个时间，请像 2026-11-28 18:00 这样填。",
        },
    )
    words = forms.CharField(
        label="为什么延长",
        max_length=300,
        widget=AdminAutoHeightTextInput,
        help_text="会原样写进公告。不要写个人信息。",
        error_messages={"required": "请写明原因，公众会看到。"},
    )


class BallotForm(ABC):
    """What was chosen on a ballot; a valid one has ``choices``, one byte an entry.

    No form of Django: there are as many fields as there are entries, with the names that
    the pages of the poll give them. Whoever votes is waiting, so nothing is looked at that
    a ballot which can be taken does not need.
    """

    choices: bytes

    def __init__(
        self,
        data: MultiValueDict | None = None,
        *,
        poll: FrozenPoll,
        withdrawn: Collection[int] = (),
        kept: str = "",
        picked: Collection[str] = (),
    ) -> None:
        """``kept`` is what :attr:`digits` was; ``picked`` are plates chosen elsewhere."""
        self.data = data
        self.poll = poll
        self.withdrawn = withdrawn
        self._kept = kept
        self._plates_picked = picked

    @cached_property
    def answers(self) -> dict[int, int]:
        """Numbers and their bytes: whatever was recognised, right or wrong, so that nothing
        is lost."""
        if self.data is not None:
            return self._recognised(self.data)
        answers = self._recognised(self.fields_of(self._kept, self.poll))
        answers |= self._picked(self._plates_picked)
        for number in self.withdrawn:
            answers.pop(number, None)
        return answers

    @property
    def ticked(self) -> list[FrozenEntry]:
        """The entries that have an answer, in the frozen order."""
        return [each for each in self.poll.entries if each.number in self.answers]

    def is_valid(self) -> bool:
        """Whether it was sent, and can be taken as it is."""
        return self.data is not None and not self.problem

    @cached_property
    def problem(self) -> str:
        """Why it cannot be taken; empty: nothing is wrong, or nothing was sent."""
        if self.data is None:
            return ""
        if gone := self._take_off_withdrawn():
            return (
                f"{gone[0].plate} 号{gone[0].unit}刚刚不再参评，已经帮您去掉。"
                "您选的其他单位都还在，请看一遍再核对。"
            )
        try:
            self.choices = self._choices()
        except WrongPicks as error:
            return error.message
        return ""

    def _take_off_withdrawn(self) -> list[FrozenEntry]:
        if not self.withdrawn:
            return []
        gone = [entry for entry in self.ticked if entry.number in self.withdrawn]
        for entry in gone:
            del self.answers[entry.number]
        return gone

    @property
    def digits(self) -> str:
        return digits_of(self.answers, self.poll.entries)

    @property
    def fields_to_send(self) -> list[tuple[str, str]]:
        """What a page carries so that the same choices can be sent from it."""
        fields = self.fields_of(self.digits, self.poll)
        return [(name, value) for name, values in fields.lists() for value in values]

    @staticmethod
    @abstractmethod
    def fields_of(digits: str, poll: FrozenPoll) -> MultiValueDict:
        """What :attr:`digits` was, as a page would send it."""

    def find(self, typed: str) -> FrozenEntry | str:
        """The entry that was typed, by number or name. A sentence: why none."""
        typed = typed.strip()[:20]
        called = entries_called(typed, self.poll.entries)
        found = [entry for entry in called if entry.number not in self.withdrawn]
        if not typed:
            return "请先输入编号，例如 07。"
        if called and not found:
            return f"{called[0].plate} 号{called[0].unit}不再参评，不能选。"
        if not found:
            return f"没有找到“{typed}”。编号在每张卡片的红色小旗上。"
        if len(found) > 1:
            return (
                f"有 {len(found)} 个单位的名称里有“{typed}”，请输入编号："
                + "，".join(f"{entry.plate} {entry.unit}" for entry in found[:6])
                + "。"
            )
        return found[0]

    def _recognised(self, data: MultiValueDict) -> dict[int, int]:
        raise NotImplementedError

    def _picked(self, plates: Collection[str]) -> dict[int, int]:
        return {}

    def _choices(self) -> bytes:
        raise NotImplementedError


class ApprovalForm(BallotForm):
    """Ticks: ``entry`` once for each number."""

    @staticmethod
    def fields_of(digits: str, poll: FrozenPoll) -> MultiValueDict:
        answers = answers_of(digits, poll.entries)
        ticks = [plate for plate, digit in answers.items() if digit == str(CHOSEN)]
        return MultiValueDict({"entry": ticks})

    def _recognised(self, data: MultiValueDict) -> dict[int, int]:
        return self._picked(self._plates(data))

    def _picked(self, plates: Collection[str]) -> dict[int, int]:
        entries = ticked_entries(plates, self.poll.entries)
        return {entry.number: CHOSEN for entry in entries}

    def _plates(self, data: MultiValueDict) -> list[str]:
        return [plate for plate in data.getlist("entry") if plate != data.get("remove")]

    def _choices(self) -> bytes:
        # Every plate that was sent, so that an unknown one is told.
        return choices_from(
            self._plates(self.data),
            entries=self.poll.entries,
            least=self.poll.picks_min,
            most=self.poll.picks_max,
        )

    def find(self, typed: str) -> FrozenEntry | str:
        """Tick the entry that was typed, unless a sentence says why not."""
        entry = super().find(typed)
        if isinstance(entry, str):
            return entry
        if entry.number in self.answers:
            return f"{entry.plate} 号{entry.unit}已经选上了。"
        if len(self.answers) >= self.poll.picks_max:
            return (
                f"已经选满 {self.poll.picks_max} 个。"
                f"想选 {entry.plate} 号{entry.unit}，请先去掉一个。"
            )
        self.answers[entry.number] = CHOSEN
        return entry


class GradingForm(BallotForm):
    """Grades: ``grade-07`` for each entry from the list, ``grades`` with a digit for each from elsewhere."""

    GRADE = "grade-"

    @staticmethod
    def fields_of(digits: str, poll: FrozenPoll) -> MultiValueDict:
        return MultiValueDict({"grades": [digits]})

    def _recognised(self, data: MultiValueDict) -> dict[int, int]:
        by_plate = {entry.plate: entry for entry in self.poll.entries}
        return {
            by_plate[plate].number: grade.value
            for plate, digit in self._typed(data).items()
            if plate in by_plate and (grade := grade_called(digit))
        }

    def _choices(self) -> bytes:
        return grades_from(
            self._typed(self.data),
            entries=self.poll.entries,
            least=self.poll.picks_min,
            most=self.poll.picks_max,
        )

    def _typed(self, data: MultiValueDict) -> Mapping[str, str]:
        """Digits by plate; an empty one says that the entry gets no answer."""
        answers = answers_of(data.get("grades", ""), self.poll.entries)
        answers |= {
            name.removeprefix(self.GRADE): data[name]
            for name in data
            if name.startswith(self.GRADE)
        }
        taken_off = data.get("remove")
        return {
            plate: digit
            for plate, digit in answers.items()
            if digit and plate != taken_off
        }


FORMS: dict[Form, type[BallotForm]] = {
    Form.APPROVAL: ApprovalForm,
    Form.GRADING: GradingForm,
}


def ballot_form(
    data: MultiValueDict | None = None, *, poll: FrozenPoll, **more: Any
) -> BallotForm:
    return FORMS[poll.form](data, poll=poll, **more)


def kept_form(kept: str, *, poll: FrozenPoll, **more: Any) -> BallotForm:
    """The form as it would be sent with what was kept."""
    return ballot_form(FORMS[poll.form].fields_of(kept, poll), poll=poll, **more)
