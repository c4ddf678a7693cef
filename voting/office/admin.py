"""The desks of the contest, on the first page that an operator sees in the admin."""

from django.utils import timezone
from wagtail import hooks
from wagtail.admin.ui.components import Component

from voting.judging.rehearsal_queries import contests_to_work_on
from voting.office.queries import jobs_of


class JobsPanel(Component):
    name = "jobs"
    order = 60
    template_name = "voting/office/jobs.html"

    def get_context_data(self, parent_context):
        user, now = parent_context["request"].user, timezone.now()
        return {
            "perms": parent_context["perms"],
            "contests": [
                {"contest": contest, "jobs": jobs}
                for contest in contests_to_work_on()
                if (jobs := jobs_of(user, contest, now=now))
            ],
        }


@hooks.register("construct_homepage_panels")
def jobs_panel(request, panels) -> None:
    panels.append(JobsPanel())
