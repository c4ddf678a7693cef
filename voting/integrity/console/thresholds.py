"""Where the officer sets the thresholds: fill in, see what they would find, confirm."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.generic.edit import FormMixin
from wagtail.admin import messages

from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from voting.integrity.console.frame import ConsolePage
from voting.integrity.detection_models import Thresholds
from voting.integrity.queries import is_of_a_participating_unit
from voting.integrity.rehearsal import effects_of
from voting.integrity.thresholds_forms import ThresholdsForm
from voting.integrity.thresholds_queries import limits_of
from voting.integrity.thresholds_services import set_thresholds
from voting.polls.models import Poll


class ThresholdsPage(FormMixin, ConsolePage):
    """Before the opening the officer's alone; once open, nobody can change them."""

    roles = (Role.INTEGRITY,)
    opens = "防刷票：设定识别阈值"
    page_title = "识别阈值"
    template_name = "voting/integrity/admin/thresholds.html"
    form_class = ThresholdsForm

    @cached_property
    def poll(self) -> Poll:
        polls = Poll.objects.select_related("contest")
        return get_object_or_404(polls, contest__slug=self.kwargs["slug"])

    def get_initial(self):
        return limits_of(self.poll.contest).to_json()

    def post(self, request, *args, **kwargs) -> HttpResponse:
        form = self.get_form()
        if self.poll.is_opened or not form.is_valid() or "change" in request.POST:
            return self.render_to_response(self.get_context_data(form=form))
        if "confirmed" not in request.POST:
            context = self.get_context_data(
                form=form, effects=effects_of(form.limits), is_preview=True
            )
            return self.render_to_response(context)
        return self.set(form)

    def set(self, form: ThresholdsForm) -> HttpResponse:
        try:
            set_thresholds(
                by=self.request.user,
                contest=self.poll.contest,
                limits=form.limits,
                now=self.now,
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(
            self.request, "阈值已经设定。开放以前还能改，每改一次多一版；开放时冻结。"
        )
        return redirect("integrity:thresholds", self.poll.contest.slug)

    def get_context_data(self, **kwargs):
        contest = self.poll.contest
        versions = Thresholds.objects.of_contest(contest.pk).select_related("set_by")
        return super().get_context_data(**kwargs) | {
            "contest": contest,
            "is_frozen": self.poll.is_opened,
            "is_affiliated": is_of_a_participating_unit(self.request.user, contest),
            "versions": versions,
            "sent": [
                (name, value)
                for name, value in self.request.POST.items()
                if name in self.get_initial()
            ],
        }
