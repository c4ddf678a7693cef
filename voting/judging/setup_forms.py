"""What is typed and uploaded before a night."""

from django import forms

from site_cms.accounts.models import User
from site_cms.spreadsheets.books import Book, read_book
from site_cms.spreadsheets.errors import SpreadsheetRefused
from site_cms.spreadsheets.reading import Limits
from voting.judging.models import Night, Panel, Round, Seat, SeatKind
from voting.judging.setup_queries import who_may_supervise
from voting.judging.setup_rules import NotReadable, in_minutes, seconds_of
from voting.judging.setup_sheets import SHEETS

_LIMITS = Limits(rows=500, cell=300)
_MOST_FILES = 8


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several."""

    widget = _ManyFiles

    def clean(self, data, initial=None):
        return [super(FilesField, self).clean(file, initial) for file in data or [None]]


class BookForm(forms.Form):
    """Files that are read at once: ``book`` is what they say."""

    files = FilesField(
        label="表格文件",
        help_text="一个 xlsx，或者几个 CSV 一起选。最大 5 MB。先看预览，确认以后才会导入。",
        error_messages={
            "required": "请先选一个文件。",
            "empty": "这是空文件。请填好表格，保存后再传。",
            "invalid": "没有收到文件。请再选一次。",
        },
    )
    book: Book

    def clean_files(self):
        files = self.cleaned_data["files"]
        if len(files) > _MOST_FILES:
            raise forms.ValidationError(f"一次最多传 {_MOST_FILES} 个文件。")
        try:
            self.book = read_book(
                [(file.name, file) for file in files], SHEETS, limits=_LIMITS
            )
        except SpreadsheetRefused as error:
            raise forms.ValidationError(error.message) from error
        if not self.book.tables:
            titles = "、".join(sheet.title for sheet in SHEETS)
            raise forms.ValidationError(
                f"没有找到填了内容的表。请用模板，工作表的名字是：{titles}。"
            )
        return files


class _Seconds(forms.CharField):
    """Typed and shown as 8 分钟, meant in seconds."""

    def clean(self, value) -> int:
        try:
            return seconds_of(super().clean(value))
        except NotReadable as error:
            raise forms.ValidationError(str(error)) from error


class RoundForm(forms.Form):
    """The times of a round, and a hint for each of its criteria."""

    presenting_seconds = _Seconds(
        label="每个单位汇报多久", max_length=20, help_text="例如 8 分钟、5 分 30 秒。"
    )
    marking_seconds = _Seconds(
        label="汇报完打分多久", max_length=20, help_text="到时只提醒，不会自动关闭。"
    )

    def __init__(self, *args, round_: Round, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.round = round_
        for name in ("presenting_seconds", "marking_seconds"):
            self.initial[name] = in_minutes(getattr(round_, name))
        self.criteria = list(round_.criteria.all())
        for place, criterion in enumerate(self.criteria):
            self.fields[f"hint-{place}"] = forms.CharField(
                label=f"“{criterion}”看什么",
                required=False,
                max_length=80,
                initial=criterion.hint,
            )

    @property
    def seconds(self) -> dict[str, int]:
        return {
            name: self.cleaned_data[name]
            for name in ("presenting_seconds", "marking_seconds")
        }

    @property
    def hints(self) -> dict[str, str]:
        return {
            criterion.code: self.cleaned_data[f"hint-{place}"]
            for place, criterion in enumerate(self.criteria)
        }


class SeatForm(forms.Form):
    code = forms.RegexField(
        r"^[A-Za-z0-9-]{1,8}$",
        label="席位号",
        max_length=8,
        help_text="字母和数字，例如 A01。印在席卡上，以后不改。",
        error_messages={"invalid": "只能用字母、数字和减号，最多 8 位，例如 A01。"},
    )
    name = forms.CharField(label="姓名", max_length=20)
    panel = forms.ModelChoiceField(Panel.objects.none(), label="评委组")
    organisation = forms.CharField(
        label="单位", max_length=40, required=False, help_text="用来核对回避。"
    )
    place = forms.CharField(
        label="座次", max_length=20, required=False, help_text="例如 一排 3 座。"
    )
    kind = forms.ChoiceField(
        label="类别",
        choices=SeatKind.choices,
        initial=SeatKind.OFFICIAL,
        help_text="只有正式席位的分数算数。",
    )

    def __init__(self, *args, night: Night, seat: Seat | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["panel"].queryset = night.panels.order_by("order")
        if seat is not None:
            del self.fields["code"]
            self.initial |= {name: getattr(seat, name) for name in self.fields}


class SupervisorsForm(forms.Form):
    users = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="现场监督员",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": "有一位不在监督员里，请从列出的里面选。",
            "invalid_pk_value": "有一位不在监督员里，请从列出的里面选。",
        },
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        allowed = [user.pk for user in who_may_supervise()]
        self.fields["users"].queryset = User.objects.filter(pk__in=allowed).order_by(
            "last_name", "username"
        )


class CardsForm(forms.Form):
    """Which cards to print. Printed ones die, so that is said and ticked."""

    seats = forms.ModelMultipleChoiceField(
        Seat.objects.none(),
        label="席位",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请至少选一个席位。",
            "invalid_choice": "有一个席位不在这次评比会里，请重新选。",
            "invalid_pk_value": "有一个席位不在这次评比会里，请重新选。",
        },
    )
    replaces = forms.BooleanField(label="已经印过的，旧卡和旧密码作废", required=False)

    def __init__(self, *args, night: Night, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seats"].queryset = Seat.objects.of_night(night).in_order()

    def clean(self):
        given = self.cleaned_data
        again = [seat for seat in given.get("seats", ()) if seat.carded_at]
        if again and not given.get("replaces"):
            which = "、".join(seat.code for seat in again[:8])
            more = f"等 {len(again)} 个" if len(again) > 8 else ""
            self.add_error(
                "replaces",
                f"{which}{more}，席卡已经印过。再印一次，旧卡和旧密码马上没有用；"
                "确定的话请打勾。",
            )
        return given


class CodeForm(forms.Form):
    """What stands under the QR code of a seat card."""

    code = forms.CharField(
        label="短码",
        max_length=40,
        help_text="席卡上二维码旁边的 8 位，大小写、横线都可以不管。",
        error_messages={
            "required": "请输入席卡上的短码。",
            "max_length": "短码只有 8 位，请重新输入。",
        },
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "autofocus": True,
                "spellcheck": "false",
                "class": "jpin",
            }
        ),
    )
