"""What a unit's editor does with deeds in the admin, and what is left to the office."""

import pytest

from showcase.ledger.models import Deed, DeedState
from site_cms.accounts.groups import sync_groups
from tests.factories import make_deed
from tests.factories.desks import make_desk
from tests.showcase.ledger.test_admin import form_of
from tests.site_factories import make_showcase

pytestmark = pytest.mark.django_db


@pytest.fixture
def desks(client):
    contest = make_showcase()
    sync_groups()
    mine, other = make_desk(contest, word="甲"), make_desk(contest, word="乙")
    mine.editor.must_change_password = False
    mine.editor.save()
    client.force_login(mine.editor)
    return mine, other


def test_a_unit_lists_its_own_deeds_alone(client, desks):
    page = client.get("/admin/deeds/").content.decode()

    assert "甲实事" in page
    assert "乙" not in page


def test_a_unit_proposes_for_itself_alone(client, desks):
    mine, other = desks
    promise = form_of(make_deed()) | {"title": "新修水渠"}

    refused = client.post("/admin/deeds/new/", promise | {"unit": other.unit.pk})
    client.post("/admin/deeds/new/", promise | {"unit": mine.unit.pk})

    assert refused.status_code == 200
    assert list(Deed.objects.filter(title="新修水渠").values_list("unit", "state")) == [
        (mine.unit.pk, DeedState.PROPOSED)
    ]


@pytest.mark.parametrize(
    ("state", "step"),
    [("proposed", "admitted"), ("reported", "closed"), ("reported", "in_progress")],
)
def test_a_unit_neither_admits_nor_closes_nor_sends_back(client, desks, state, step):
    deed = make_deed(unit=desks[0].unit, state=state, done=10)

    client.post(f"/admin/deeds/edit/{deed.pk}/", form_of(deed, step=step, reason="x"))

    deed.refresh_from_db()
    assert deed.state == state


def test_a_unit_reports_progress_and_keeps_what_it_promised(client, desks):
    deed = make_deed(unit=desks[0].unit)
    address = f"/admin/deeds/edit/{deed.pk}/"

    client.post(address, form_of(deed, done="10", target="1", title="别的"))
    deed.refresh_from_db()
    assert (deed.done, deed.target, deed.title) == (10, 10, "整修村道")

    client.post(address, form_of(deed, step="reported"))
    deed.refresh_from_db()
    assert deed.state == DeedState.REPORTED


@pytest.mark.parametrize(
    "view", ["edit", "history", "history-results", "usage", "delete"]
)
def test_a_deed_of_another_unit_is_not_there(client, desks, view):
    address = f"/admin/deeds/{view}/{desks[1].deed.pk}/"

    assert {client.get(address).status_code, client.post(address).status_code} <= {
        302, 403, 404, 405,
    }  # fmt: skip
