"""What other pages show of 典型人物."""

from django import template

from site_cms.pages.people import PersonPage, newest_people

register = template.Library()


@register.simple_tag
def people_on_home() -> list[PersonPage]:
    return newest_people()
