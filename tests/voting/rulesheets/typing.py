"""What a browser sends back from the edit page when nobody typed anything."""

from django import forms

from voting.rules.rule_sheet import RuleSheet
from voting.rulesheets.sheet_forms import RuleSheetForms


def as_sent(rules: RuleSheet, **changes: str) -> dict[str, str]:
    page = RuleSheetForms(rules)
    every = [page.main]
    for rows in page.sets:
        every += [rows.management_form, *rows.forms]
    sent = {}
    for form in every:
        for field in form:
            value = field.field.prepare_value(field.value())
            if not isinstance(field.field, forms.BooleanField):
                sent[field.html_name] = "" if value is None else str(value)
            elif value:
                sent[field.html_name] = "on"
    return sent | changes
