"""A county runs a contest every year: the pages of earlier ones stay where they can be read."""

import pytest

from showcase.pages.models import ShowcaseIndexPage
from tests.factories import NOW, make_contest, make_entry, make_unit
from tests.site_factories import make_page, make_showcase

pytestmark = [pytest.mark.django_db, pytest.mark.looks]


def slugs() -> dict[str, str]:
    return {
        page.contest.slug: page.slug
        for page in ShowcaseIndexPage.objects.select_related("contest")
    }


def make_named_page(contest, name: str):
    unit = make_unit(name=name, short_name=name)
    return make_page(make_entry(contest=contest, unit=unit))


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        pytest.param(
            {"finalised_at": NOW}, {}, {"a": "u-a", "b": "u"}, id="the earlier is over"
        ),
        pytest.param({}, {}, {"a": "u", "b": "u-b"}, id="the earlier still runs"),
        pytest.param(
            {"practice": True, "practice_note": "演练"},
            {},
            {"a": "u-a", "b": "u"},
            id="a rehearsal makes room",
        ),
        pytest.param(
            {},
            {"practice": True, "practice_note": "演练"},
            {"a": "u", "b": "u-b"},
            id="a rehearsal takes no room",
        ),
    ],
)
def test_the_list_at_u_is_that_of_the_contest_that_runs(earlier, later, expected):
    make_showcase(make_contest(slug="a", **earlier))

    make_showcase(make_contest(slug="b", **later))

    assert slugs() == expected


def test_pages_of_an_earlier_contest_stay_reachable_with_all_that_belongs_to_them(
    client,
):
    past = make_showcase(make_contest(slug="y2025", finalised_at=NOW))
    make_named_page(past, "去年的单位")
    now = make_showcase(make_contest(slug="y2026"))
    make_named_page(now, "今年的单位")

    assert "今年的单位" in client.get("/u/01/").text
    assert "去年的单位" in client.get("/u-y2025/01/").text
    assert "去年的单位" in client.get("/u-y2025/?order=1").text
    assert "今年的单位" not in client.get("/u-y2025/?order=1").text
    assert client.get("/u-y2025/01/share.jpg").status_code == 200
    assert client.get("/u-y2025/01/list/?order=1").url == "/u-y2025/?order=1#u01"
    sitemap = client.get("/sitemap.xml").text
    assert "/u-y2025/01/<" in sitemap
    assert "/u/01/<" in sitemap


def test_a_list_that_made_room_is_published_again_at_its_new_place():
    past = make_showcase(make_contest(slug="y2025", finalised_at=NOW))
    make_showcase(make_contest(slug="y2026"))
    index = ShowcaseIndexPage.objects.get(contest=past)

    index.get_latest_revision().publish()

    assert slugs() == {"y2025": "u-y2025", "y2026": "u"}
