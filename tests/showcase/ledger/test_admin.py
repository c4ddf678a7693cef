import pytest

from showcase.ledger.models import Deed, DeedState
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry
from tests.factories import make_deed, make_operator, make_unit, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def administrator(client):
    sync_groups()
    user = make_operator(Role.ADMINISTRATOR)
    sign_in(client, user)
    return user


def form_of(deed: Deed, **changed) -> dict:
    return {
        "title": deed.title,
        "leader": deed.leader,
        "target": deed.target,
        "measure": deed.measure,
        "due_on": deed.due_on.isoformat(),
        "note": deed.note,
        "source": deed.source,
        "done": deed.done,
        "step": "",
        "reason": "",
    } | changed


def test_a_deed_is_proposed_admitted_worked_on_and_closed(client, administrator):
    promise = form_of(make_deed()) | {"unit": make_unit().pk, "title": "新修水渠"}
    client.post("/admin/deeds/new/", promise)
    deed = Deed.objects.get(title="新修水渠")

    for changed in (
        {"step": "admitted"},
        {"done": "10"},
        {"step": "reported"},
        {"step": "closed"},
    ):
        deed.refresh_from_db()
        address = f"/admin/deeds/edit/{deed.pk}/"
        assert client.post(address, form_of(deed, **changed)).status_code == 302

    deed.refresh_from_db()
    assert (deed.state, deed.done) == (DeedState.CLOSED, 10)
    trail = TrailEntry.objects.about(deed)
    assert {entry.by for entry in trail} == {administrator}
    assert len(trail) == 5


@pytest.mark.parametrize(
    ("state", "changed", "said"),
    [
        ("in_progress", {"done": "-1"}, "完成数不能小于 0"),
        ("in_progress", {"done": "很多"}, "请填一个数"),
        ("in_progress", {"target": "0"}, "目标必须大于 0"),
        ("in_progress", {"step": "closed"}, "closed"),
        ("in_progress", {"step": "reported"}, "还没有达到目标"),
        ("reported", {"step": "in_progress"}, "请写明退回的理由"),
        ("in_progress", {"due_on": "2026-13-40"}, "请填一个日期"),
        ("in_progress", {"title": ""}, "请填写这一项"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(client, state, changed, said):
    deed = make_deed(state=state, done=3)

    response = client.post(
        f"/admin/deeds/edit/{deed.pk}/", form_of(deed, leader="新责任人") | changed
    )

    assert response.status_code == 200
    assert said in response.text
    assert "新责任人" in response.text
    deed.refresh_from_db()
    assert (deed.state, deed.done, deed.leader) == (state, 3, "李某某")


def test_a_deed_is_sent_back_with_its_reason(client):
    deed = make_deed(state=DeedState.REPORTED, done=10)

    client.post(
        f"/admin/deeds/edit/{deed.pk}/",
        form_of(deed, step="in_progress", reason="照片不清"),
    )

    deed.refresh_from_db()
    assert deed.state == DeedState.IN_PROGRESS
