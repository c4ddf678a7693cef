"""退出和取消资格 in the admin: one page an entry, for whoever proposes and whoever decides."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from showcase.contests.models import Contest, Entry, Gone
from showcase.contests.notices import Notice
from showcase.contests.withdrawal_forms import AnswerForm, ReinstateForm, WithdrawForm
from showcase.contests.withdrawal_notices import (
    fewer_than_flags,
    reinstatement_notice,
    withdrawal_notice,
)
from showcase.contests.withdrawal_queries import (
    WITHDRAWAL,
    against_reinstatement,
    against_withdrawal,
    effects_elsewhere,
    entries_waiting,
    has_voted,
    left_without,
    proposal_about,
    proposals_about,
    works_at_an_entry,
)
from showcase.contests.withdrawing import (
    confirm_reinstatement,
    confirm_withdrawal,
    propose_reinstatement,
    propose_withdrawal,
    reject_proposal,
)
from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from site_cms.trail.errors import NothingProposed
from site_cms.trail.models import Proposal


class WithdrawalsPage(WagtailAdminTemplateMixin, TemplateView):
    header_icon = "cross"
    _show_breadcrumbs = True

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    def get_breadcrumbs_items(self):
        start = {"url": reverse("withdrawals:list"), "label": "退出和取消资格"}
        return [*self.breadcrumbs_items, start]


class WithdrawalsList(WithdrawalsPage):
    """The contests that are under way, what waits in each, and all entries to choose from."""

    template_name = "showcase/contests/withdrawals.html"
    page_title = "退出和取消资格"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        under_way = Contest.objects.not_archived().exclude(openings=None).distinct()
        return super().get_context_data(**kwargs) | {
            "contests": [(contest, self.rows(contest)) for contest in under_way]
        }

    def rows(self, contest: Contest) -> list[tuple[Entry, Proposal | None]]:
        waiting = dict(entries_waiting(contest))
        entries = contest.entries.shortlisted().select_related("unit")
        return [(entry, waiting.get(entry)) for entry in entries.in_number_order()]


class WithdrawalPage(WithdrawalsPage):
    """Fill in, see what will happen and what the public will read, send to the second person."""

    template_name = "showcase/contests/withdrawal.html"

    @cached_property
    def entry(self) -> Entry:
        entries = Entry.objects.select_related("contest", "unit")
        return get_object_or_404(entries, pk=self.kwargs["pk"])

    @cached_property
    def proposal(self):
        return proposal_about(self.entry)

    def get_page_title(self) -> str:
        word = "恢复参评" if self.entry.withdrawn_at else "退出和取消资格"
        return f"{self.entry}：{word}"

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": str(self.entry)}]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "entry": self.entry,
            "contest": self.entry.contest,
            "proposal": self.proposal,
            "against": self.against,
            "is_own": works_at_an_entry(self.request.user, self.entry.contest),
            "history": [
                each
                for each in proposals_about(self.entry)
                if not self.proposal or each.pk != self.proposal.pk
            ],
            **self.asked(),
            **kwargs,
        }

    @property
    def against(self) -> str:
        against = (
            against_reinstatement if self.entry.withdrawn_at else against_withdrawal
        )
        return against(self.entry, now=self.now)

    def asked(self) -> dict[str, Any]:
        """What this person may do: answer what is proposed, or propose."""
        if self.proposal:
            answers = {"proposal": self.proposal.pk}
            return {
                "answer": AnswerForm(initial=answers) if self.may_answer else None
            } | self.shown(self.proposal.payload)
        if has_role(self.request.user, Role.ADMINISTRATOR) and not self.against:
            return {"form": self.form_class()}
        return {}

    @property
    def may_answer(self) -> bool:
        return (
            has_role(self.request.user, Role.SUPERVISOR)
            and self.proposal.proposed_by_id != self.request.user.pk
        )

    @property
    def form_class(self) -> type[WithdrawForm | ReinstateForm]:
        return ReinstateForm if self.entry.withdrawn_at else WithdrawForm

    def shown(self, words: dict[str, Any]) -> dict[str, Any]:
        """What will happen, and the notice as it will read."""
        gone = words.get("gone")
        return {
            "effects": self.effects(gone),
            "notice": None
            if self.entry.contest.hidden
            else self.notice(gone, words["words"]),
        }

    def notice(self, gone: str | None, words: str) -> Notice:
        voted = has_voted(self.entry.contest)
        if gone is None:
            return reinstatement_notice(
                self.entry, words=words, at=self.now, voted=voted
            )
        return withdrawal_notice(
            self.entry,
            kind=Gone(gone),
            words=words,
            at=self.now,
            voted=voted,
            left=left_without(self.entry, now=self.now),
        )

    def effects(self, gone: str | None) -> list[str]:
        """In the order in which somebody would ask."""
        if gone is None:
            return [
                f"{self.entry.plate} 号重新可以选，退出以前投给它的选择重新计数。",
                "公告立刻发布，展示页上的退出说明去掉；退出的公告留着。",
                "要两个人：管理员提出，监督员在自己的设备上同意。",
            ]
        left = left_without(self.entry, now=self.now)
        shortage = fewer_than_flags(self.entry.contest, left=left)
        return [
            f"投票页上 {self.entry.plate} 号马上不能选，投给它的选择不再计数；"
            "同一张选票上的其他单位照常计数。选票一张不改。",
            "公告立刻发布，展示页、名单和结果页都注明，编号不给别的单位用。",
            *([shortage] if shortage else []),
            *effects_elsewhere(self.entry, now=self.now),
            "拟定结果公布以前，可以由两个人恢复；恢复也要公告。",
            "要两个人：管理员提出，监督员在自己的设备上同意。",
        ]

    def post(self, request, *args, **kwargs) -> HttpResponse:
        if "agree" in request.POST or "proposal" in request.POST:
            return self.answered()
        if self.proposal or not has_role(request.user, Role.ADMINISTRATOR):
            return self.get(request, *args, **kwargs)
        return self.proposed()

    def proposed(self) -> HttpResponse:
        data = self.request.POST
        form = self.form_class(data)
        if not form.is_valid() or "change" in data:
            return self.render_to_response(self.get_context_data(form=form))
        if "confirmed" not in data:
            words = form.cleaned_data
            shown = self.shown({"gone": words.get("kind"), "words": words["words"]})
            context = self.get_context_data(form=form, is_preview=True, **shown)
            return self.render_to_response(context)
        try:
            self.propose(form.cleaned_data)
        except Refusal as error:
            form.add_error(None, error.message)
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(
            self.request,
            "已经提出，等一位监督员在自己的设备上同意。在此以前什么都不变，也不公布。",
        )
        return self.again()

    def propose(self, given: dict[str, Any]) -> None:
        propose = (
            propose_reinstatement if self.entry.withdrawn_at else propose_withdrawal
        )
        propose(by=self.request.user, entry=self.entry, now=self.now, **given)

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
        by, proposal, now = self.request.user, self.proposal, self.now
        if given["proposal"] != proposal.pk:
            raise NothingProposed
        if given["agree"] == "no":
            reject_proposal(by=by, proposal=proposal, remark=given["remark"], now=now)
            return "已退回，什么都没有改变。您的意见已记下，提出的人能看到。"
        if proposal.kind == WITHDRAWAL:
            confirm_withdrawal(by=by, proposal=proposal, now=now)
            return "已经办好：公告已发布，各页已注明，投给它的选择不再计数。"
        confirm_reinstatement(by=by, proposal=proposal, now=now)
        return "已经恢复参评，公告已发布。"

    def again(self) -> HttpResponse:
        return redirect("withdrawals:entry", self.entry.pk)
