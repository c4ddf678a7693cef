"""What is typed about equals: nothing but a tick for their lists, a seed, or an order."""

from collections.abc import Mapping
from typing import Any

from django import forms

from voting.rulesheets.forms import AnswerForm
from voting.rulesheets.sheet_forms import Choice, TextField


class ListForm(forms.Form):
    """``computation`` is what was read on the page."""

    computation = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2**62
    )
    complete = forms.BooleanField(
        label="同分的单位我核对过，评分和选票都不会再变",
        error_messages={"required": "请先核对，再打勾。"},
    )


class OrderForm(forms.Form):
    """A place for each of the equals, best first, and who decided."""

    computation = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2**62
    )
    decided_by = TextField(
        label="裁定人",
        help_text="一行一个姓名和职务，例如：领导小组组长 王某某。会公开。",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = TextField(
        label="理由",
        help_text="按什么分的先后。会公开。",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, tie: Mapping[str, Any], names: Mapping[str, str], **kw):
        super().__init__(*args, **kw)
        choices = [("", "请选单位"), *((each, names[each]) for each in tie["entries"])]
        self.places = [f"place-{place}" for place in range(1, len(choices))]
        for place, name in enumerate(self.places):
            self.fields[name] = Choice(
                label=f"第 {tie['rank'] + place} 名", choices=choices
            )
        self.order_fields([*self.places, "decided_by", "reason"])

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        order = [given[name] for name in self.places if name in given]
        if len(order) == len(self.places) and len(set(order)) < len(order):
            self.add_error(self.places[-1], "每个单位只能排在一个名次上。")
        given["order"] = order
        given["names"] = [
            line.strip()
            for line in given.get("decided_by", "").splitlines()
            if line.strip()
        ]
        return given


class DecisionAnswerForm(AnswerForm):
    proposal = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2**62
    )
    answers = {"yes": "同意，裁定的先后和姓名我都核对过", "no": "不同意，退回"}
    remark_missing = "请写明为什么不同意，录入的人才知道要查什么。"
