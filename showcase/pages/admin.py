from django.urls import include, path
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from showcase.contests.admin import ContestViewSet, EntryViewSet
from showcase.ledger.admin import DeedViewSet
from showcase.pages import desk_views
from showcase.pages.dashboard import ContestPanel, DeskPanel
from showcase.pages.desks.admin import DeskViewSet
from showcase.pages.models import Sector
from showcase.units.admin import AffiliationViewSet, UnitViewSet
from site_cms.accounts.queries import roles_of
from site_cms.accounts.roles import Role
from site_cms.calendar.admin import DayOverrideViewSet


class SectorViewSet(ModelViewSet):
    model = Sector
    icon = "tag"
    name = "sectors"
    form_fields = ["name", "place"]
    list_display = ["name", "place"]
    search_fields = ["name"]
    search_backend_name = None
    copy_view_enabled = False


class ContestGroup(ModelViewSetGroup):
    """Everything that makes up a contest, in one menu."""

    menu_label = "活动管理"
    menu_icon = "calendar-alt"
    menu_order = 150
    items = (
        ContestViewSet,
        EntryViewSet,
        UnitViewSet,
        AffiliationViewSet,
        DeskViewSet,
        DeedViewSet,
        SectorViewSet,
        DayOverrideViewSet,
    )


@hooks.register("register_admin_viewset")
def contest_group() -> ContestGroup:
    return ContestGroup()


@hooks.register("construct_homepage_panels")
def contest_panel(request, panels) -> None:
    """For those who run the contest; a unit's editor sees its own pages below."""
    if request.user.has_perm("showcase.change_contest"):
        panels.append(ContestPanel())


@hooks.register("register_admin_urls")
def desk_addresses():
    addresses = [
        path("<int:pk>/preview/", desk_views.preview, name="preview"),
        path("<int:pk>/print/", desk_views.printed, name="print"),
    ]
    return [path("desk/", include((addresses, "desk")))]


# After every other hook has had its say.
@hooks.register("construct_homepage_panels", order=1000)
def unit_desk(request, panels) -> None:
    """A unit's editor sees its tasks and nothing else: no lists that stay empty."""
    roles = roles_of(request.user)
    if Role.UNIT_EDITOR not in roles:
        return
    panels.append(DeskPanel())
    if roles == {Role.UNIT_EDITOR}:
        panels[:] = [panel for panel in panels if is_for_units(panel)]


def is_for_units(panel) -> bool:
    """Neither Wagtail's own panels nor the work list of operators."""
    return not type(panel).__module__.startswith("wagtail.") and panel.name != "jobs"


@hooks.register("construct_homepage_summary_items", order=1000)
def no_counters_for_units(request, items) -> None:
    """How many pages and pictures there are tells a unit nothing."""
    if roles_of(request.user) == {Role.UNIT_EDITOR}:
        items.clear()
