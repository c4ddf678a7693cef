"""The first thing somebody sees in the admin: where the contest stands, or the unit's desk."""

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from wagtail.admin.ui.components import Component

from showcase.contests.announcements import announcement
from showcase.contests.queries import acts_open, current_contest
from showcase.pages.desk import Task, deeds_task, own_page, page_task
from showcase.pages.models import ShowcasePage
from showcase.units.models import Unit


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


class DeskPanel(Component):
    """For a unit's editor: the page and the ledger, after the nomination's own card."""

    name = "desk"
    order = 30
    template_name = "showcase/desk/desk.html"

    def get_context_data(self, parent_context):
        user, now = parent_context["request"].user, timezone.now()
        unit = Unit.objects.edited_by(user).first()
        contest = current_contest()
        page = own_page(user, contest) if contest else None
        tasks = [page_task(page, number=2, now=now)] if page else []
        if unit:
            tasks.append(deeds_task(unit, user=user, number=len(tasks) + 2, now=now))
        if unit and contest:
            tasks += _tasks_from_above(unit, contest, number=len(tasks) + 2, now=now)
        return {"unit": unit, "contest": contest, "tasks": tasks}


def _tasks_from_above(unit, contest, *, number, now) -> list[Task]:
    """What poll, night and result have for a unit, if anything."""
    found = []
    for name in settings.DESK_TASKS:
        task = import_string(name)(unit, contest, number=number + len(found), now=now)
        if task is not None:
            found.append(task)
    return found
