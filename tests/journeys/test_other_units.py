"""What a unit's editor, and whoever else may enter the admin, cannot learn there."""

import pytest

from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from tests.factories import make_entry, make_operator, make_unit, sign_in
from tests.site_factories import make_draft, make_page, make_showcase

pytestmark = pytest.mark.django_db

OF_A_PAGE = (
    "edit/", "view_draft/", "history/", "usage/", "", "copy/", "edit/preview/",
    "status/", "privacy/", "delete/", "move/",
)  # fmt: skip
LISTS = (
    "/admin/", "/admin/choose-page/", "/admin/choose-page/search/?q=机密",
    "/admin/pages/", "/admin/pages/search/?q=机密", "/admin/api/main/pages/?fields=*",
    "/admin/reports/site-history/", "/sitemap.xml", "/u/", "/u/?q=机密",
)  # fmt: skip


@pytest.mark.parametrize("role", [Role.UNIT_EDITOR, Role.HOST, Role.SUPERVISOR])
def test_draft_of_another_unit_is_found_nowhere(client, role):
    contest = make_showcase()
    sync_groups()
    make_page(make_entry(contest=contest))
    unit = make_unit(name="县机密局", short_name="机密局")
    draft = make_draft(make_entry(contest=contest, unit=unit))
    sign_in(client, make_operator(role))

    addresses = [*LISTS, *(f"/admin/pages/{draft.pk}/{end}" for end in OF_A_PAGE)]
    found = [
        address
        for address in addresses
        if unit.short_name in client.get(address, follow=True).content.decode()
    ]

    assert "机密局" in draft.title
    assert found == []
