import pytest
from django.urls import reverse

from showcase.contests.models import Contest
from showcase.reviews.services import set_up_round
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry
from tests.factories import (
    CRITERIA,
    NOW,
    make_contest,
    make_decided_contest,
    make_final_result,
    make_operator,
    make_rule_sheet,
    make_user,
    sign_in,
)
from voting.editions.errors import AddressTaken
from voting.editions.services import copy_contest
from voting.judging.models import Criterion, Seat
from voting.polls.models import Ballot, Poll
from voting.rulesheets.queries import rule_sheet_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    sync_groups()
    return sign_in(client, make_operator(Role.ADMINISTRATOR))


@pytest.fixture
def source() -> Contest:
    """A contest that was held to the end, with everything that one may have."""
    contest = make_decided_contest(
        slug="hq-2026", name="2026 年红旗争夺赛", approval_number="临办字〔2026〕12 号"
    )
    set_up_round(by=None, contest=contest, step="first", criteria=CRITERIA, now=NOW)
    make_final_result(contest)
    contest.refresh_from_db()
    return contest


def copied(source: Contest, **fields) -> Contest:
    given = {
        "name": "2027 年红旗争夺赛",
        "slug": "hq-2027",
        "shifts_times": True,
        "invites_units": True,
    }
    return copy_contest(by=make_user(), source=source, now=NOW, **given | fields)


def test_plan_and_rules_are_taken_over(source):
    contest = copied(source)

    assert (contest.finalists, contest.flags, contest.county) == (
        source.finalists,
        source.flags,
        source.county,
    )
    sheet, earlier = rule_sheet_of(contest), rule_sheet_of(source)
    assert not sheet.is_frozen
    assert sheet.document == earlier.document | {
        "title": "2027 年红旗争夺赛计分规则",
        "online_weight": None,
    }
    assert [panel.code for panel in contest.night.panels.all()] == [
        panel.code for panel in source.night.panels.all()
    ]
    assert _criteria(contest) == _criteria(source)
    assert [round_.criteria for round_ in contest.review_rounds.all()] == [
        round_.criteria for round_ in source.review_rounds.all()
    ]
    assert {entry.unit for entry in contest.entries.all()} == {
        entry.unit for entry in source.entries.all()
    }


def _criteria(contest: Contest) -> list[tuple]:
    return list(
        Criterion.objects.filter(round__night__contest=contest)
        .order_by("round__order", "order")
        .values_list(
            "round__code", "code", "name", "hint", "minimum", "maximum", "step"
        )
    )


def test_nothing_that_happened_is_taken_over(source):
    ballots, seats = Ballot.objects.count(), Seat.objects.count()

    contest = copied(source)

    assert (Ballot.objects.count(), Seat.objects.count()) == (ballots, seats)
    assert not contest.entries.shortlisted().exists()
    assert not contest.openings.exists()
    assert not contest.computations.exists()
    assert contest.approval_number == ""
    assert contest.hidden
    assert [
        getattr(contest, name)
        for name in (
            "night_closed_at",
            "provisional_at",
            "notice_closes_at",
            "finalised_at",
        )
    ] == [None] * 4
    assert contest.poll_opens_at > source.poll_opens_at


def test_the_poll_has_a_key_of_its_own(source):
    contest = copied(source)

    new, old = Poll.objects.get(contest=contest), Poll.objects.get(contest=source)
    assert new.key_fingerprint != old.key_fingerprint
    assert (new.form, new.picks_min, new.picks_max, new.adapters) == (
        old.form,
        old.picks_min,
        old.picks_max,
        old.adapters,
    )


def test_times_and_units_may_be_left_open(source):
    contest = copied(source, shifts_times=False, invites_units=False)

    assert contest.poll_opens_at is None
    assert not contest.entries.exists()


def test_the_copy_is_on_the_record(source):
    contest = copied(source)

    entry = TrailEntry.objects.get(action="contest.copied")
    assert entry.subject_id == str(contest.pk)
    assert entry.details == {"source": "hq-2026", "shifts_times": True, "units": 3}


def test_a_second_press_makes_no_second_edition(source):
    copied(source)

    with pytest.raises(AddressTaken):
        copied(source)

    assert Contest.objects.filter(slug="hq-2027").count() == 1


def test_a_bare_contest_can_be_copied_too():
    contest = copied(make_contest(poll_opens_at=None, poll_closes_at=None))

    assert rule_sheet_of(contest) is None
    assert not Poll.objects.filter(contest=contest).exists()


def test_a_draft_of_rules_is_copied_as_a_draft():
    sheet = make_rule_sheet()

    contest = copied(sheet.contest)

    assert rule_sheet_of(contest).document["rounds"] == sheet.document["rounds"]


def test_an_administrator_sees_what_is_taken_over_and_makes_the_copy(
    client, administrator, source
):
    url = reverse("editions:copy", args=[source.pk])

    page = client.get(url).content.decode()
    response = client.post(
        url,
        {
            "name": "2027 年红旗争夺赛",
            "slug": "hq-2027",
            "times": "shifted",
            "invites_units": "on",
        },
    )

    assert 'value="2027 年红旗争夺赛"' in page
    assert 'value="hq-2027"' in page
    contest = Contest.objects.get(slug="hq-2027")
    assert response["Location"] == reverse("contests:edit", args=[contest.pk])
    assert contest.entries.count() == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("slug", "hq-2026", id="taken"),
        pytest.param("slug", "units", id="the site's own"),
        pytest.param("slug", "不行", id="no address"),
        pytest.param("name", "", id="no name"),
        pytest.param("times", "x", id="unknown choice"),
    ],
)
def test_what_cannot_be_made_is_told_at_its_field(
    client, administrator, source, field, value
):
    sent = {"name": "2027 年红旗争夺赛", "slug": "hq-2027", "times": "open"}

    response = client.post(
        reverse("editions:copy", args=[source.pk]), sent | {field: value}
    )

    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {field}
    assert Contest.objects.count() == 1


def test_nobody_else_makes_an_edition(client, source):
    sync_groups()
    sign_in(client, make_operator(Role.SUPERVISOR))

    response = client.get(reverse("editions:copy", args=[source.pk]))

    assert response.status_code in (302, 403)
