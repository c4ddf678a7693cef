from django import forms
from wagtail.admin.forms import WagtailAdminModelForm

from showcase.units.models import Affiliation, Unit
from showcase.units.rules import branch_names
from site_cms.spreadsheets.errors import SpreadsheetRefused
from site_cms.spreadsheets.reading import Limits, read_table
from site_cms.spreadsheets.tables import Column, Table

FIELDS = (
    "code",
    "name",
    "short_name",
    "category",
    "population_served",
    "headcount",
    "contact_name",
    "contact_phone",
)
_BRANCH_LENGTH = 40


class UnitForm(WagtailAdminModelForm):
    """A unit with its branches, typed as they are in the spreadsheet."""

    branches = forms.CharField(
        label="支部（站所）",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一个，或者用“、”隔开。",
    )

    class Meta:
        model = Unit
        fields = list(FIELDS)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["branches"] = "\n".join(
                branch.name for branch in self.instance.branches.all()
            )

    def clean_branches(self) -> list[str]:
        names = branch_names(self.cleaned_data["branches"])
        too_long = [name for name in names if len(name) > _BRANCH_LENGTH]
        if too_long:
            raise forms.ValidationError(
                f"“{too_long[0][:10]}…”超过 {_BRANCH_LENGTH} 个字，请写短一些。"
            )
        return names


class AffiliationForm(WagtailAdminModelForm):
    class Meta:
        model = Affiliation
        fields = ["user", "unit"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        users = self.fields["user"].queryset
        self.fields["user"].queryset = users.order_by("last_name", "username")
        self.fields["unit"].help_text = "评审员不评自己所在的单位。"
        if self.instance.pk:
            self.fields["user"].disabled = True


class SpreadsheetForm(forms.Form):
    """A file that is read at once: ``table`` is what it says."""

    file = forms.FileField(
        label="表格文件",
        help_text="xlsx 或 CSV，最大 5 MB。先看预览，确认以后才会导入。",
        error_messages={
            "required": "请先选一个文件。",
            "empty": "这是空文件。请填好表格，保存后再传。",
        },
    )
    table: Table

    def __init__(self, *args, columns: tuple[Column, ...], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            self.table = read_table(
                file, self.columns, limits=Limits(rows=1_000, cell=500)
            )
        except SpreadsheetRefused as error:
            raise forms.ValidationError(error.message) from error
        if not self.table.rows:
            raise forms.ValidationError("表里只有列名，没有内容。请填好再传。")
        return file
