"""What all pages of the console share. None of them knows what is on a ballot."""

from datetime import datetime

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role
from voting.integrity.decision_rules import State
from voting.integrity.detection_models import SuspectGroup
from voting.integrity.queries import (
    GroupLine,
    Member,
    group_line,
    is_of_a_participating_unit,
    members_of,
    open_proposal,
)
from voting.polls.models import Poll

LOOKERS = (Role.INTEGRITY, Role.SUPERVISOR, Role.AUDITOR)
DECIDERS = (Role.INTEGRITY, Role.SUPERVISOR)

# The steps of a group as the pages show them, each with the states in which it is the present one.
STEPS = (
    ("看证据", {State.NEW, State.DISMISSED, State.RELEASED}),
    ("已隔离", {State.HELD}),
    ("第二人确认", {State.PROPOSED}),
    ("已作废", {State.VOID, State.RESTORED}),
)


class ConsolePage(WagtailAdminTemplateMixin, TemplateView):
    """``roles`` may open it, for what ``opens`` says; the addresses ask for them."""

    roles: tuple[Role, ...] = LOOKERS
    opens: str = "防刷票：看可疑的组和依据"
    header_icon = "view"
    _show_breadcrumbs = True
    request: HttpRequest

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def poll(self) -> Poll:
        polls = Poll.objects.select_related("contest")
        poll = get_object_or_404(polls, contest__slug=self.kwargs["slug"])
        if not poll.is_opened:
            raise Http404
        return poll

    @property
    def is_officer(self) -> bool:
        return has_role(self.request.user, Role.INTEGRITY)

    @property
    def is_supervisor(self) -> bool:
        return has_role(self.request.user, Role.SUPERVISOR)

    def get_breadcrumbs_items(self):
        start = {"url": reverse("integrity:index"), "label": "防刷票"}
        return [*self.breadcrumbs_items, start, *self.trail_of_pages]

    @property
    def trail_of_pages(self) -> list[dict[str, str]]:
        return [{"url": "", "label": self.get_page_title()}]


class PollPage(ConsolePage):
    """A page about one poll."""

    @property
    def trail_of_pages(self):
        contest = self.poll.contest
        overview = reverse("integrity:poll", args=[contest.slug])
        last = {"url": "", "label": self.get_page_title()}
        return [{"url": overview, "label": str(contest)}, last]

    def get_context_data(self, **kwargs):
        contest = self.poll.contest
        closes_at = contest.poll_closes_at
        return super().get_context_data(**kwargs) | {
            "poll": self.poll,
            "contest": contest,
            "is_closed": closes_at is not None and self.now >= closes_at,
            "is_officer": self.is_officer,
            "is_supervisor": self.is_supervisor,
            "is_affiliated": is_of_a_participating_unit(self.request.user, contest),
        }


class GroupPage(PollPage):
    """A page about one group."""

    @cached_property
    def group(self) -> SuspectGroup:
        groups = SuspectGroup.objects.select_related("poll__contest").with_findings()
        return get_object_or_404(groups, poll=self.poll, number=self.kwargs["number"])

    @cached_property
    def members(self) -> list[Member]:
        return members_of(self.group)

    @cached_property
    def line(self) -> GroupLine:
        return group_line(self.group, open_proposal(self.group))

    def address(self, name: str) -> str:
        return reverse(
            f"integrity:{name}", args=[self.poll.contest.slug, self.group.number]
        )

    def get_page_title(self) -> str:
        return self.page_title or str(self.group)

    @property
    def trail_of_pages(self):
        above = super().trail_of_pages
        if self.page_title:
            here = {"url": self.address("group"), "label": str(self.group)}
            return [above[0], here, above[-1]]
        return above

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "group": self.group,
            "line": self.line,
            "steps": [
                {"label": label, "current": self.line.state in states}
                for label, states in STEPS
            ],
        }
