"""Wagtail's searches find Chinese, in the public list and in every list of the admin."""

import pytest
from django.core.files.base import ContentFile
from wagtail.models import Collection

from site_cms.media.models import SiteDocument, SiteImage
from site_cms.pages.services import publish_help
from tests.factories import NOW, make_entry, make_unit, make_user, sign_in
from tests.pictures import make_image
from tests.site_factories import make_page, make_showcase, make_site

pytestmark = pytest.mark.django_db

# Found by none of them before: a run of characters was one word to the index.
PROBES = ["教育", "育局", "干货", "晒实", "卫生", "公路"]
TEXT = "县教育局晾晒实事干货：卫生院、乡村公路"


@pytest.fixture
def office(client):
    sign_in(client, make_user(is_superuser=True))
    return client


def found_in(client, path: str, word: str, **more) -> bool:
    response = client.get(path, more, headers={"x-requested-with": "XMLHttpRequest"})
    assert response.status_code == 200
    return word in response.text


@pytest.mark.parametrize(
    "probe", [*PROBES, "县", "教育局晾晒", '"教育局"', "教育 公路"]
)
@pytest.mark.parametrize(
    "path", ["/admin/pages/search/results/", "/admin/choose-page/search/"]
)
def test_pages_are_found_by_two_characters_of_their_title(office, path, probe):
    make_site()
    publish_help(by=None, title=TEXT, slug="found", now=NOW)

    assert found_in(office, path, TEXT, q=probe)
    assert not found_in(office, path, TEXT, q="育教")


@pytest.mark.parametrize("probe", [*PROBES, "07"])
def test_a_unit_is_found_in_the_admin_by_its_text_and_number(office, probe):
    unit = make_unit(name="第七单位", short_name="第七单位")
    entry = make_entry(contest=make_showcase(), unit=unit, number=7)
    make_page(entry, body=[("paragraph", f"<p>{TEXT}</p>")])

    for path in ("/admin/pages/search/results/", "/admin/choose-page/search/"):
        assert found_in(office, path, "第七单位", q=probe)


@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize(
    "path", ["/admin/images/results/", "/admin/images/chooser/results/"]
)
def test_pictures_are_found_by_title_and_by_tag(office, path, probe):
    make_image(title=TEXT)
    tagged = make_image(title="另一张")
    tagged.tags.add("干货教育局", "晒实", "卫生公路")
    tagged.save()
    make_image(title="别的")

    assert found_in(office, path, TEXT, q=probe)
    assert found_in(office, path, "另一张", q=probe)
    assert not found_in(office, path, "别的", q=probe)


@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize(
    "path", ["/admin/documents/results/", "/admin/documents/chooser/results/"]
)
def test_documents_are_found_by_title(office, path, probe):
    SiteDocument.objects.create(
        title=TEXT,
        file=ContentFile(b"x", name="x.txt"),
        collection=Collection.get_first_root_node(),
    )

    assert found_in(office, path, TEXT, q=probe)
    assert not found_in(office, path, TEXT, q="育教")


@pytest.mark.parametrize("probe", ["教育", "育局", "局晾"])
def test_our_lists_are_found_by_two_characters(office, probe):
    make_entry(unit=make_unit(name="县教育局晾晒办", short_name="教育局晾晒办"))

    for path in ("/admin/units/results/", "/admin/entries/results/"):
        assert found_in(office, path, "教育局晾晒办", q=probe)


def test_latin_words_are_found_as_before():
    make_image(title="Summer road")

    assert [each.title for each in SiteImage.objects.search("summer")] == [
        "Summer road"
    ]


@pytest.mark.parametrize("query", ["？！", '"？" ！', "\N{PILE OF POO}", "(" * 400])
def test_a_query_without_anything_to_look_for_finds_nothing(office, query):
    make_image(title=TEXT)

    assert list(SiteImage.objects.search(query)) == []
    assert not found_in(office, "/admin/images/results/", TEXT, q=query)
    assert not found_in(office, "/admin/pages/search/results/", TEXT, q=query)
