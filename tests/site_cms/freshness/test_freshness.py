import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from wagtail.models import Site

from site_cms.freshness import queries
from site_cms.freshness.models import SiteChange
from site_cms.freshness.queries import site_version
from site_cms.freshness.services import ROWS_TO_FOLD, fold_changes, site_changed
from site_cms.media.models import SiteImage
from site_cms.pages.models import GovernmentSettings
from site_cms.pages.page_types import HelpPage, HomePage, NoticeIndexPage
from site_cms.pages.services import publish_help
from site_cms.trail import services as trail
from tests.factories import NOW, make_user
from tests.pictures import make_image
from tests.site_factories import make_draft, make_entry, make_showcase, make_site

pytestmark = pytest.mark.django_db


def stored() -> int:
    return queries._stored_version()


def raised_by(act) -> bool:
    before = stored()
    act()
    return stored() > before


@pytest.mark.parametrize(
    ("action", "raises"),
    [
        ("contest.times_set", True),
        ("poll.opened", True),
        ("deed.progressed", True),
        ("anything.new", True),
        ("sign_in.failed", False),
        ("second_factor.added", False),
        ("device.asked", False),
    ],
)
def test_an_act_raises_the_version_unless_the_public_cannot_see_it(action, raises):
    user = make_user()

    assert raises == raised_by(
        lambda: trail.record(
            by=user, action=action, subject=user, sentence="做了一件事", now=NOW
        )
    )


def test_what_happens_to_a_page_in_the_admin_raises_the_version():
    home = make_site()
    page = publish_help(by=None, title="说明", slug="about", now=NOW)
    notices = NoticeIndexPage.objects.get()

    assert [
        raised_by(lambda: page.save_revision().publish()),
        raised_by(lambda: page.unpublish()),
        raised_by(lambda: HelpPage.objects.get(pk=page.pk).move(notices, pos="left")),
        raised_by(lambda: HelpPage.objects.get(pk=page.pk).delete()),
        raised_by(lambda: HomePage.objects.get(pk=home.pk).save_revision().publish()),
    ] == [True] * 5


def test_saving_a_draft_does_not_raise_the_version():
    page = make_draft(make_entry(contest=make_showcase()))

    assert not raised_by(lambda: page.save_revision())


def test_what_the_admin_saves_without_a_service_raises_the_version():
    make_site()
    site, image = Site.objects.get(), make_image()
    about = GovernmentSettings.for_site(site)

    assert [
        raised_by(about.save),
        raised_by(site.save),
        raised_by(image.save),
        raised_by(SiteImage.objects.get().delete),
    ] == [True] * 4


def test_every_model_that_is_watched_exists():
    assert [apps.get_model(label)._meta.label for label in settings.PUBLIC_MODELS] == (
        settings.PUBLIC_MODELS
    )


def test_a_change_that_is_taken_back_leaves_the_version():
    before = stored()

    with transaction.atomic():
        site_changed()
        transaction.set_rollback(True)

    assert stored() == before


@pytest.mark.django_db(transaction=True)
def test_the_process_that_made_a_change_sees_it_at_once():
    before = site_version()

    site_changed()

    assert site_version() == before + 1


def test_the_version_is_read_once_a_second(django_assert_num_queries, monkeypatch):
    with django_assert_num_queries(1):
        for _ in range(50):
            site_version()
    SiteChange.objects.create()
    monkeypatch.setattr(queries, "SECONDS_BELIEVED", 0)

    assert site_version() == 1


def test_folding_many_rows_leaves_the_version():
    SiteChange.objects.create(weight=3)
    SiteChange.objects.bulk_create(SiteChange() for _ in range(ROWS_TO_FOLD - 1))

    folded = fold_changes(now=NOW)

    assert (folded, stored(), SiteChange.objects.count()) == (
        ROWS_TO_FOLD,
        ROWS_TO_FOLD + 2,
        1,
    )


def test_a_few_rows_are_left_as_they_are():
    site_changed()

    assert (fold_changes(now=NOW), SiteChange.objects.count()) == (0, 1)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_change_that_began_first_and_commits_last_still_raises_the_version():
    other, before = connection.copy(), stored()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("INSERT INTO site_cms_sitechange (weight) VALUES (1)")
            site_changed()
            seen = [stored()]
            cursor.execute("COMMIT")
        seen.append(stored())
    finally:
        other.close()

    assert seen == [before + 1, before + 2]
