from datetime import date

import pytest
from django.db import IntegrityError

from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.media.models import SiteRendition
from site_cms.pages.errors import ConsentMissing
from site_cms.pages.people import PeopleIndexPage, PersonPage
from site_cms.pages.services import publish_person
from tests.factories import NOW, make_operator, sign_in
from tests.pictures import make_image
from tests.site_factories import make_site

pytestmark = pytest.mark.django_db


def make_person(**fields) -> PersonPage:
    if not PeopleIndexPage.objects.exists():
        make_site()
    number = PersonPage.objects.count() + 1
    defaults = {
        "by": None,
        "title": "赵老师",
        "slug": f"person-{number}",
        "published_on": date(2026, 9, number),
        "who": "小刘庄教学点教师",
        "unit": "县教育局",
        "one_line": "三十一年没让一个孩子掉队",
        "photo": make_image(),
        "photo_alt": "赵老师在灯下批改作业",
        "body": [("quote", {"text": "孩子来了，门就得开着。", "who": "赵老师"})],
        "consent_on": date(2026, 8, 1),
        "consent_kept": "活动办公室 RW-03",
        "now": NOW,
    }
    return publish_person(**defaults | fields)


def test_a_person_is_shown_with_words_and_without_the_record_of_consent(client):
    page = make_person()

    text = client.get(page.url).text

    for words in (
        "<h1>赵老师</h1>",
        "小刘庄教学点教师，县教育局",
        'alt="赵老师在灯下批改作业"',
        "孩子来了，门就得开着。",
        "2026 年 9 月 1 日",
    ):
        assert words in text
    assert "RW-03" not in text


def test_the_newest_are_on_the_home_page_and_all_in_the_list(client):
    for name in ("甲", "乙", "丙", "丁"):
        make_person(title=name)

    home, listed = client.get("/").text, client.get("/people/").text

    assert [name in home for name in "甲乙丙丁"] == [False, True, True, True]
    assert 'href="/people/"' in home
    assert [listed.index(name) for name in "丁丙乙甲"] == sorted(
        listed.index(name) for name in "甲乙丙丁"
    )


def test_a_site_without_people_says_nothing_of_them_at_home(client):
    make_site()

    assert "典型人物" not in client.get("/").text
    assert "这里还没有内容" in client.get("/people/").text


@pytest.mark.parametrize(
    "missing",
    [
        pytest.param({"consent_on": None}, id="no day"),
        pytest.param({"consent_kept": " "}, id="nobody knows where it is kept"),
    ],
)
def test_nobody_is_published_without_consent_on_record(missing):
    with pytest.raises(ConsentMissing):
        make_person(**missing)

    assert not PersonPage.objects.exists()


def test_the_editor_publishes_nobody_without_consent(client):
    make_site()
    sync_groups()
    sign_in(client, make_operator(Role.ADMINISTRATOR, is_superuser=True))
    index = PeopleIndexPage.objects.get()
    draft = PersonPage(title="李大爷", slug="li", who="护林员", live=False)
    index.add_child(instance=draft)
    draft.save_revision(clean=False)

    client.post(
        f"/admin/pages/{draft.pk}/edit/",
        {
            "title": "李大爷",
            "slug": "li",
            "who": "护林员",
            "one_line": "种下一片林",
            "photo": make_image().pk,
            "photo_alt": "李大爷在山坡上栽树",
            "published_on": "2026-09-01",
            "body-count": "0",
            "action-publish": "1",
        },
    )

    draft.refresh_from_db()
    assert not draft.live
    assert not draft.permissions_for_user(
        make_operator(is_superuser=True)
    ).can_publish()


def test_a_reader_makes_no_pictures(client):
    page = make_person()
    made = set(SiteRendition.objects.values_list("pk", flat=True))

    for address in (page.url, "/people/", "/"):
        client.get(address)

    assert made
    assert set(SiteRendition.objects.values_list("pk", flat=True)) == made


@pytest.mark.parametrize("count", [1, 15])
def test_the_list_takes_the_same_queries_for_any_number_of_people(
    client, django_assert_max_num_queries, count
):
    photo = make_image()
    for _ in range(count):
        make_person(photo=photo)
    client.get("/people/")

    with django_assert_max_num_queries(12):
        client.get("/people/")


def test_a_photograph_in_use_is_not_deleted():
    page = make_person()

    with pytest.raises(IntegrityError):
        page.photo.delete()
