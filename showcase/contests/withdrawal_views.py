"""退出和取消资格 in the admin: the entries of what is under way, and a page for each."""

from typing import Any

from django.urls import reverse_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from showcase.contests.models import Contest, Entry, Gone
from showcase.contests.notices import Notice
from showcase.contests.proposal_queries import entries_waiting
from showcase.contests.proposal_views import ProposalPage
from showcase.contests.withdrawal_forms import ReinstateForm, WithdrawForm
from showcase.contests.withdrawal_notices import (
    fewer_than_flags,
    reinstatement_notice,
    withdrawal_notice,
)
from showcase.contests.withdrawal_queries import (
    KINDS,
    WITHDRAWAL,
    against_reinstatement,
    against_withdrawal,
    effects_elsewhere,
    has_voted,
    left_without,
)
from showcase.contests.withdrawing import (
    confirm_reinstatement,
    confirm_withdrawal,
    propose_reinstatement,
    propose_withdrawal,
)
from site_cms.trail.models import Proposal

TITLE = "退出和取消资格"


class WithdrawalsList(WagtailAdminTemplateMixin, TemplateView):
    """The contests that are under way, what waits in each, and all entries to choose from."""

    template_name = "showcase/contests/withdrawals.html"
    page_title = TITLE
    header_icon = "cross"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": TITLE}]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        under_way = Contest.objects.not_archived().exclude(openings=None).distinct()
        return super().get_context_data(**kwargs) | {
            "contests": [(contest, self.rows(contest)) for contest in under_way]
        }

    def rows(self, contest: Contest) -> list[tuple[Entry, Proposal | None]]:
        waiting = dict(entries_waiting(contest, KINDS))
        entries = contest.entries.shortlisted().select_related("unit")
        return [(entry, waiting.get(entry)) for entry in entries.in_number_order()]


class WithdrawalPage(ProposalPage):
    header_icon = "cross"
    kinds = KINDS
    start = {"url": reverse_lazy("withdrawals:list"), "label": TITLE}

    @property
    def is_gone(self) -> bool:
        return self.entry.withdrawn_at is not None

    def get_page_title(self) -> str:
        return f"{self.entry}：{'恢复参评' if self.is_gone else TITLE}"

    @property
    def heading(self) -> str:
        return "恢复参评" if self.is_gone else "办理退出或取消资格"

    @property
    def against(self) -> str:
        asked = against_reinstatement if self.is_gone else against_withdrawal
        return asked(self.entry, now=self.now)

    @property
    def form_class(self):
        return ReinstateForm if self.is_gone else WithdrawForm

    def notice(self, given) -> Notice:
        voted = has_voted(self.entry.contest)
        if self.is_gone:
            return reinstatement_notice(
                self.entry, words=given["words"], at=self.now, voted=voted
            )
        return withdrawal_notice(
            self.entry,
            kind=Gone(given["kind"]),
            words=given["words"],
            at=self.now,
            voted=voted,
            left=left_without(self.entry, now=self.now),
        )

    def effects(self, given) -> list[str]:
        return self._when_it_comes_back() if self.is_gone else self._when_it_leaves()

    def _when_it_comes_back(self) -> list[str]:
        return [
            f"{self.entry.plate} 号重新可以选，退出以前投给它的选择重新计数。",
            "公告立刻发布，展示页上的退出说明去掉；退出的公告留着。",
            "要两个人：管理员提出，监督员在自己的设备上同意。",
        ]

    def _when_it_leaves(self) -> list[str]:
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

    def propose(self, given) -> None:
        act = propose_reinstatement if self.is_gone else propose_withdrawal
        act(by=self.request.user, entry=self.entry, now=self.now, **given)

    def confirm(self, proposal) -> str:
        act = {"by": self.request.user, "proposal": proposal, "now": self.now}
        if proposal.kind == WITHDRAWAL:
            confirm_withdrawal(**act)
            return "已经办好：公告已发布，各页已注明，投给它的选择不再计数。"
        confirm_reinstatement(**act)
        return "已经恢复参评，公告已发布。"
