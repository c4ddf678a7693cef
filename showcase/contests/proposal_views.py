"""The admin's page of an act on one entry that two people do in public.

Fill in, see what will happen and what the public will read, send it to the second person;
who reads the same again on a device of their own and answers.
"""

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from showcase.contests.models import Entry
from showcase.contests.notices import Notice
from showcase.contests.proposal_forms import AnswerForm
from showcase.contests.proposal_queries import (
    proposal_about,
    proposals_about,
    works_at_an_entry,
)
from showcase.contests.proposing import reject_about
from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from site_cms.trail.errors import NothingProposed
from site_cms.trail.models import Proposal


class ProposalPage(ABC, WagtailAdminTemplateMixin, TemplateView):
    """``proposers`` may propose what is of these ``kinds``; a supervisor is the second person."""

    template_name = "showcase/contests/proposal.html"
    proposers: ClassVar[tuple[Role, ...]] = (Role.ADMINISTRATOR,)
    kinds: ClassVar[tuple[str, ...]]
    start: ClassVar[dict[str, str]]
    _show_breadcrumbs = True

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def entry(self) -> Entry:
        entries = Entry.objects.select_related("contest", "unit")
        return get_object_or_404(entries, pk=self.kwargs["pk"])

    @cached_property
    def proposal(self) -> Proposal | None:
        """What waits for its second person."""
        return proposal_about(self.entry, self.kinds)

    @property
    @abstractmethod
    def against(self) -> str:
        """Why nothing can be proposed now."""

    @property
    @abstractmethod
    def form_class(self) -> type[forms.Form]:
        """What is filled in now."""

    @property
    @abstractmethod
    def heading(self) -> str:
        """What the form is for."""

    @abstractmethod
    def effects(self, given: dict[str, Any]) -> list[str]:
        """What will happen, in sentences."""

    @abstractmethod
    def notice(self, given: dict[str, Any]) -> Notice:
        """What the public will read."""

    @abstractmethod
    def propose(self, given: dict[str, Any]) -> None:
        """Send it to the second person."""

    @abstractmethod
    def confirm(self, proposal: Proposal) -> str:
        """Carry it out, and say what has happened."""

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            self.start,
            {"url": "", "label": str(self.entry)},
        ]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        waiting = self.proposal.pk if self.proposal else None
        return super().get_context_data(**kwargs) | {
            "entry": self.entry,
            "contest": self.entry.contest,
            "proposal": self.proposal,
            "against": self.against,
            "heading": self.heading,
            "start": self.start,
            "is_own": works_at_an_entry(self.request.user, self.entry.contest),
            "history": [
                each
                for each in proposals_about(self.entry, self.kinds)
                if each.pk != waiting
            ],
            **self.asked(),
            **kwargs,
        }

    def asked(self) -> dict[str, Any]:
        """What this person may do: answer what is proposed, or propose."""
        if self.proposal:
            answers = {"proposal": self.proposal.pk}
            answer = AnswerForm(initial=answers) if self.may_answer else None
            return {"answer": answer} | self.shown(self.proposal.payload)
        if self.may_propose and not self.against:
            return {"form": self.form_class()}
        return {}

    @property
    def may_propose(self) -> bool:
        return has_role(self.request.user, *self.proposers)

    @property
    def may_answer(self) -> bool:
        return (
            has_role(self.request.user, Role.SUPERVISOR)
            and self.proposal.proposed_by_id != self.request.user.pk
        )

    def shown(self, given: dict[str, Any]) -> dict[str, Any]:
        is_told = not self.entry.contest.hidden
        return {
            "effects": self.effects(given),
            "notice": self.notice(given) if is_told else None,
        }

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "agree" in request.POST or "proposal" in request.POST:
            return self.answered()
        if self.proposal or not self.may_propose:
            return self.get(request, *args, **kwargs)
        return self.proposed()

    def proposed(self) -> HttpResponse:
        data = self.request.POST
        form = self.form_class(data)
        if not form.is_valid() or "change" in data:
            return self.with_form(form)
        if "confirmed" not in data:
            return self.with_form(
                form, is_preview=True, **self.shown(form.cleaned_data)
            )
        try:
            self.propose(form.cleaned_data)
        except Refusal as error:
            form.add_error(None, error.message)
            return self.with_form(form)
        messages.success(
            self.request,
            "已经提出，等一位监督员在自己的设备上同意。在此以前什么都不变，也不公布。",
        )
        return self.again()

    def with_form(self, form: forms.Form, **more: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, **more))

    def answered(self) -> HttpResponse:
        form = AnswerForm(self.request.POST)
        if not self.proposal or not self.may_answer:
            messages.error(self.request, NothingProposed.message)
            return self.again()
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(answer=form))
        try:
            messages.success(self.request, self.decide(form.cleaned_data))
        except Refusal as error:
            messages.error(self.request, error.message)
        return self.again()

    def decide(self, given: dict[str, Any]) -> str:
        if given["proposal"] != self.proposal.pk:
            raise NothingProposed
        if given["agree"] == "yes":
            return self.confirm(self.proposal)
        reject_about(
            by=self.request.user,
            proposal=self.proposal,
            remark=given["remark"],
            now=self.now,
        )
        return "已退回，什么都没有改变。您的意见已记下，提出的人能看到。"

    def again(self) -> HttpResponse:
        return redirect(self.request.path)
