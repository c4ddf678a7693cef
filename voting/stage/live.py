"""The address that the wall gives to the hall's phones, as text and as a QR code."""

from typing import NamedTuple

import segno
from django.conf import settings
from django.urls import reverse

from voting.stage.models import Show


class LiveLink(NamedTuple):
    url: str
    qr: str


def live_link(show: Show) -> LiveLink | None:
    """None for a hidden rehearsal: no phone may follow it."""
    contest = show.night.contest
    if contest.hidden:
        return None
    url = settings.PUBLIC_ORIGIN + reverse("voting:live", args=[contest.slug])
    return LiveLink(url, segno.make(url, error="m").svg_data_uri(border=2, scale=8))
