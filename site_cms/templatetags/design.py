"""What templates need besides Django's own tags: icons, bars, fields, times.

The components themselves are in ``templates/components/``.
"""

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.conf import settings
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, FileInput, HiddenInput
from django.template.defaultfilters import date as format_date
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from site_cms.design import words
from site_cms.design.preferences import CHOICES

register = template.Library()

register.filter("two_digits", words.two_digits)

BAR_CLASSES = ("bar__a", "bar__b", "bar__c", "bar__d")


@register.simple_tag
def icon(name: str, css_class: str = "icon") -> SafeString:
    """A drawing from img/icons.svg. A word always stands beside it."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        css_class,
        static("site_cms/img/icons.svg"),
        name,
    )


@register.filter(expects_localtime=True)
def moment(value: datetime | None) -> str:
    """11 月 28 日 18:00"""
    return format_date(value, "n 月 j 日 H:i")


@register.filter(expects_localtime=True)
def day(value: datetime | None) -> str:
    """11 月 28 日"""
    return format_date(value, "n 月 j 日")


@register.filter(expects_localtime=True)
def full_day(value: datetime | None) -> str:
    """2026 年 11 月 28 日"""
    return format_date(value, "Y 年 n 月 j 日")


@register.filter
def time_left(until: datetime, now: datetime) -> list[tuple[int, str]]:
    return words.time_left(until - now)


@register.filter
def stacked(shares: list) -> list[dict[str, object]]:
    """Percentages, each beginning where the one before it ended, for ``bar.html``."""
    laid_out, x = [], 0
    for css_class, share in zip(BAR_CLASSES, shares, strict=False):
        laid_out.append({"css_class": css_class, "x": x, "width": share})
        x += share
    return laid_out


@register.filter
def has_pictures(body: Iterable) -> bool:
    """Whether a stream holds what pictures.js is for."""
    return any(block.block_type in {"before_after", "gallery"} for block in body)


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """A form field's control, dressed as the design wants it.

    Django itself ties help text and errors to it (``aria-describedby``).
    """
    if isinstance(field.field.widget, HiddenInput | CheckboxInput):
        return field.as_widget()
    css_class = "input" if not isinstance(field.field.widget, FileInput) else "file"
    extra = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{css_class} {extra}".strip()})


@register.filter
def is_tick(field: BoundField) -> bool:
    """One box that is ticked or not: its label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.simple_tag
def on_this_site(path: str) -> str:
    """The whole address of a path, as citizens reach it."""
    return f"{settings.PUBLIC_ORIGIN}{path}"


@register.simple_tag(takes_context=True)
def other_query(context) -> list[tuple[str, str]]:
    """What the address asks for besides font and contrast, to be carried along."""
    request = context.get("request")
    if request is None:
        return []
    return [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if name not in CHOICES
    ]
