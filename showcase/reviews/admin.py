"""How reviewing is reached from the admin: its addresses, its menu, the unit's news."""

from django.urls import include, path, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from showcase.contests.models import Entry
from showcase.contests.queries import current_contest
from showcase.reviews.queries import news_for
from showcase.units.models import Unit
from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role

_ROLES = (
    Role.REVIEWER_FIRST,
    Role.REVIEWER_SECOND,
    Role.ADMINISTRATOR,
    Role.SUPERVISOR,
    Role.AUDITOR,
)


class ReviewingItem(MenuItem):
    def is_shown(self, request) -> bool:
        return has_role(request.user, *_ROLES)


class ReviewNews(Component):
    """What a unit is told of its reviews, on the first page that its editors see."""

    name = "review-news"
    order = 80
    template_name = "showcase/reviews/news.html"

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        contest, now = current_contest(), timezone.now()
        entries = Entry.objects.filter(
            contest=contest, unit__in=Unit.objects.edited_by(user)
        ).select_related("contest", "unit")
        return {
            "entries": [
                {"entry": entry, "news": told}
                for entry in entries
                if (told := news_for(entry, now=now))
            ]
        }


@hooks.register("register_admin_urls")
def reviewing_urls():
    return [path("reviews/", include("showcase.reviews.urls"))]


@hooks.register("register_admin_menu_item")
def reviewing_item():
    return ReviewingItem(
        "评审",
        reverse("reviews:desk"),
        name="reviews",
        icon_name="clipboard-list",
        order=160,
    )


@hooks.register("construct_homepage_panels")
def review_news(request, panels) -> None:
    if has_role(request.user, Role.UNIT_EDITOR):
        panels.append(ReviewNews())
