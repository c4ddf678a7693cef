"""The sample's showcase pages: written by the units, passed by two reviews."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from showcase.contests.models import Contest, Entry
from showcase.pages.models import ShowcasePage
from showcase.pages.moderation_models import PageReviewState
from showcase.pages.moderation_rules import CHECKLIST, Question
from showcase.pages.moderation_services import approve_page, return_page
from showcase.pages.services import create_showcase_page
from site_cms.accounts.models import User
from voting.sample.blocks import PictureLibrary, search_description, showcase_body
from voting.sample.timetable import DemoStage

# How far the pages are while the demo stands before the shortlist, one after the other.
_WRITTEN, _SUBMITTED, _PASSED_ONCE, _RETURNED, _PUBLIC = range(5)
_HOW_FAR = {
    DemoStage.NOMINATION: (_WRITTEN, _WRITTEN, _SUBMITTED, _WRITTEN),
    DemoStage.REVIEW: (_PUBLIC, _SUBMITTED, _PUBLIC, _PASSED_ONCE, _WRITTEN, _RETURNED),
}
_WAITED = timedelta(hours=5)


def add_showcases(
    sample: dict[str, Any],
    contest: Contest,
    entries: dict[str, Entry],
    *,
    people: dict[str, User],
    stage: DemoStage,
    now: datetime,
) -> None:
    for number, (unit, how_far) in enumerate(
        zip(sample["units"], _course(stage), strict=False)
    ):
        entry = entries[unit["code"]]
        page = _write(unit, entry, contest=contest)
        _bring(page, how_far, people=people, contest=contest)
        if not stage.has_reached(DemoStage.POLL):
            _say_when(page, now - _WAITED * (number + 1))


def _course(stage: DemoStage) -> Iterable[int]:
    return cycle(_HOW_FAR.get(stage, (_PUBLIC,)))


def _write(unit: dict[str, Any], entry: Entry, *, contest: Contest) -> ShowcasePage:
    library = PictureLibrary(entry.unit.collection)
    return create_showcase_page(
        by=_editor(entry),
        entry=entry,
        one_line=unit["one_line"],
        lead=unit["lead"],
        cover=library[unit["cover"]],
        body=showcase_body(unit, library),
        sectors=unit["sectors"],
        search_description=search_description(entry, unit),
        now=contest.nomination_opens_at + timedelta(days=3),
    )


def _editor(entry: Entry) -> User:
    return User.objects.get(username=entry.unit.code)


def _bring(
    page: ShowcasePage, how_far: int, *, people: dict[str, User], contest: Contest
) -> None:
    """By the steps of the unit and of the two reviewers."""
    if how_far == _WRITTEN:
        return
    page.get_workflow().start(page, _editor(page.entry))
    if how_far == _SUBMITTED:
        return
    if how_far == _RETURNED:
        return_page(
            by=people["chushen"],
            state=_waiting(page),
            reason="figures",
            words="第一个数字请写明是哪几个月的，来源写台账的名称。",
            now=contest.first_review_closes_at,
        )
        return
    _approve(page, by=people["chushen"], now=contest.first_review_closes_at)
    if how_far == _PUBLIC:
        _approve(page, by=people["fushen"], now=contest.second_review_closes_at)


def _approve(page: ShowcasePage, *, by: User, now: datetime) -> None:
    answers = {
        item.name: "agreed" if isinstance(item, Question) else True
        for item in CHECKLIST
    }
    approve_page(by=by, state=_waiting(page), answers=answers, now=now)


def _waiting(page: ShowcasePage) -> PageReviewState:
    return PageReviewState.objects.get(
        workflow_state__object_id=str(page.pk), status="in_progress"
    )


def _say_when(page: ShowcasePage, at: datetime) -> None:
    """Wagtail stamps its steps by the real clock; the demo wants pages of every age."""
    PageReviewState.objects.filter(
        workflow_state__object_id=str(page.pk), status="in_progress"
    ).update(started_at=at)
