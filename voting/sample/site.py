"""The sample's home page, units' pages, notices and help."""

from datetime import datetime
from typing import Any

from showcase.contests.models import Contest
from showcase.pages.services import create_showcase_index
from site_cms.accounts.models import User
from site_cms.pages.services import (
    create_site_tree,
    describe_site,
    publish_help,
    publish_notice,
)
from voting.sample.blocks import (
    articles,
    rich_text,
    sections,
)
from voting.sample.timetable import moment


def add_site(
    sample: dict[str, Any],
    contest: Contest,
    *,
    by: User,
    first_day: datetime,
    now: datetime,
) -> None:
    """The home page, the showcase's index, and all that is written beside them."""
    about = sample["contest"]
    create_site_tree(
        by=by,
        name=about["name"],
        hero_text=(
            f"{about['finalists']} 个单位晒出办成的事，"
            "每一件谁来办、办到哪一步，都能查。"
        ),
        now=contest.nomination_opens_at,
    )
    create_showcase_index(by=by, contest=contest, now=contest.nomination_opens_at)
    _add_notices(about["notices"], by=by, first_day=first_day, now=now)
    _add_help(about, by=by, now=contest.shortlisted_at)


def _add_notices(
    notices: list[dict[str, Any]], *, by: User, first_day: datetime, now: datetime
) -> None:
    """Those whose day has come."""
    for notice in notices:
        at = moment(first_day, notice["offset_days"], notice["time"])
        if at <= now:
            publish_notice(
                by=by,
                title=notice["title"],
                slug=notice["slug"],
                published_on=at.date(),
                body=[("paragraph", rich_text(notice["body"]))],
                now=at,
            )


def _add_help(about: dict[str, Any], *, by: User, now: datetime) -> None:
    """Rules and help pages, and the line at the foot of every page that leads to them."""
    rules_page = publish_help(
        by=by,
        title="活动规则",
        slug="contest-rules",
        body=[("paragraph", articles(about["rules"]))],
        now=now,
    )
    help_pages = {
        page["slug"]: publish_help(
            by=by,
            title=page["title"],
            slug=page["slug"],
            intro=page["intro"],
            body=[("paragraph", sections(page["sections"]))],
            now=now,
        )
        for page in about["help_pages"]
    }
    describe_site(
        by=by,
        site_name=about["short_name"],
        place=about["county"],
        description=about["description"],
        sponsor=about["sponsor"],
        organiser=about["organiser"],
        phone=about["phone"],
        phone_hours=about["phone_hours"],
        rules_page=rules_page,
        privacy_page=help_pages["privacy"],
        accessibility_page=help_pages["accessibility"],
        now=now,
    )
