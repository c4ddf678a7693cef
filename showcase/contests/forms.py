from django import forms
from wagtail.admin.forms import WagtailAdminModelForm

from showcase.contests.models import Contest, Entry
from showcase.contests.rules import ORDER, RESERVED_SLUGS, Times, times_out_of_order
from showcase.contests.services import DESCRIPTION

# What is planned on the form. The other times are set by acts of their own.
PLANNED = (
    "nomination_opens_at",
    "nomination_closes_at",
    "first_review_closes_at",
    "second_review_closes_at",
    "shortlisted_at",
    "poll_opens_at",
    "poll_closes_at",
    "night_opens_at",
    "notice_closes_at",
)
SET_BY_ACTS = tuple(name for name in ORDER if name not in PLANNED)


class ContestForm(WagtailAdminModelForm):
    """A contest and its plan. Its kind and its address are settled when it is created."""

    class Meta:
        model = Contest
        fields = ["slug", "practice", *DESCRIPTION, *PLANNED]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("slug", "practice"):
                self.fields[name].disabled = True

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug in RESERVED_SLUGS:
            raise forms.ValidationError(
                f"网站自己的页面用了“{slug}”这个网址，请换一个，例如在后面加上年份。",
                code="reserved",
            )
        return slug

    def clean(self):
        cleaned = super().clean()
        times = Times(
            **{name: cleaned.get(name) for name in PLANNED},
            **{name: getattr(self.instance, name) for name in SET_BY_ACTS},
        )
        for first, second in times_out_of_order(times):
            at, other, word = (
                (second, first, "晚于")
                if second in PLANNED
                else (first, second, "早于")
            )
            label = Contest._meta.get_field(other).verbose_name
            self.add_error(at, f"必须{word}“{label}”。")
        return cleaned

    @property
    def description(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in DESCRIPTION}

    @property
    def changed_times(self) -> dict[str, object]:
        """Times that read differently now. The form knows minutes, the record seconds."""
        changed = {}
        for name in PLANNED:
            before, after = self.initial.get(name), self.cleaned_data[name]
            if before:
                before = before.replace(second=0, microsecond=0)
            if before != after:
                changed[name] = after
        return changed


class NumberForm(WagtailAdminModelForm):
    number = forms.IntegerField(
        label="编号",
        min_value=1,
        max_value=999,
        help_text="填上编号并保存，这个单位就入围。从卡片、选票到现场都用这个编号。",
    )

    class Meta:
        model = Entry
        fields = ["number"]


class ShortlistForm(forms.Form):
    """A number for each entry that goes on; blank for the others."""

    def __init__(self, *args, contest: Contest, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.entries = list(
            contest.entries.select_related("unit").order_by("number", "unit__code")
        )
        for entry in self.entries:
            self.fields[f"number-{entry.pk}"] = forms.IntegerField(
                label=entry.unit.name,
                min_value=1,
                max_value=999,
                required=entry.shortlisted_at is not None,
                initial=entry.number,
                error_messages={"required": "已经入围的单位不能没有编号。"},
            )

    def clean(self):
        taken: dict[int, str] = {}
        for name, number in list(self.cleaned_data.items()):
            if number in taken:
                self.add_error(name, f"{number} 号已经给了{taken[number]}。")
            elif number is not None:
                taken[number] = self.fields[name].label
        return self.cleaned_data

    @property
    def numbers(self) -> dict[int, int]:
        return {
            entry.pk: number
            for entry in self.entries
            if (number := self.cleaned_data[f"number-{entry.pk}"]) is not None
        }
