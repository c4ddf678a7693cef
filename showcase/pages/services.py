"""Every change that code makes to showcase pages happens here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from showcase.contests.models import Contest, Entry
from showcase.pages.errors import PageFrozen, ShowcaseError
from showcase.pages.models import (
    Sector,
    ShowcaseIndexPage,
    ShowcasePage,
    slug_of,
)
from showcase.pages.moderation_services import sync_moderation
from site_cms.accounts.models import User
from site_cms.media.models import SiteImage
from site_cms.pages.page_types import HomePage
from site_cms.trail import services as trail

_FIRST_PLACE = "u"


@transaction.atomic
def create_showcase_index(
    *,
    by: User | None,
    contest: Contest,
    now: datetime,
    title: str = "看单位",
) -> ShowcaseIndexPage:
    """The list of a contest's units, with its moderation. Running it again changes nothing.

    It stands at /u/, where tabs and doors lead. The list of a contest that is over, or
    was a rehearsal, makes room and keeps its units below an address of its own.
    """
    existing = ShowcaseIndexPage.objects.filter(contest=contest).first()
    if existing:
        return existing
    home = HomePage.objects.get()
    holder = ShowcaseIndexPage.objects.filter(slug=_FIRST_PLACE).first()
    slug = _FIRST_PLACE
    if holder and _makes_room(holder.contest, contest):
        holder.slug = _place_of(holder.contest)
        holder.save()
        home.refresh_from_db()
    elif holder:
        slug = _place_of(contest)
    page = home.add_child(
        instance=ShowcaseIndexPage(title=title, slug=slug, contest=contest)
    )
    trail.record(
        by=by,
        action="showcase.created",
        subject=page,
        sentence=f"建立“{contest}”的单位展示栏目",
        now=now,
    )
    sync_moderation(by=by, now=now)
    return page


def _makes_room(holder: Contest, newcomer: Contest) -> bool:
    is_over = holder.finalised_at is not None or holder.archived_at is not None
    return is_over or (holder.practice and not newcomer.practice)


def _place_of(contest: Contest) -> str:
    return f"{_FIRST_PLACE}-{contest.slug}"


@transaction.atomic
def create_showcase_page(
    *,
    by: User | None,
    entry: Entry,
    one_line: str,
    lead: str,
    cover: SiteImage,
    body: Sequence[tuple[str, Any]],
    now: datetime,
    sectors: Sequence[str] = (),
    search_description: str = "",
) -> ShowcasePage:
    """Write the page of an entry as a draft that nobody outside sees.

    An empty draft that was started for the unit is filled in. ``body`` is a list of (name
    of the block, value), pictures given as images.
    """
    started = ShowcasePage.objects.filter(entry=entry, live=False).first()
    page = started or _draft_of(entry)
    page.one_line, page.lead, page.cover, page.body = one_line, lead, cover, body
    page.search_description = search_description
    page.sectors = [Sector.objects.get_or_create(name=name)[0] for name in sectors]
    if started:
        page.save(clean=False)
        page.save_revision(user=by, clean=False)
    else:
        _add_to_index(page, by=by)
    trail.record(
        by=by,
        action="showcase.page_created",
        subject=page,
        sentence=f"写好展示页“{page}”的草稿",
        now=now,
    )
    return page


@transaction.atomic
def start_showcase_page(
    *, by: User | None, entry: Entry, now: datetime
) -> ShowcasePage:
    """An empty draft for the unit to fill in. Running it again changes nothing."""
    existing = ShowcasePage.objects.filter(entry=entry).first()
    if existing:
        return existing
    page = _draft_of(entry)
    # Nobody wrote it: whoever opens the desks may still review what the unit writes.
    _add_to_index(page, by=None)
    trail.record(
        by=by,
        action="showcase.page_started",
        subject=page,
        sentence=f"为“{entry.unit}”建立空白展示页",
        now=now,
    )
    return page


def _draft_of(entry: Entry) -> ShowcasePage:
    return ShowcasePage(
        title=entry.unit.short_name,
        slug=slug_of(entry),
        entry=entry,
        live=False,
        has_unpublished_changes=True,
    )


def _add_to_index(page: ShowcasePage, *, by: User | None) -> None:
    index = ShowcaseIndexPage.objects.filter(contest=page.entry.contest_id).first()
    if index is None:
        raise ShowcaseError("先建立这次活动的单位展示栏目，再建展示页。")
    index.add_child(instance=page)
    page.save_revision(user=by, clean=False)


@transaction.atomic
def publish_showcase_page(
    *, by: User | None, page: ShowcasePage, now: datetime
) -> ShowcasePage:
    """Make the latest draft public, until the opening of the poll freezes the page.

    Who may is decided by the callers: :func:`~showcase.pages.moderation_services.approve_page`
    for a unit's page, code that sets up a sample. The admin has no other way to publish.
    """
    if page.is_frozen:
        raise PageFrozen
    page.get_latest_revision().publish(user=by, skip_permission_checks=True)
    page.refresh_from_db()
    page.last_published_at = now
    page.first_published_at = min(page.first_published_at, now)
    page.save(update_fields=["first_published_at", "last_published_at"], clean=False)
    trail.record(
        by=by,
        action="showcase.page_published",
        subject=page,
        sentence=f"发布展示页“{page}”",
        now=now,
    )
    return page
