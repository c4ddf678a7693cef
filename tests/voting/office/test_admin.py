import pytest

from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from tests.factories import make_contest, make_night, make_operator, sign_in

pytestmark = pytest.mark.django_db


def test_the_host_finds_the_console_on_the_first_page_of_the_admin(client):
    sync_groups()
    night = make_night()
    sign_in(client, make_operator(Role.HOST))

    page = client.get("/admin/").content.decode()

    assert f'href="/host/{night.contest.slug}/"' in page


def test_somebody_without_such_a_role_sees_no_empty_list(client):
    sync_groups()
    make_contest()
    sign_in(client, make_operator(Role.AUDITOR))

    assert "我的工作" not in client.get("/admin/").content.decode()
