from collections.abc import Collection, Sequence

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm

from showcase.contests.models import Contest
from voting.polls.errors import PollFrozen, WrongPicks
from voting.polls.models import Poll, device_only
from voting.polls.rules import (
    FrozenEntry,
    FrozenPoll,
    choices_from,
    entries_called,
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
        if self.instance.pk is None:
            self.fields["contest"].queryset = Contest.objects.filter(poll=None)
            return
        self.fields["contest"].disabled = True
        if self.instance.is_opened:
            self.fields["contest"].help_text = PollFrozen.message
            for name in SETTINGS:
                self.fields[name].disabled = True


class PlatesField(forms.Field):
    """Any number of entry numbers, as the ballot's ticks send them."""

    widget = forms.SelectMultiple

    def to_python(self, value: Sequence[str] | None) -> list[str]:
        return list(value or [])


class BallotForm(forms.Form):
    """The ticks of a ballot.

    ``ticked`` holds whatever was recognised, right or wrong, so that nothing is lost.
    """

    entry = PlatesField(label="入围单位", required=False)

    def __init__(
        self,
        data=None,
        *,
        poll: FrozenPoll,
        withdrawn: Collection[int] = (),
        preselected: Sequence[str] = (),
    ) -> None:
        super().__init__(data)
        self.poll = poll
        self.withdrawn = withdrawn
        plates = data.getlist("entry") if data is not None else preselected
        self.ticked = {
            entry.number
            for entry in ticked_entries(plates, poll.entries)
            if data is not None or entry.number not in withdrawn
        }

    def clean_entry(self) -> bytes:
        """The ballot's choices, one byte an entry."""
        plates = self.cleaned_data["entry"]
        gone = [
            entry
            for entry in ticked_entries(plates, self.poll.entries)
            if entry.number in self.withdrawn
        ]
        if gone:
            self.ticked -= {entry.number for entry in gone}
            raise forms.ValidationError(
                f"{gone[0].plate} 号{gone[0].unit}刚刚退出评议，已经帮您去掉。"
                "您选的其他单位都还在，请看一遍再核对。"
            )
        try:
            return choices_from(
                plates,
                entries=self.poll.entries,
                least=self.poll.picks_min,
                most=self.poll.picks_max,
            )
        except WrongPicks as error:
            raise forms.ValidationError(error.message) from error

    def tick_typed(self, typed: str) -> FrozenEntry | str:
        """Tick the entry that was typed, by number or name. A sentence: why not."""
        typed = typed.strip()[:20]
        found = [
            entry
            for entry in entries_called(typed, self.poll.entries)
            if entry.number not in self.withdrawn
        ]
        if not typed:
            return "请先输入编号，例如 07。"
        if not found:
            return f"没有找到“{typed}”。编号在每张卡片的红色小旗上。"
        if len(found) > 1:
            return (
                f"有 {len(found)} 个单位的名称里有“{typed}”，请输入编号："
                + "，".join(f"{entry.plate} {entry.unit}" for entry in found[:6])
                + "。"
            )
        entry = found[0]
        if entry.number in self.ticked:
            return f"{entry.plate} 号{entry.unit}已经选上了。"
        if len(self.ticked) >= self.poll.picks_max:
            return (
                f"已经选满 {self.poll.picks_max} 个。"
                f"想选 {entry.plate} 号{entry.unit}，请先去掉一个。"
            )
        self.ticked.add(entry.number)
        return entry
