from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Site

from site_cms.pages.models import GovernmentSettings


def government_of(request: HttpRequest) -> GovernmentSettings:
    """What the operator filled in for this site; blank fields before that.

    Wagtail's own ``for_request`` writes a row when there is none: a reader must not.
    """
    try:
        site = Site.find_for_request(request)
    except DisallowedHost:
        site = None
    saved = GovernmentSettings.base_queryset().filter(site=site).first()
    return saved or GovernmentSettings()


def navigation_of(request: HttpRequest) -> list[dict[str, object]]:
    """The tabs, and in which of them the visitor is: the longest address that fits."""
    tabs = [
        (label, target if target.startswith("/") else reverse(target))
        for label, target in settings.SITE_NAVIGATION
    ]
    here = max(
        (
            url
            for _, url in tabs
            if request.path == url or (url != "/" and request.path.startswith(url))
        ),
        key=len,
        default=None,
    )
    return [{"label": label, "url": url, "current": url == here} for label, url in tabs]
