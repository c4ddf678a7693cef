"""A small sample, built by the code that builds the large one."""

import copy
from datetime import UTC, datetime

import pytest

from showcase.contests.models import Contest
from showcase.contests.rules import Stage, stage_at
from showcase.ledger.models import Deed
from showcase.nominations.models import Nomination
from showcase.pages.models import ShowcasePage
from showcase.pages.moderation.models import PageReviewState
from site_cms.pages.page_types import NoticePage
from voting.integrity.detection_models import SuspectBallot
from voting.judging.models import TurnLock
from voting.polls.models import Ballot
from voting.polls.queries import frozen_poll
from voting.polls.voter_services import enter_code
from voting.results.models import Publication
from voting.results.objection_models import Objection
from voting.results.queries import standing_result
from voting.results.reveal_queries import (
    against_revealing,
    presenter_at,
    presenter_of,
)
from voting.sample.codes import code_to_try
from voting.sample.content import content
from voting.sample.people import presenter_to_try
from voting.sample.services import build_sample
from voting.sample.showcase import SLUG
from voting.sample.timetable import DemoStage

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
UNITS = 11
BALLOTS = 400
# One of them lets the deadline pass, one is returned and hands in again.
CANDIDATES = {"25", "31", "44", "76"}


@pytest.fixture(scope="module")
def small():
    """The sample's first units, with one picture for all of them."""
    sample = copy.deepcopy(content())
    sample["units"] = sample["units"][:UNITS]
    sample["candidates"] = [c for c in sample["candidates"] if c["code"] in CANDIDATES]
    for unit in sample["units"]:
        picture = unit["cover"] = sample["units"][0]["cover"]
        unit["before_after"] |= {"before": picture, "after": picture}
        unit["gallery"] |= {"pictures": [picture]}
    codes = {unit["code"] for unit in sample["units"]}
    sample["recusals"] = [r for r in sample["recusals"] if r["entry"] in codes]
    sample["contest"] |= {"finalists": UNITS, "flags": 5}
    sample["simulation"] |= {"ballots": BALLOTS}
    return sample


def build(stage: DemoStage, sample: dict) -> tuple[Contest, list[str]]:
    told: list[str] = []
    contest = build_sample(stage=stage, now=NOW, tell=told.append, sample=sample)
    return Contest.objects.get(pk=contest.pk), told


def test_while_the_poll_is_open_only_some_have_voted_and_nobody_marked(small):
    contest, _ = build(DemoStage.POLL, small)

    assert stage_at(contest.times, now=NOW) == Stage.POLL
    assert contest.practice
    brushed = SuspectBallot.objects.values("ballot_id")
    assert 0 < Ballot.objects.exclude(id__in=brushed).count() < BALLOTS
    code = code_to_try(contest, now=NOW)
    assert enter_code(poll=frozen_poll(SLUG), typed=code).adapter == "code"
    assert not TurnLock.objects.exists()
    assert sorted(Deed.objects.values_list("title", "state")) == sorted(
        (deed["title"], deed["state"])
        for unit in small["units"]
        for deed in unit["deeds"]
    )


def test_a_notice_whose_day_has_not_come_is_not_published(small):
    notices = small["contest"]["notices"]
    tomorrow = notices[0] | {"slug": "tomorrow", "offset_days": 9}
    sample = small | {"contest": small["contest"] | {"notices": [*notices, tomorrow]}}

    build(DemoStage.POLL, sample)

    assert set(NoticePage.objects.values_list("slug", flat=True)) == {
        f"shortlist-{SLUG}",
        *(notice["slug"] for notice in notices),
    }


def test_on_the_night_the_poll_is_over_and_the_tenth_unit_is_next(small):
    contest, told = build(DemoStage.NIGHT, small)

    assert stage_at(contest.times, now=NOW) == Stage.NIGHT
    assert Ballot.objects.count() == BALLOTS
    assert TurnLock.objects.count() == 9
    assert not Publication.objects.exists()
    assert f"活动、网页和 {UNITS + len(CANDIDATES)} 个单位" in told


def test_the_result_is_published_by_two_people_and_its_pages_answer(small, client):
    contest, _ = build(DemoStage.RESULT, small)

    assert stage_at(contest.times, now=NOW) == Stage.NOTICE
    assert TurnLock.objects.count() == UNITS
    publication = Publication.objects.get()
    assert publication.proposed_by != publication.confirmed_by
    assert not Objection.objects.get().is_open
    answers = {
        address: client.get(address, follow=True).status_code
        for address in (
            "/",
            "/u/",
            "/u/01/",
            "/ledger/",
            f"/rules/{SLUG}/",
            f"/results/{SLUG}/",
            f"/results/{SLUG}/01/",
        )
    }
    assert answers == dict.fromkeys(answers, 200)


@pytest.mark.one_database
def test_right_before_the_reveal_a_result_stands_that_nobody_can_read(small, client):
    contest, _ = build(DemoStage.REVEAL, small)

    assert stage_at(contest.times, now=NOW) == Stage.NIGHT
    assert against_revealing(contest, now=NOW) == []
    assert standing_result(contest).check_before.agrees
    assert "结果还没有公布" in client.get(f"/results/{SLUG}/").content.decode()
    assert presenter_at(presenter_to_try().token) == presenter_of(contest)


def test_during_nomination_some_have_handed_in_and_nothing_is_public(small):
    contest, _ = build(DemoStage.NOMINATION, small)

    handed_in = Nomination.objects.of_contest(contest).submitted().count()
    assert stage_at(contest.times, now=NOW) == Stage.NOMINATION
    assert 0 < handed_in < UNITS + len(CANDIDATES)
    assert contest.entries.count() == UNITS + len(CANDIDATES)
    assert not contest.entries.shortlisted().exists()
    assert not ShowcasePage.objects.live().exists()
    assert PageReviewState.objects.waiting().exists()


def test_during_the_second_review_the_first_is_settled(small):
    contest, _ = build(DemoStage.REVIEW, small)

    first, second = contest.review_rounds.order_by("step")
    never = contest.entries.get(unit__code="d76")
    marked = second.reviews.exclude(submitted_at=None).count()
    assert stage_at(contest.times, now=NOW) == Stage.SECOND_REVIEW
    assert not first.reviews.filter(submitted_at=None).exists()
    assert first.selections.get().entries.count() == UNITS + len(CANDIDATES) // 2
    assert 0 < marked < second.reviews.count()
    assert not first.reviews.filter(entry=never).exists()
    assert not contest.entries.shortlisted().exists()


def test_numbers_are_those_of_the_published_shortlist(small):
    contest, _ = build(DemoStage.POLL, small)

    numbers = dict(contest.entries.shortlisted().values_list("unit__code", "number"))
    assert numbers == {f"d{unit['code']}": int(unit["code"]) for unit in small["units"]}
    assert ShowcasePage.objects.live().count() == UNITS
