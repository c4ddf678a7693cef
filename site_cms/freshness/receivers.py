"""What Wagtail's admin changes without a service of ours raises the version too."""

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from wagtail import signals
from wagtail.models import Page

from site_cms.freshness.services import site_changed


def _changed(**kwargs) -> None:
    site_changed()


def connect() -> None:
    """Pages when they appear, go, move or get another address; other rows at every save.

    The draft of a page, however often it is saved, is none of the public's business.
    """
    for name in (
        "page_published",
        "page_unpublished",
        "page_slug_changed",
        "post_page_move",
    ):
        getattr(signals, name).connect(_changed, dispatch_uid=f"site_changed_{name}")
    post_delete.connect(_changed, sender=Page, dispatch_uid="site_changed_page_deleted")
    for label in settings.PUBLIC_MODELS:
        for signal, act in ((post_save, "saved"), (post_delete, "deleted")):
            signal.connect(
                _changed, sender=label, dispatch_uid=f"site_changed_{label}_{act}"
            )
