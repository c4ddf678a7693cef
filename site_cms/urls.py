"""Every address of the site. What a package offers is in its own urls module."""

from django.urls import include, path, re_path
from django.views.decorators.http import require_safe
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from site_cms import health
from site_cms.accounts.views import other_door
from site_cms.design.views import favicon
from site_cms.media.views import media
from site_cms.pages.cache.kept import kept_page
from site_cms.pages.feeds import NoticeFeed
from site_cms.pages.views import robots

handler400 = "site_cms.errors.bad_request"
handler403 = "site_cms.errors.permission_denied"
handler404 = "site_cms.errors.page_not_found"
handler500 = "site_cms.errors.server_error"

urlpatterns = [
    # First, because addresses are tried in this order, and most requests that no cache may
    # answer are of voters.
    path("", include("voting.urls")),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("accounts/", include("site_cms.accounts.urls")),
    # Wagtail's own doors, shut before it could open them: they ask no second factor.
    path("admin/login/", other_door),
    re_path(r"^admin/password_reset/", other_door),
    path("_util/login/", other_door),
    path("admin/", include(wagtailadmin_urls)),
    path("favicon.ico", favicon),
    path("design/", include("site_cms.design.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:path>", media, name="media"),
    path("feed/notices/", require_safe(kept_page()(NoticeFeed())), name="notice_feed"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", kept_page("p")(sitemap), name="sitemap"),
    path("", include("showcase.urls")),
    path("", include(wagtail_urls)),
]
