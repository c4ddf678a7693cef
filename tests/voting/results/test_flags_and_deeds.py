"""Beside each flag stands what it was given for: photo, one line, a number, and the score."""

import pytest
from django.urls import reverse

from showcase.pages.models import ShowcasePage
from tests.factories import RULES, make_decided_contest, make_publication
from tests.pictures import make_image
from tests.site_factories import make_draft, make_showcase
from voting.results.queries import standing_result

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest():
    """Two flags; the first two of three units have shown their work."""
    contest = make_decided_contest(document=RULES | {"places": 2})
    make_showcase(contest)
    cover = make_image()
    for entry in contest.entries.in_number_order()[:2]:
        page = make_draft(entry, cover=cover)
        ShowcasePage.objects.filter(pk=page.pk).update(live=True)
    return make_publication(contest).contest


def get(client, name, contest, *more) -> str:
    address = reverse(f"voting:{name}", args=[contest.slug, *more])
    return client.get(address).content.decode()


def test_a_flag_has_the_photo_the_line_and_the_number_of_its_unit(client, contest):
    page = get(client, "results", contest)
    flags = page.partition('<section class="flags')[2].partition("</ol>")[0]
    inside = standing_result(contest).computation.outcome["cut"]["inside"]

    assert flags.count("<img ") == len({"01", "02"} & set(inside)) > 0
    assert '<span class="flags__why">土路变成柏油路</span>' in flags
    assert '<span class="flags__figure"><b>17.8</b> 公里　修好的路</span>' in flags


def test_the_score_leads_to_what_the_unit_has_shown(client, contest):
    shown, nothing = (
        get(client, "result_entry", contest, plate) for plate in ("02", "03")
    )

    assert '<a href="/u/02/">看它晾晒的实事</a>' in shown
    assert "看它晾晒的实事" not in nothing
