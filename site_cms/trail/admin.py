"""The admin's side of acts: forms that save through a service, and the trail to read."""

from abc import ABC, abstractmethod

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log
from wagtail.permissions import register_permission_policy

from site_cms.accounts.policies import OnlyRead
from site_cms.refusals import Refusal
from site_cms.trail.models import TrailEntry


class SavedByAService(ABC):
    """For create and edit views of the admin.

    ``act`` calls services and returns the object. What they refuse is shown above
    the form; nothing that was typed is lost.
    """

    log_action: str

    @abstractmethod
    def act(self, form): ...

    def save_instance(self):
        saved = self.act(self.form)
        log(instance=saved, action=self.log_action, user=self.request.user)
        return saved

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ValidationError as error:
            form.add_error(None, error.messages)
        except Refusal as error:
            form.add_error(None, error.message)
        self.produced_error_code = "validation_error"
        self.produced_error_message = "没有保存。请看下面的说明，改好再存。"
        return self.form_invalid(form)


class CreateByAService(SavedByAService, generic.CreateView):
    log_action = "wagtail.create"


class EditByAService(SavedByAService, generic.EditView):
    log_action = "wagtail.edit"


class MomentColumn(Column):
    """A moment in full, in the county's time: Wagtail's own says "just now" for the future."""

    def get_value(self, instance):
        value = super().get_value(instance)
        if value is None:
            return ""
        return date_format(timezone.localtime(value), "Y-m-d H:i")


class TrailIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("by")


class TrailViewSet(ModelViewSet):
    """Who did what, newest first. There is nothing to press."""

    model = TrailEntry
    icon = "history"
    menu_label = "操作记录"
    menu_order = 900
    add_to_admin_menu = True
    name = "trail"
    form_fields: list[str] = []
    list_display = [
        Column("sentence", label="做了什么"),
        Column("by", label="操作人", accessor=lambda entry: entry.by or "系统"),
        MomentColumn("at", label="时间", sort_key="at"),
        Column("action", label="动作代号"),
    ]
    list_filter = {"at": ["gte", "lte"]}
    search_fields = ["sentence"]
    search_backend_name = None
    ordering = ["-id"]
    list_per_page = 50
    index_view_class = TrailIndexView
    inspect_view_enabled = True
    inspect_view_fields = [
        "at",
        "by",
        "sentence",
        "action",
        "subject_type",
        "subject_id",
        "details",
    ]
    copy_view_enabled = False
    add_to_reference_index = False


register_permission_policy(TrailEntry, OnlyRead(TrailEntry))
