"""The first thing an operator sees in the admin: where the contest stands."""

from django.utils import timezone
from wagtail.admin.ui.components import Component

from showcase.contests.announcements import announcement
from showcase.contests.queries import acts_open, current_contest
from showcase.pages.models import ShowcasePage


class ContestPanel(Component):
    name = "contest"
    order = 50
    template_name = "showcase/pages/dashboard.html"

    def get_context_data(self, parent_context):
        contest = current_contest()
        if contest is None:
            return {"contest": None}
        now = timezone.now()
        pages = ShowcasePage.objects.of_contest(contest)
        return {
            "contest": contest,
            "said": announcement(
                contest.times, acts=acts_open(contest, now=now), now=now
            ),
            "entries": contest.entries.count(),
            "shortlisted": contest.entries.shortlisted().count(),
            "published": pages.live().count(),
            "drafts": pages.not_live().count(),
        }
