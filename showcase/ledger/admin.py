from django.utils import timezone
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from showcase.ledger import services
from showcase.ledger.forms import DeedForm
from showcase.ledger.models import Deed, DeedState
from site_cms.accounts.policies import KeptForGood
from site_cms.trail.admin import CreateByAService, EditByAService


class DeedCreateView(CreateByAService):
    def act(self, form):
        return services.create_deed(
            by=self.request.user, now=timezone.now(), **form.cleaned_data
        )


class DeedEditView(EditByAService):
    def act(self, form):
        by, now = self.request.user, timezone.now()
        before = Deed.objects.get(pk=self.object.pk)
        deed = services.change_deed(by=by, deed=before, now=now, **form.promise)
        if form.cleaned_data["done"] != before.done:
            deed = services.report_progress(
                by=by, deed=deed, done=form.cleaned_data["done"], now=now
            )
        match form.cleaned_data["step"]:
            case DeedState.ADMITTED:
                return services.admit_deed(by=by, deed=deed, now=now)
            case DeedState.REPORTED:
                return services.report_done(by=by, deed=deed, now=now)
            case DeedState.CLOSED:
                return services.close_deed(
                    by=by, deed=deed, closed_on=timezone.localdate(now), now=now
                )
            case DeedState.IN_PROGRESS:
                return services.send_back_deed(
                    by=by, deed=deed, reason=form.cleaned_data["reason"], now=now
                )
            case _:
                return deed


class DeedIndexView(IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("unit")


class DeedViewSet(ModelViewSet):
    model = Deed
    icon = "tasks"
    name = "deeds"
    form_fields = ["unit", *services.PROMISE]
    list_display = [
        "title",
        "unit",
        "state",
        Column("percent", label="完成", accessor=lambda deed: f"{deed.percent}%"),
        Column(
            "due_on",
            label="期限",
            sort_key="due_on",
            accessor=lambda deed: deed.due_on.isoformat(),
        ),
    ]
    list_filter = ["state", "unit", "unit__category"]
    search_fields = ["title", "leader", "unit__name"]
    search_backend_name = None
    ordering = ["due_on"]
    list_per_page = 50
    list_export = ["unit", "title", "leader", "target", "done", "measure", "due_on"]
    export_filename = "deeds"
    index_view_class = DeedIndexView
    add_view_class = DeedCreateView
    edit_view_class = DeedEditView
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False):
        return DeedForm if for_update else super().get_form_class()


register_permission_policy(Deed, KeptForGood(Deed))
