"""From the opening of the poll on, nobody takes a page or what it shows away."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import Collection
from wagtail.permissions import policy_registry

from showcase.pages.models import ShowcasePage
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.media.models import SiteDocument, SiteImage, SiteVideo
from site_cms.pages.page_types import HomePage
from tests.factories import make_entry, make_operator, make_user, sign_in
from tests.factories.moderation import freeze
from tests.pictures import make_image
from tests.site_cms.media.test_videos import make_video
from tests.site_factories import make_page, make_showcase

pytestmark = [pytest.mark.django_db, pytest.mark.production_database]


def make_document() -> SiteDocument:
    return SiteDocument.objects.create(
        title="台账", file=SimpleUploadedFile("a.pdf", b"%PDF-1.4 a")
    )


@pytest.fixture
def document() -> SiteDocument:
    return make_document()


@pytest.fixture
def page(document) -> ShowcasePage:
    link = f'<p><a linktype="document" id="{document.pk}">台账</a></p>'
    gallery = {"images": [make_image(title="照片里")], "heading": "照片"}
    entry = make_entry(contest=make_showcase(), number=7)
    return make_page(entry, body=[("paragraph", link), ("gallery", gallery)])


@pytest.fixture(params=["administrator", "superuser"])
def person(request, client, page):
    sync_groups()
    if request.param == "administrator":
        return sign_in(client, make_operator(Role.ADMINISTRATOR))
    return sign_in(client, make_user(is_superuser=True))


def every_change(kind: str, pk: int) -> list[tuple[str, dict]]:
    """Each address of the admin through which a picture or file is changed."""
    other = Collection.objects.get(name="别处")
    fields = {
        "title": "换了",
        "description": "换了",
        "collection": other.pk,
        "tags": "",
        "focal_point_x": 1,
        "focal_point_y": 1,
        "focal_point_width": 9,
        "focal_point_height": 9,
    }
    if kind == "image":
        edit, multiple, prefix = f"images/{pk}", "images/multiple", "image"
        delete, model = f"images/{pk}/delete", "site_cms/siteimage"
        new = SimpleUploadedFile("b.png", SiteImage.objects.last().file.read())
    else:
        edit, multiple, prefix = f"documents/edit/{pk}", "documents/multiple", "doc"
        delete, model = f"documents/delete/{pk}", "site_cms/sitedocument"
        new = SimpleUploadedFile("b.pdf", b"%PDF-1.4 b")
    return [
        (f"{edit}/", fields),
        (f"{edit}/", fields | {"file": new}),
        (f"{delete}/", {}),
        (
            f"{multiple}/{pk}/",
            {f"{prefix}-{pk}-{name}": value for name, value in fields.items()},
        ),
        (f"{multiple}/{pk}/delete/", {}),
        (f"bulk/{model}/delete/?id={pk}", {}),
        (f"bulk/{model}/add_to_collection/?id={pk}", {"collection": other.pk}),
        (f"bulk/{model}/add_tags/?id={pk}", {"tags": "新"}),
    ]


def told(model, pk: int):
    return model.objects.filter(pk=pk).values().first()


@pytest.mark.parametrize("what", ["cover", "gallery", "document"])
def test_what_a_frozen_page_shows_is_changed_through_no_door(
    client, page, document, person, what
):
    Collection.get_first_root_node().add_child(name="别处")
    freeze(page)
    model = SiteDocument if what == "document" else SiteImage
    pk = {
        "cover": page.cover_id,
        "gallery": SiteImage.objects.get(title="照片里").pk,
        "document": document.pk,
    }[what]
    before = told(model, pk)
    changed = []

    for address, data in every_change("doc" if what == "document" else "image", pk):
        ajax = {"x-requested-with": "XMLHttpRequest"} if "multiple" in address else {}
        client.post(f"/admin/{address}", data, headers=ajax)
        if told(model, pk) != before or model.objects.get(pk=pk).tags.exists():
            changed.append(address)

    assert changed == []
    assert model.objects.get(pk=pk).file.storage.exists(before["file"])


def test_a_film_on_a_frozen_page_is_kept_too(page, tmp_path):
    film = make_video(tmp_path)
    block = {"title": "路通了", "video": film, "poster": page.cover, "transcript": "…"}
    freeze(make_page(make_entry(contest=page.entry.contest), body=[("video", block)]))
    policy, everybody = (
        policy_registry.get_by_type(SiteVideo),
        make_user(is_superuser=True),
    )

    rights = [
        policy.user_has_permission_for_instance(everybody, action, film)
        for action in ("choose", "change", "delete")
    ]

    assert rights == [True, False, False]


def test_what_no_frozen_page_shows_may_still_be_changed(client, page, person):
    freeze(page)
    free = make_image(title="没有用上")

    client.post(f"/admin/images/{free.pk}/delete/")

    assert not SiteImage.objects.filter(pk=free.pk).exists()


def test_before_the_opening_everything_may_be_changed(client, page, person):
    client.post(
        f"/admin/images/{page.cover_id}/",
        {"title": "换了", "description": "", "collection": 1, "tags": ""},
    )

    assert SiteImage.objects.get(pk=page.cover_id).title == "换了"


def test_a_frozen_page_stays_where_it_is(client, page, person):
    page = freeze(page)
    index, home = page.get_parent(), HomePage.objects.get()
    root = home.get_parent()
    doors = [
        *(
            f"pages/{each.pk}/{act}/"
            for each in (page, index, home)
            for act in ("delete", "unpublish")
        ),
        *(
            f"bulk/wagtailcore/page/{act}/?id={each.pk}"
            for each in (page, index, home)
            for act in ("delete", "unpublish", "move")
        ),
        f"pages/{page.pk}/move/{home.pk}/confirm/",
        f"pages/{index.pk}/move/{root.pk}/confirm/",
        f"pages/{page.pk}/copy/",
    ]
    opened = []

    for door in doors:
        client.post(
            f"/admin/{door}",
            {
                "include_descendants": "on",
                "wagtailadmin_confirm_delete_site_name": "红旗争夺赛",
                "chooser": home.pk,
                "new_parent_page": home.pk,
            },
        )
        stays = ShowcasePage.objects.get(pk=page.pk).get_parent() == index
        if not stays or client.get("/u/07/").status_code != 200:
            opened.append(door)

    assert opened == []
