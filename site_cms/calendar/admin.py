"""工作日 in the admin: rows to add and to read, none to change."""

from django.utils import timezone
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from site_cms.accounts.policies import OnlyAdded
from site_cms.calendar.models import DayOverride
from site_cms.calendar.services import override_day
from site_cms.trail.admin import CreateByAService, MomentColumn


class OverrideCreateView(CreateByAService):
    def act(self, form):
        return override_day(
            by=self.request.user, now=timezone.now(), **form.cleaned_data
        )


class DayOverrideViewSet(ModelViewSet):
    model = DayOverride
    icon = "date"
    name = "day_overrides"
    menu_label = "工作日调整"
    form_fields = ["day", "counts", "reason"]
    list_display = [
        Column("day", label="日期"),
        Column("get_counts_display", label="这一天"),
        Column("reason", label="原因"),
        Column("made_by", label="登记人"),
        MomentColumn("made_at", label="登记时间"),
    ]
    ordering = ["-day", "-id"]
    add_view_class = OverrideCreateView
    inspect_view_enabled = True
    inspect_view_fields = ["day", "counts", "reason", "made_by", "made_at"]
    copy_view_enabled = False
    add_to_reference_index = False


register_permission_policy(DayOverride, OnlyAdded(DayOverride))
