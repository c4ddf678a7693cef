"""What the printed result needs: its page as a QR code, and hashes that can be read aloud."""

import segno
from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from showcase.contests.models import Contest

register = template.Library()

_READ_ALOUD = 16


@register.simple_tag
def result_qr(contest: Contest) -> SafeString:
    address = settings.PUBLIC_ORIGIN + reverse("voting:results", args=[contest.slug])
    code = segno.make(address, error="m", micro=False)
    drawing = code.svg_inline(
        dark="#000", light="#fff", border=2, omitsize=True, svgclass="qr"
    )
    return mark_safe(drawing)  # made by segno from an address of ours


@register.filter
def in_fours(digest: str) -> str:
    """The beginning of a hash in groups: enough to compare two papers by.

    >>> in_fours("7b3c91fe20a4d8e1" + "0" * 48)
    '7b3c 91fe 20a4 d8e1'
    """
    told = digest[:_READ_ALOUD]
    return " ".join(told[at : at + 4] for at in range(0, len(told), 4))
