"""What is looked at: all groups of a poll, one group, its ballots, what entries lost."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect

from site_cms.trail import services as trail
from voting.integrity.console.frame import (
    DECIDERS,
    ConsolePage,
    GroupPage,
    PollPage,
)
from voting.integrity.decision_rules import State
from voting.integrity.evidence_queries import evidence_of
from voting.integrity.loss_queries import losses_of
from voting.integrity.overview_queries import overview_of, polls_to_watch
from voting.integrity.queries import (
    acts_of,
    dismissal_of,
)
from voting.integrity.wording import against_losses, families_in_words
from voting.log.openings import openings_are_public
from voting.polls.standing_models import ActKind

BALLOTS_ON_A_PAGE = 50


class IndexPage(ConsolePage):
    """Where there is one poll, that one."""

    page_title = "防刷票"
    template_name = "voting/integrity/admin/index.html"

    @property
    def trail_of_pages(self):
        return []

    def get(self, request, *args, **kwargs) -> HttpResponse:
        polls = polls_to_watch()
        if len(polls) == 1:
            return redirect("integrity:poll", polls[0].contest.slug)
        return self.render_to_response(self.get_context_data(polls=polls))


class OverviewPage(PollPage):
    page_title = "防刷票"
    template_name = "voting/integrity/admin/overview.html"

    def get_context_data(self, **kwargs):
        overview = overview_of(self.poll, user=self.request.user, now=self.now)
        return super().get_context_data(**kwargs) | {"overview": overview}


class OneGroupPage(GroupPage):
    page_title = ""
    template_name = "voting/integrity/admin/group.html"

    def get_context_data(self, **kwargs):
        standings, state = self.line.standings, self.line.state
        has_void = any(act.act.kind == ActKind.VOID for act in acts_of(self.group))
        return super().get_context_data(**kwargs) | {
            "evidence": evidence_of(self.group, self.members),
            "families": families_in_words(self.group.families),
            "findings": len(self.group.findings.all()),
            "acts": acts_of(self.group),
            "dismissal": dismissal_of(self.group, ballots=standings.ballots),
            "may_hold": bool(standings.counted) and state != State.PROPOSED,
            "may_dismiss": state in {State.NEW, State.RELEASED},
            "has_void": has_void,
        }


class BallotsPage(GroupPage):
    """The ballots of a group one by one, without anything that finds or opens them."""

    page_title = "原始记录"
    template_name = "voting/integrity/admin/ballots.html"

    def get_context_data(self, **kwargs):
        evidence = evidence_of(self.group, self.members)
        pages = Paginator(evidence.lines, BALLOTS_ON_A_PAGE)
        return super().get_context_data(**kwargs) | {
            "evidence": evidence,
            "page": pages.get_page(self.request.GET.get("p")),
        }


class LossesPage(GroupPage):
    """What entries lost: after the close, after the decision, for those who decide."""

    roles = DECIDERS
    opens = "防刷票：截止以后看作废让各单位少了多少（每次查看都记录）"
    page_title = "各单位少了多少"
    template_name = "voting/integrity/admin/losses.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        voids = [each for each in acts_of(self.group) if each.act.kind == ActKind.VOID]
        reason = against_losses(is_closed=context["is_closed"], has_void=bool(voids))
        if reason:
            return context | {"not_yet": reason}
        is_recorded = not openings_are_public(self.poll.contest, now=self.now)
        if is_recorded:
            trail.record(
                by=self.request.user,
                action="losses.viewed",
                subject=self.group,
                sentence=f"查看作废{self.group}让各单位少了多少票",
                now=self.now,
            )
        losses = losses_of(self.poll, [each.act for each in voids])
        return context | {"losses": losses, "is_recorded": is_recorded}
