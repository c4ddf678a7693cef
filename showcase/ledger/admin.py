from django.http import Http404
from django.utils import timezone
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.history import HistoryView
from wagtail.admin.views.generic.usage import UsageView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from showcase.ledger import services
from showcase.ledger.forms import DeedForm, NewDeedForm
from showcase.ledger.models import Deed, DeedState
from showcase.ledger.policies import DeedsOfOwnUnit, runs_the_ledger
from site_cms.trail.admin import CreateByAService, EditByAService


class OwnUnitsDeed:
    """A deed of another unit is not there, whichever view is asked for it."""

    def get_object(self, *args, **kwargs):
        deed = super().get_object(*args, **kwargs)
        if not self.user_has_permission_for_instance("change", deed):
            raise Http404
        return deed


class DeedCreateView(CreateByAService):
    def act(self, form):
        return services.create_deed(
            by=self.request.user, now=timezone.now(), **form.cleaned_data
        )


class DeedEditView(OwnUnitsDeed, EditByAService):
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


class DeedHistoryView(OwnUnitsDeed, HistoryView):
    pass


class DeedUsageView(OwnUnitsDeed, UsageView):
    pass


class DeedIndexView(IndexView):
    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not runs_the_ledger(request.user):
            self.list_filter = ["state"]

    def get_base_queryset(self):
        deeds = self.permission_policy.instances_user_has_any_permission_for(
            self.request.user, {"change"}
        )
        return deeds.select_related("unit")


class DeedViewSet(ModelViewSet):
    model = Deed
    icon = "tasks"
    name = "deeds"
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
    history_view_class = DeedHistoryView
    usage_view_class = DeedUsageView
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False):
        return DeedForm if for_update else NewDeedForm


register_permission_policy(Deed, DeedsOfOwnUnit(Deed))
