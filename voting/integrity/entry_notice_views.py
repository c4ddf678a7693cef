"""通报 in the admin: a page for each entry."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from showcase.contests.models import Contest, Entry
from showcase.contests.proposal_forms import PUBLIC, words_field
from showcase.contests.proposal_queries import entries_waiting
from showcase.contests.proposal_views import ProposalPage
from site_cms.accounts.roles import Role
from site_cms.trail.models import Proposal
from voting.integrity.entry_notice_models import EntryNotice
from voting.integrity.entry_notice_queries import (
    KINDS,
    NOTICE,
    against_notice,
    standing_notice,
)
from voting.integrity.entry_notice_wording import lifting_text, notice_text
from voting.integrity.entry_notices import (
    confirm_lifting,
    confirm_notice,
    propose_lifting,
    propose_notice,
)

TITLE = "通报"
_EVIDENCE = "哪些材料、谁核实的、在哪里存着。写给第二人和审计看，不公开。"


class NoticeForm(forms.Form):
    words = words_field("通报内容", PUBLIC, "请写明通报什么，公众会看到。")
    evidence = words_field("依据的材料", _EVIDENCE, "没有依据不能通报，请写明。")


class LiftingForm(forms.Form):
    words = words_field("撤销的说明", PUBLIC, "请写明为什么撤销，公众会看到。")
    evidence = words_field("依据的材料", _EVIDENCE, "请写明依据，第二人要看。")


class EntryNoticesList(WagtailAdminTemplateMixin, TemplateView):
    template_name = "voting/integrity/entry_notices.html"
    page_title = TITLE
    header_icon = "warning"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": TITLE}]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        under_way = Contest.objects.not_archived().exclude(openings=None).distinct()
        return super().get_context_data(**kwargs) | {
            "contests": [(contest, self.rows(contest)) for contest in under_way]
        }

    def rows(
        self, contest: Contest
    ) -> list[tuple[Entry, Proposal | None, EntryNotice | None]]:
        waiting = dict(entries_waiting(contest, KINDS))
        standing = {
            notice.entry_id: notice
            for notice in EntryNotice.objects.standing().filter(entry__contest=contest)
        }
        entries = contest.entries.shortlisted().select_related("unit")
        return [
            (entry, waiting.get(entry), standing.get(entry.pk))
            for entry in entries.in_number_order()
        ]


class EntryNoticePage(ProposalPage):
    header_icon = "warning"
    kinds = KINDS
    proposers = (Role.INTEGRITY, Role.ADMINISTRATOR)
    start = {"url": reverse_lazy("entry_notices:list"), "label": TITLE}

    @cached_property
    def standing(self):
        return standing_notice(self.entry)

    def get_page_title(self) -> str:
        return f"{self.entry}：{'撤销通报' if self.standing else TITLE}"

    @property
    def heading(self) -> str:
        return "撤销通报" if self.standing else "通报这个单位"

    @property
    def against(self) -> str:
        return against_notice(self.entry, now=self.now)

    @property
    def form_class(self):
        return LiftingForm if self.standing else NoticeForm

    def get_context_data(self, **kwargs):
        standing = [self.standing] if self.standing else []
        return super().get_context_data(**kwargs) | {"standing": standing}

    def notice(self, given):
        if self.standing:
            return lifting_text(
                self.entry,
                words=given["words"],
                at=self.now,
                published_at=self.standing.published_at,
            )
        return notice_text(self.entry, words=given["words"], at=self.now)

    def effects(self, given) -> list[str]:
        shown = (
            "单位的展示页注明通报已经撤销和为什么，公告立刻发布；原来的通报仍能查到。"
            if self.standing
            else "单位的展示页最上面立刻写明通报，公告立刻发布，记入公开日志。"
        )
        return [
            shown,
            "票数、得分和名次一概不变：通报不作废选票，也不取消资格，那些另外办。",
            "通报以后删不掉，只能由两个人撤销。",
            "要两个人：防刷票专员或管理员提出，监督员在自己的设备上同意。",
        ]

    def propose(self, given) -> None:
        act = propose_lifting if self.standing else propose_notice
        act(by=self.request.user, entry=self.entry, now=self.now, **given)

    def confirm(self, proposal) -> str:
        act = {"by": self.request.user, "proposal": proposal, "now": self.now}
        if proposal.kind == NOTICE:
            confirm_notice(**act)
            return "通报已经发布，展示页已写明。票数没有变。"
        confirm_lifting(**act)
        return "通报已经撤销，展示页已注明。"
