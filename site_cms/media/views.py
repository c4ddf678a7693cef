"""Media where no nginx serves it: the demo and the embedded profile."""

from posixpath import normpath

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

from site_cms.media.ranges import with_ranges

# A stored file is shown, never run: the same policy as deploy's web server sends.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=31536000, immutable",
}
# A film that is opened by itself is a page that plays it.
_PLAYED = {"Content-Security-Policy": "default-src 'none'; media-src 'self'; sandbox"}
# Originals are the editors' material; citizens get renditions made for the page.
# What was uploaded and not yet saved is nobody else's yet.
_WITHHELD = ("original_images", "documents", "wagtail_uploads", "..", "/")


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    inside = normpath(path)
    if inside.startswith(_WITHHELD) or "\0" in path:
        raise Http404
    try:
        response = serve(request, inside, document_root=settings.MEDIA_ROOT)
    except OSError as error:  # a name that no file system takes
        raise Http404 from error
    is_film = inside.startswith("videos/")
    if is_film:
        response = with_ranges(request, response)
    for name, value in (_HEADERS | (_PLAYED if is_film else {})).items():
        response.headers[name] = value
    return response
