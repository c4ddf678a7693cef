"""What a judge's device posts, read without trust: a page without a script, or JSON."""

import json
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from django import forms

from voting.judging.cards import PIN_DIGITS
from voting.judging.errors import SheetUnreadable
from voting.judging.rules import mark_text

_LARGEST_ID = 2**31


class PostedSheet(NamedTuple):
    sheet_id: uuid.UUID
    turn_id: int
    version: int
    marks: dict[str, object]
    generation: int | None = None


class PinForm(forms.Form):
    pin = forms.CharField(
        label="密码",
        max_length=20,
        error_messages={
            "required": f"请输入 {PIN_DIGITS} 位密码。",
            "max_length": f"密码只有 {PIN_DIGITS} 位数字，请重新输入。",
        },
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "off",
                "autofocus": True,
                "class": "jpin",
            }
        ),
    )

    def clean_pin(self) -> str:
        return mark_text(self.cleaned_data["pin"]).replace(" ", "")


class RejectForm(forms.Form):
    """Why the supervisor sends a lock back. Eight signs, so that it says something."""

    remark = forms.CharField(
        label="写明（至少 8 个字）",
        min_length=8,
        max_length=300,
        strip=True,
        error_messages={
            "required": "请写明为什么退回，主持人要照着处理。",
            "min_length": "请写得具体一点，至少 8 个字。",
        },
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LockRejectForm(RejectForm):
    """The usual reasons to tap, and the words that go with them."""

    why = forms.ChoiceField(
        label="为什么退回",
        required=False,
        choices=[
            (why, why)
            for why in ("有席位还没交", "缺席或回避记错", "纸表没核完", "其他")
        ],
        widget=forms.RadioSelect,
    )

    def sentence(self) -> str:
        """What the host reads."""
        why, remark = self.cleaned_data["why"], self.cleaned_data["remark"]
        return remark if why in {"", "其他"} else f"{why}：{remark}"


def read_json_sheet(body: bytes) -> PostedSheet:
    """A sheet as the script sends it, or :class:`SheetUnreadable`. Nothing else is raised."""
    try:
        posted = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise SheetUnreadable from error
    if not isinstance(posted, dict) or not isinstance(posted.get("marks"), dict):
        raise SheetUnreadable
    return PostedSheet(
        _uuid(posted.get("id")),
        _whole(posted.get("turn")),
        _whole(posted.get("version")),
        posted["marks"],
        _whole(posted["generation"]) if "generation" in posted else None,
    )


def read_form_sheet(posted: Mapping[str, str]) -> PostedSheet:
    """The same from an ordinary form; a mark's field is named ``mark-<code>``."""
    return PostedSheet(
        _uuid(posted.get("id")),
        _whole(posted.get("turn")),
        _whole(posted.get("version")),
        {
            name.removeprefix("mark-"): value
            for name, value in posted.items()
            if name.startswith("mark-")
        },
    )


def _uuid(text: object) -> uuid.UUID:
    try:
        return uuid.UUID(text if isinstance(text, str) else "")
    except ValueError as error:
        raise SheetUnreadable from error


def _whole(value: object) -> int:
    text = str(value) if isinstance(value, int | str) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise SheetUnreadable
    number = int(text)
    if not 0 < number < _LARGEST_ID:
        raise SheetUnreadable
    return number
