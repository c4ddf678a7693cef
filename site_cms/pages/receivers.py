"""A page may be published by a person, by the last approval or by its own schedule."""

from django.dispatch import receiver
from wagtail.signals import page_published

from site_cms.pages.open_page import OpenPage
from site_cms.pages.renditions import make_renditions


@receiver(page_published, dispatch_uid="make_pictures_of_published_pages")
def make_pictures(instance, **kwargs) -> None:
    if isinstance(instance, OpenPage):
        make_renditions(instance.pictures())
