"""What a unit and the office type. Drafts may be incomplete; nothing typed is lost."""

from collections.abc import Mapping
from itertools import zip_longest

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from showcase.nominations.models import Nomination
from showcase.nominations.rules import (
    DRAFT_LIMIT,
    FIGURE_PARTS,
    FIGURES_LIMIT,
    Draft,
)

CAPTION_LIMIT = 60
_TOO_LONG = "最多 %(limit_value)d 字，现在 %(show_value)d 字。请删短一点。"


def _text(label: str, limit: int, **options) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=limit,
        error_messages={"max_length": _TOO_LONG},
        **options,
    )


class _Typed(forms.Form):
    use_required_attribute = False


class DraftForm(_Typed):
    statement = _text(
        "自荐说明",
        DRAFT_LIMIT,
        strip=False,
        # The page counts the characters itself; a browser's own limit would cut what is pasted.
        widget=forms.Textarea(attrs={"rows": 12, "maxlength": None}),
    )
    contact_name = _text("联系人", 20)
    contact_phone = _text(
        "联系电话",
        30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class FigureForm(_Typed):
    """One row. All rows share their names, so that a row may go without renumbering."""

    label = _text("指标", FIGURE_PARTS["label"][1])
    value = _text("数值", FIGURE_PARTS["value"][1])
    unit = _text("计量单位", FIGURE_PARTS["unit"][1])
    period = _text("时间范围", FIGURE_PARTS["period"][1])
    source = _text("数据来源", FIGURE_PARTS["source"][1])

    EXAMPLES: Mapping[str, str] = {
        "label": "整修村道",
        "value": "12.6",
        "unit": "公里",
        "period": "2026 年 1 至 6 月",
        "source": "县交通运输局台账",
    }

    def __init__(self, data: Mapping[str, str] | None, number: int | str) -> None:
        typed = {
            self.add_prefix(name): (data or {}).get(name, "")
            for name in self.base_fields
        }
        super().__init__(typed, auto_id=f"id_%s-{number}")
        for name, field in self.fields.items():
            field.widget.attrs["placeholder"] = f"例如 {self.EXAMPLES[name]}"

    def add_prefix(self, field_name: str) -> str:
        return f"figure-{field_name}"

    @property
    def is_empty(self) -> bool:
        return not any(self.cleaned_data.values())


class CaptionForm(_Typed):
    caption = _text("说明", CAPTION_LIMIT)

    def __init__(self, text: str, evidence_id: int) -> None:
        self.evidence_id = evidence_id
        super().__init__({self.add_prefix("caption"): text}, auto_id="id_%s")

    def add_prefix(self, field_name: str) -> str:
        return f"caption-{self.evidence_id}"


class NominationForm:
    """The unit's whole form: the draft, its figures, the captions of its evidence."""

    def __init__(
        self, content: Mapping, revision: int, typed: QueryDict | None = None
    ) -> None:
        self.typed = typed
        self.too_many = False
        captions = {each["id"]: each["caption"] for each in content["evidence"]}
        if typed is None:
            names = ("statement", "contact_name", "contact_phone")
            given = {name: content[name] for name in names}
            self.draft_form = DraftForm(given | {"revision": revision})
            figures = content["figures"]
        else:
            self.draft_form = DraftForm(typed)
            figures = self._typed_figures(typed)
            captions = {
                pk: typed.get(f"caption-{pk}", caption)
                for pk, caption in captions.items()
            }
        self.figure_forms = [
            FigureForm(figure, number) for number, figure in enumerate(figures, start=1)
        ] or [FigureForm(None, 1)]
        self.caption_forms = {
            pk: CaptionForm(caption, pk) for pk, caption in captions.items()
        }

    def _typed_figures(self, typed: QueryDict) -> list[dict[str, str]]:
        columns = [typed.getlist(f"figure-{name}") for name in FIGURE_PARTS]
        rows = [
            dict(zip(FIGURE_PARTS, row, strict=True))
            for row in zip_longest(*columns, fillvalue="")
        ]
        self.too_many = len(rows) > FIGURES_LIMIT
        return rows[: FIGURES_LIMIT * 2]

    @property
    def forms(self) -> list[forms.Form]:
        return [self.draft_form, *self.figure_forms, *self.caption_forms.values()]

    def is_valid(self) -> bool:
        return not self.too_many and all(form.is_valid() for form in self.forms)

    def errors(self) -> list[str]:
        """Each as a sentence with the label of its field."""
        told = [f"主要数字最多 {FIGURES_LIMIT} 项。"] if self.too_many else []
        for form in self.forms:
            for name, errors in form.errors.items():
                label = form.fields[name].label if name in form.fields else ""
                told += [f"{label}：{error}" for error in errors]
        return told

    @property
    def revision(self) -> int:
        return self.draft_form.cleaned_data["revision"]

    def draft(self) -> Draft:
        cleaned = self.draft_form.cleaned_data
        return Draft(
            statement=cleaned["statement"].replace("\r\n", "\n").rstrip(),
            figures=[
                dict(form.cleaned_data)
                for form in self.figure_forms
                if not form.is_empty
            ],
            contact_name=cleaned["contact_name"],
            contact_phone=cleaned["contact_phone"],
            captions={
                pk: form.cleaned_data["caption"]
                for pk, form in self.caption_forms.items()
            },
        )

    def remove_figure(self, number: int) -> None:
        """Rows are counted from one; a number that is none of theirs removes nothing."""
        del self.figure_forms[number - 1 : number]

    def add_figure(self) -> None:
        self.figure_forms.append(FigureForm(None, len(self.figure_forms) + 1))

    @property
    def spare_figure(self) -> FigureForm:
        """The row that the script copies."""
        return FigureForm(None, "__number__")


class RevisionForm(forms.Form):
    """What a check page showed."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


_MOMENT = forms.DateTimeInput(
    format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "step": "60"}
)


class ReturnForm(_Typed):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    remark = forms.CharField(
        label="退回意见",
        max_length=Nomination._meta.get_field("remark").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写清楚哪一处、要改成什么。单位会在自荐页最上面看到。",
        error_messages={
            "required": "退回必须写明意见，单位才知道改什么。",
            "max_length": _TOO_LONG,
        },
    )
    extended_until = forms.DateTimeField(
        label="改好后最晚交到", required=False, widget=_MOMENT
    )


class ExtendForm(_Typed):
    until = forms.DateTimeField(
        label="延期至",
        widget=_MOMENT,
        error_messages={"required": "请写延期到什么时候。"},
    )
    reason = forms.CharField(
        label="理由",
        max_length=Nomination._meta.get_field("extension_reason").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如“7 月 3 日暴雨停电”。理由留在操作记录里，审计能看到。",
        error_messages={
            "required": "延期必须写明理由。理由会留在记录里，供监督查看。",
            "max_length": _TOO_LONG,
        },
    )


def sent_files(files) -> list[UploadedFile]:
    """What was chosen under the one field for pictures and files."""
    return [file for file in files.getlist("files") if file.name]
