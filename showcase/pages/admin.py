from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from showcase.contests.admin import ContestViewSet, EntryViewSet
from showcase.ledger.admin import DeedViewSet
from showcase.pages.dashboard import ContestPanel
from showcase.pages.models import Sector
from showcase.units.admin import UnitViewSet


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
    items = (ContestViewSet, EntryViewSet, UnitViewSet, DeedViewSet, SectorViewSet)


@hooks.register("register_admin_viewset")
def contest_group() -> ContestGroup:
    return ContestGroup()


@hooks.register("construct_homepage_panels")
def contest_panel(request, panels) -> None:
    """For those who run the contest; a unit's editor sees its own pages below."""
    if request.user.has_perm("showcase.change_contest"):
        panels.append(ContestPanel())
