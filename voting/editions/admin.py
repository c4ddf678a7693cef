"""How copying a contest is reached from the admin."""

from django.urls import include, path
from django.views.decorators.cache import never_cache
from wagtail import hooks

from site_cms.accounts.permissions import role_required
from site_cms.accounts.roles import Role
from voting.editions.views import CopyPage


@hooks.register("register_admin_urls")
def edition_urls() -> list:
    guard = role_required(Role.ADMINISTRATOR, opens="照一届活动建立下一届")
    patterns = [
        path("<int:pk>/", guard(never_cache(CopyPage.as_view())), name="copy"),
    ]
    return [path("editions/", include((patterns, "editions")))]
