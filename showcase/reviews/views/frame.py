"""What all pages of reviewing share."""

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from showcase.contests.models import Contest
from showcase.reviews.models import ReviewRound, Step
from showcase.reviews.queries import round_of
from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal

REVIEWERS = (Role.REVIEWER_FIRST, Role.REVIEWER_SECOND)
LOOKERS = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AUDITOR)


class ReviewingPage(WagtailAdminTemplateMixin, TemplateView):
    """``roles`` may open it; the addresses ask for them."""

    roles: tuple[Role, ...]
    header_icon = "clipboard-list"

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    def get_breadcrumbs_items(self):
        items = [
            *self.breadcrumbs_items,
            {"url": reverse("reviews:desk"), "label": "评审"},
        ]
        return [*items, *self.trail_of_pages]

    @property
    def trail_of_pages(self) -> list[dict[str, str]]:
        return []

    def act(self, act, said: str, where: HttpResponse) -> HttpResponse:
        """Do it and say so, or say why it was not done."""
        try:
            act()
        except Refusal as error:
            messages.error(self.request, error.message)
        else:
            messages.success(self.request, said)
        return where


class RoundPage(ReviewingPage):
    """A page about one round of a contest, which may still have to be set up."""

    @cached_property
    def contest(self) -> Contest:
        return get_object_or_404(Contest, slug=self.kwargs["slug"])

    @cached_property
    def step(self) -> Step:
        if self.kwargs["step"] not in Step.values:
            raise Http404
        return Step(self.kwargs["step"])

    @cached_property
    def round(self) -> ReviewRound:
        round_ = round_of(self.contest, self.step)
        if round_ is None:
            raise Http404
        return round_

    def get_page_title(self) -> str:
        return f"{self.step.label}：{self.page_title}"

    @property
    def trail_of_pages(self):
        return [{"url": "", "label": f"{self.contest}{self.get_page_title()}"}]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "contest": self.contest,
            "step": self.step,
            "round": round_of(self.contest, self.step),
            "tabs": self.tabs(),
            "may_change": has_role(self.request.user, Role.ADMINISTRATOR),
        }

    def tabs(self) -> list[dict[str, object]]:
        """The pages of this round that this person may open, in the order of the work."""
        is_administrator = has_role(self.request.user, Role.ADMINISTRATOR)
        pages = [
            ("set_up", "一 设定", is_administrator),
            ("assign", "二 分配", is_administrator),
            ("progress", "三 进度", True),
            ("ranking", "四 排名", True),
            ("select", "五 确定名单", is_administrator),
        ]
        here = self.request.resolver_match.url_name
        return [
            {"label": label, "url": self.address(name), "current": name == here}
            for name, label, is_shown in pages
            if is_shown
        ]

    def address(self, name: str) -> str:
        return reverse(f"reviews:{name}", args=[self.contest.slug, self.step])
