"""What voters say against voids, and the answers."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic.edit import FormMixin
from wagtail.admin import messages

from site_cms.privacy.encryption import decrypt
from site_cms.privacy.errors import CannotDecrypt
from site_cms.refusals import Refusal
from voting.integrity.console.frame import DECIDERS, PollPage
from voting.integrity.decision_rules import objection_deadline
from voting.integrity.models import VoterObjection
from voting.integrity.objection_forms import AnswerObjectionForm
from voting.integrity.objection_services import answer_objection
from voting.integrity.queries import CONTACT_PURPOSE, objections_of, voids_of


class ObjectionsPage(PollPage):
    page_title = "投票人异议"
    template_name = "voting/integrity/admin/objections.html"

    def get_context_data(self, **kwargs):
        objections = objections_of(self.poll)
        windows = [
            (each, objection_deadline(each.act.made_at)) for each in voids_of(self.poll)
        ]
        return super().get_context_data(**kwargs) | {
            "unanswered": list(objections.unanswered()),
            "answered": list(objections.exclude(answer=None)),
            "windows": [(each, until) for each, until in windows if until > self.now],
        }


class ObjectionPage(FormMixin, PollPage):
    """One objection with what is needed to answer it: never what is on the ballot."""

    roles = DECIDERS
    opens = "防刷票：答复投票人的异议"
    page_title = "投票人异议"
    template_name = "voting/integrity/admin/objection.html"
    form_class = AnswerObjectionForm

    @cached_property
    def objection(self) -> VoterObjection:
        return get_object_or_404(objections_of(self.poll), pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return str(self.objection)

    @property
    def is_answered(self) -> bool:
        return hasattr(self.objection, "answer")

    def get_context_data(self, **kwargs):
        act = self.objection.act
        return super().get_context_data(**kwargs) | {
            "objection": self.objection,
            "act": act,
            "group": act.of_group.group,
            "contact": _readable(self.objection.contact),
            "is_answered": self.is_answered,
            "is_own": act.proposed_by_id == self.request.user.pk,
        }

    def post(self, request, *args, **kwargs) -> HttpResponse:
        form = self.get_form()
        if self.is_answered or not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        given = form.cleaned_data
        try:
            answer_objection(
                by=request.user,
                objection=self.objection,
                is_upheld=given["outcome"] == "upheld",
                text=given["text"],
                now=self.now,
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(request, "已经答复，投票人凭受理号能看到。")
        slug = self.poll.contest.slug
        return redirect(reverse("integrity:objection", args=[slug, self.objection.pk]))


def _readable(contact: str) -> str:
    if not contact:
        return ""
    try:
        return decrypt(contact, purpose=CONTACT_PURPOSE)
    except CannotDecrypt as refusal:
        return refusal.message
