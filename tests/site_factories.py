"""A site with its pages, for tests. Plain functions, no surprises."""

from decimal import Decimal

from django.conf import settings
from wagtail.models import Collection, Locale, Page

from showcase.contests.models import Contest, Entry
from showcase.pages.models import ShowcasePage
from showcase.pages.services import (
    create_showcase_index,
    create_showcase_page,
    publish_showcase_page,
)
from site_cms.pages.page_types import HomePage
from site_cms.pages.services import create_site_tree
from tests.factories import DAY, NOW, make_contest, make_entry
from tests.pictures import make_image

FIGURES = (
    "figures",
    {
        "figures": [
            {
                "value": Decimal("17.80"),
                "unit": "公里",
                "label": "修好的路",
                "period": "2026 年",
                "source": "交通局台账",
            }
        ]
    },
)


def make_roots() -> None:
    """What Wagtail's migrations make once, and a test of real transactions empties."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    if not Page.objects.exists():
        Page.add_root(title="Root", slug="root")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")


def make_site(**fields) -> HomePage:
    make_roots()
    defaults = {"by": None, "name": "红旗争夺赛", "now": NOW}
    return create_site_tree(**defaults | fields)


def make_showcase(contest: Contest | None = None) -> Contest:
    """A contest with its list of units at /u/."""
    make_site()
    contest = contest or make_contest()
    create_showcase_index(by=None, contest=contest, now=NOW)
    return contest


def make_draft(entry: Entry, **fields) -> ShowcasePage:
    defaults = {
        "by": None,
        "entry": entry,
        "one_line": "土路变成柏油路",
        "lead": "九个村街的人出门不再踩泥。",
        "body": [FIGURES],
        "now": NOW - DAY,
    }
    if "cover" not in fields:
        defaults["cover"] = make_image()
    return create_showcase_page(**defaults | fields)


def make_page(entry: Entry | None = None, **fields) -> ShowcasePage:
    """A published page; of a new entry in a new contest unless told otherwise."""
    entry = entry or make_entry(contest=make_showcase())
    return publish_showcase_page(
        by=None, page=make_draft(entry, **fields), now=NOW - DAY
    )


def make_pages(contest: Contest, count: int, **fields) -> list[ShowcasePage]:
    cover = make_image()
    return [
        make_page(make_entry(contest=contest), **{"cover": cover} | fields)
        for _ in range(count)
    ]
