"""Every address of the site. What a package offers is in its own urls module."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from site_cms import health
from site_cms.media.views import media

handler400 = "site_cms.errors.bad_request"
handler403 = "site_cms.errors.permission_denied"
handler404 = "site_cms.errors.page_not_found"
handler500 = "site_cms.errors.server_error"

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("admin/", include(wagtailadmin_urls)),
    path("design/", include("site_cms.design.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("allauth.urls")),
    path("", include("voting.urls")),
    path("media/<path:path>", media, name="media"),
    path("", include(wagtail_urls)),
]
