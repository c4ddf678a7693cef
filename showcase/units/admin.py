from django.utils import timezone
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from showcase.units.models import Unit
from showcase.units.services import change_unit, create_unit
from site_cms.accounts.policies import KeptForGood
from site_cms.trail.admin import CreateByAService, EditByAService

FIELDS = [
    "code",
    "name",
    "short_name",
    "category",
    "population_served",
    "headcount",
]


class UnitCreateView(CreateByAService):
    def act(self, form):
        return create_unit(
            by=self.request.user, now=timezone.now(), **form.cleaned_data
        )


class UnitEditView(EditByAService):
    def act(self, form):
        return change_unit(
            by=self.request.user,
            unit=self.object,
            now=timezone.now(),
            **form.cleaned_data,
        )


class UnitViewSet(ModelViewSet):
    model = Unit
    icon = "group"
    name = "units"
    form_fields = FIELDS
    list_display = ["name", "short_name", "category", "population_served", "code"]
    list_filter = ["category"]
    search_fields = ["name", "short_name", "code"]
    search_backend_name = None
    list_export = FIELDS
    export_filename = "units"
    add_view_class = UnitCreateView
    edit_view_class = UnitEditView
    copy_view_enabled = False


register_permission_policy(Unit, KeptForGood(Unit))
