"""The note of corrections on a page that was corrected."""

from django import template

from showcase.pages.corrections_models import PageCorrection
from showcase.pages.corrections_queries import corrections_of
from showcase.pages.models import ShowcasePage

register = template.Library()


@register.simple_tag
def page_corrections(page: ShowcasePage) -> list[PageCorrection]:
    return corrections_of(page)
