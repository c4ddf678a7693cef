from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from site_cms.pages.queries import government_of, navigation_of


def site(request: HttpRequest) -> dict[str, object]:
    """What the frame of every page shows. Asked of the database only where it is shown."""
    return {
        "government": SimpleLazyObject(lambda: government_of(request)),
        "navigation": SimpleLazyObject(lambda: navigation_of(request)),
    }
