import hashlib
import json
from copy import deepcopy
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder

from showcase.pages.corrections_queries import (
    pictures_on,
    planned_changes,
    texts_of,
)
from showcase.pages.models import ShowcasePage
from showcase.pages.page_texts import parts_of_page
from site_cms.design.differences import Change
from site_cms.design.text_parts import Part
from site_cms.media.models import SiteImage


class CorrectionForm(forms.Form):
    """Every text of a page with its own field's rules, and a sentence for each picture."""

    reason = forms.CharField(
        label="更正的原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="公众会看到，例如：县教育局核对后发现延时服务学校多算了两所。",
        error_messages={"required": "请写明更正的原因，公众会看到。"},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, page: ShowcasePage, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.parts = parts_of_page(page)
        self.texts_by_name: dict[str, Part] = {
            f"text-{at}": part for at, part in enumerate(texts_of(self.parts))
        }
        self.pictures_by_name: dict[str, tuple[Part, SiteImage]] = {
            f"off-{image.pk}": (part, image) for part, image in pictures_on(self.parts)
        }
        self.fields["seen"].initial = page.live_revision_id
        for name, part in self.texts_by_name.items():
            field = deepcopy(part.form_field)
            field.label, field.initial = part.label, part.initial
            field.required = field.required and bool(part.words)
            self.fields[name] = field
        for name, (part, _) in self.pictures_by_name.items():
            self.fields[name] = forms.CharField(
                label=f"撤下“{part.label}”，改为一句话",
                max_length=60,
                required=False,
                help_text="不撤就空着。例如：应照片中人的要求，这张照片已撤下。",
            )

    @property
    def text_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.texts_by_name]

    @property
    def picture_fields(self) -> list[tuple[forms.BoundField, SiteImage]]:
        return [
            (self[name], image) for name, (_, image) in self.pictures_by_name.items()
        ]

    @property
    def texts(self) -> dict[str, Any]:
        """What reads differently now, as the database will hold it."""
        changed = {}
        for name, part in self.texts_by_name.items():
            value = part.stored(self.cleaned_data[name])
            if not part.reads_like(value) and not self._only_reformatted(name, part):
                changed[part.path] = value
        return changed

    @property
    def taken_off(self) -> dict[int, str]:
        return {
            image.pk: self.cleaned_data[name].strip()
            for name, (_, image) in self.pictures_by_name.items()
            if self.cleaned_data[name].strip()
        }

    @property
    def changes(self) -> list[Change]:
        return planned_changes(self.parts, self.texts, self.taken_off)

    @property
    def fingerprint(self) -> str:
        """Of what a preview shows: what is confirmed must be what was seen."""
        told = [self.texts, self.taken_off, self.cleaned_data["reason"]]
        text = json.dumps(told, cls=DjangoJSONEncoder, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def _only_reformatted(self, name: str, part: Part) -> bool:
        """Whether the editor merely wrote the same rich text in its own way."""
        widget = self.fields[name].widget
        if not hasattr(widget, "converter"):
            return False
        shown = widget.format_value(part.initial)
        again = widget.value_from_datadict({name: shown}, {}, name)
        return self.cleaned_data[name] == again or (
            part.worded(again) == part.worded(self.cleaned_data[name])
            and _bare(again) == _bare(self.cleaned_data[name])
        )


def _bare(html: str) -> str:
    """Without the keys that the editor gives its paragraphs."""
    return "".join(piece.split('"', 1)[-1] for piece in html.split('data-block-key="'))
