"""What the reviewer's and the administrator's pages show of decisions and pictures."""

import re
from dataclasses import dataclass

from django import template

from showcase.pages.moderation_models import PageReviewState
from showcase.pages.moderation_queries import answers_in_words
from site_cms.media.models import SiteImage

register = template.Library()

_NUMBER = re.compile(r"\d+")
_DECISIONS = {
    "approved": "通过",
    "rejected": "退回",
    "cancelled": "没有审，单位撤回",
    "skipped": "跳过",
}


@dataclass(frozen=True, slots=True)
class Thumbnail:
    url: str
    alt: str


@register.simple_tag
def picture_of(words: str | int | None) -> Thumbnail | None:
    """The small picture that a change names by its number."""
    found = _NUMBER.search(str(words or ""))
    image = SiteImage.objects.filter(pk=found[0]).first() if found else None
    if image is None:
        return None
    rendition = image.get_rendition("max-320x240|format-webp")
    return Thumbnail(rendition.url, image.default_alt_text)


@register.filter
def decision(state: PageReviewState) -> str:
    return _DECISIONS.get(state.status, state.get_status_display())


@register.filter
def answers(state: PageReviewState) -> list[tuple[str, str]]:
    return answers_in_words(state)
