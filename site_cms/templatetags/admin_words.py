"""What Wagtail's templates write in English past every catalogue."""

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_LABELS = {
    'aria-label="Actions"': 'aria-label="操作"',
    'value="Search"': 'value="搜索"',
}


@register.filter
def label_in_chinese(html: SafeString) -> SafeString:
    """The finished page with its two English labels put right.

    Text of editors cannot be meant: its quotation marks are escaped.
    """
    for english, chinese in _LABELS.items():
        html = html.replace(english, chinese)
    return mark_safe(html)
