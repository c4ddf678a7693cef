from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

# Nothing to find there: forms of one person, screens of the night, the admin.
_NOT_FOR_ROBOTS = (
    "/admin/",
    "/accounts/",
    "/judge/",
    "/host/",
    "/supervise/",
    "/screen/",
    "/vote/",
    "/design/",
    "/health/",
    # Ways through the list: each ends at a page that is found without them.
    "/*/next/",
    "/*/previous/",
    "/*/list/",
)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS),
        f"Sitemap: {settings.PUBLIC_ORIGIN}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
