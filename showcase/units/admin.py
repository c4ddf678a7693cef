from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from showcase.units.forms import FIELDS, AffiliationForm, UnitForm
from showcase.units.models import Affiliation, Unit
from showcase.units.services import (
    change_unit,
    create_unit,
    end_affiliation,
    set_affiliation,
)
from showcase.units.views import ImportUnitsView, UnitsFileView
from site_cms.accounts.policies import KeptForGood
from site_cms.trail.admin import CreateByAService, EditByAService


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


class UnitIndexView(generic.IndexView):
    @cached_property
    def header_more_buttons(self):
        offered = (
            ("导入单位", "units:import", "upload"),
            ("下载导入模板", "units:template", "table"),
            ("导出全部单位", "units:file", "download"),
        )
        return [
            *super().header_more_buttons,
            *(
                Button(label, url=reverse(name), icon_name=icon, priority=30 + place)
                for place, (label, name, icon) in enumerate(offered)
                if self.user_has_permission("change")
            ),
        ]


class UnitViewSet(ModelViewSet):
    model = Unit
    icon = "group"
    name = "units"
    list_display = ["name", "short_name", "category", "population_served", "code"]
    list_filter = ["category"]
    search_fields = ["name", "short_name", "code"]
    search_backend_name = None
    list_export = FIELDS
    export_filename = "units"
    index_view_class = UnitIndexView
    add_view_class = UnitCreateView
    edit_view_class = UnitEditView
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False):
        return UnitForm

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("import/", self.construct_view(ImportUnitsView), name="import"),
            path("file/", self.construct_view(UnitsFileView), name="file"),
            path(
                "template/",
                self.construct_view(UnitsFileView, is_template=True),
                name="template",
            ),
        ]


class AffiliationCreateView(CreateByAService):
    def act(self, form):
        return set_affiliation(
            by=self.request.user, now=timezone.now(), **form.cleaned_data
        )


class AffiliationEditView(EditByAService):
    def act(self, form):
        return set_affiliation(
            by=self.request.user, now=timezone.now(), **form.cleaned_data
        )


class AffiliationDeleteView(generic.DeleteView):
    def delete_action(self):
        end_affiliation(
            by=self.request.user, affiliation=self.object, now=timezone.now()
        )


class AffiliationIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("user", "unit")


class AffiliationViewSet(ModelViewSet):
    """Who works where. A reviewer is never given the unit that they work at."""

    model = Affiliation
    icon = "user"
    name = "affiliations"
    menu_label = "人员所在单位"
    list_display = [Column("user", label="人员", sort_key="user__last_name"), "unit"]
    search_fields = [
        "user__last_name",
        "user__first_name",
        "user__username",
        "unit__name",
    ]
    search_backend_name = None
    ordering = ["unit__code", "user__last_name"]
    list_per_page = 50
    index_view_class = AffiliationIndexView
    add_view_class = AffiliationCreateView
    edit_view_class = AffiliationEditView
    delete_view_class = AffiliationDeleteView
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False):
        return AffiliationForm


register_permission_policy(Unit, KeptForGood(Unit))
register_permission_policy(Affiliation, ModelPermissionPolicy(Affiliation))
