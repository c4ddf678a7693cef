"""The page on which a contest becomes the template of the next."""

from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from showcase.contests.models import Contest
from site_cms.refusals import Refusal
from voting.editions.forms import CopyForm
from voting.editions.queries import Plan, plan_of
from voting.editions.services import copy_contest


class CopyPage(WagtailAdminTemplateMixin, FormView):
    """Everything that would be taken over stands above the button."""

    form_class = CopyForm
    template_name = "voting/editions/copy.html"
    page_title = "照这一届办下一届"
    header_icon = "copy"
    _show_breadcrumbs = True

    @cached_property
    def plan(self) -> Plan:
        source = get_object_or_404(Contest, pk=self.kwargs["pk"])
        return plan_of(source, now=timezone.now())

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("contests:index"), "label": "活动"},
            {"url": "", "label": f"照“{self.plan.source}”办下一届"},
        ]

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs() | {"plan": self.plan}
        kwargs.pop("initial")
        return kwargs

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"plan": self.plan}

    def form_valid(self, form):
        try:
            contest = copy_contest(
                by=self.request.user,
                source=self.plan.source,
                now=timezone.now(),
                **form.chosen,
            )
        except Refusal as error:
            form.add_error(None, error.message)
            return self.form_invalid(form)
        messages.success(
            self.request,
            f"“{contest}”建好了，现在还不对外显示。请核对时间，写上新的批准文号，"
            "再选定民意权重、冻结规则。",
        )
        return redirect("contests:edit", contest.pk)
