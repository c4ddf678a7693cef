from django import forms

from showcase.contests.models import Contest
from showcase.contests.rules import RESERVED_SLUGS
from voting.editions.queries import Plan

SHIFTED, OPEN = "shifted", "open"


class CopyForm(forms.ModelForm):
    """Name and address of the next edition, and how far it follows this one."""

    times = forms.ChoiceField(
        label="时间安排",
        choices=[
            (SHIFTED, "按上面的建议填好，以后还能改"),
            (OPEN, "先空着，以后自己填"),
        ],
        widget=forms.RadioSelect,
        initial=SHIFTED,
    )
    invites_units = forms.BooleanField(
        label="把这一届的参评单位都登记到新的一届", required=False, initial=True
    )

    class Meta:
        model = Contest
        fields = ["name", "slug"]

    def __init__(self, *args, plan: Plan, **kwargs) -> None:
        super().__init__(
            *args, initial={"name": plan.name, "slug": plan.slug}, **kwargs
        )

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug in RESERVED_SLUGS:
            raise forms.ValidationError(
                f"网站自己的页面用了“{slug}”这个网址，请换一个。"
            )
        return slug

    @property
    def chosen(self) -> dict[str, object]:
        given = self.cleaned_data
        return {
            "name": given["name"],
            "slug": given["slug"],
            "shifts_times": given["times"] == SHIFTED,
            "invites_units": given["invites_units"],
        }
