from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from showcase.ledger import services
from showcase.ledger.errors import LedgerError, TargetNotReached, WrongState
from showcase.ledger.models import Deed, DeedState
from site_cms.trail.models import TrailEntry
from tests.factories import NOW, make_deed, make_unit, make_user

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


def propose(**fields) -> Deed:
    defaults = {
        "by": None,
        "unit": make_unit(),
        "title": "整修村道",
        "leader": "李某某",
        "target": Decimal(10),
        "measure": "公里",
        "due_on": TODAY + timedelta(days=30),
        "now": NOW,
    }
    return services.create_deed(**defaults | fields)


def test_a_deed_goes_from_proposal_to_sign_off_with_a_trail():
    by = make_user()
    deed = propose(by=by)
    services.admit_deed(by=by, deed=deed, now=NOW)
    services.report_progress(by=by, deed=deed, done=Decimal("10.5"), now=NOW)
    services.report_done(by=by, deed=deed, now=NOW)
    closed = services.close_deed(by=by, deed=deed, closed_on=TODAY, now=NOW)

    assert (closed.state, closed.done, closed.closed_on) == (
        DeedState.CLOSED,
        Decimal("10.5"),
        TODAY,
    )
    assert [entry.action for entry in TrailEntry.objects.about(deed)] == [
        "deed.created",
        "deed.admitted",
        "deed.progressed",
        "deed.reported",
        "deed.closed",
    ]


def test_work_below_its_target_is_not_reported_done():
    deed = make_deed(target=10, done=9)

    with pytest.raises(TargetNotReached):
        services.report_done(by=None, deed=deed, now=NOW)

    deed.refresh_from_db()
    assert deed.state == DeedState.IN_PROGRESS


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (DeedState.PROPOSED, services.report_done),
        (DeedState.ADMITTED, services.admit_deed),
        (DeedState.ADMITTED, services.report_done),
        (DeedState.REPORTED, services.report_done),
        (DeedState.IN_PROGRESS, services.admit_deed),
    ],
)
def test_no_step_is_skipped_or_taken_twice(state, step):
    deed = make_deed(state=state, target=10, done=10)

    with pytest.raises(WrongState):
        step(by=None, deed=deed, now=NOW)


def test_only_what_was_reported_done_is_closed():
    deed = make_deed(state=DeedState.IN_PROGRESS)

    with pytest.raises(WrongState):
        services.close_deed(by=None, deed=deed, closed_on=TODAY, now=NOW)


def test_sending_back_needs_a_reason_and_leaves_it_in_the_trail():
    deed = make_deed(state=DeedState.REPORTED)

    with pytest.raises(LedgerError, match="理由"):
        services.send_back_deed(by=None, deed=deed, reason="  ", now=NOW)
    services.send_back_deed(by=None, deed=deed, reason="照片不清", now=NOW)

    deed.refresh_from_db()
    assert deed.state == DeedState.IN_PROGRESS
    assert TrailEntry.objects.about(deed).get().details == {"reason": "照片不清"}


def test_a_promise_that_is_changed_keeps_what_it_was():
    deed = make_deed(title="旧题", target=10)

    services.change_deed(by=None, deed=deed, title="新题", target=Decimal(10), now=NOW)

    deed.refresh_from_db()
    assert deed.title == "新题"
    entry = TrailEntry.objects.about(deed).get()
    assert entry.sentence == "修改实事“新题”的实事"
    assert entry.details == {"title": ["旧题", "新题"]}


def test_a_closed_deed_stays_as_it_is():
    deed = make_deed(state=DeedState.CLOSED, closed_on=TODAY)

    with pytest.raises(WrongState, match="销号"):
        services.change_deed(by=None, deed=deed, title="新题", now=NOW)


@pytest.mark.parametrize(
    "fields", [{"target": Decimal(0)}, {"target": Decimal(-1)}, {"measure": ""}]
)
def test_an_empty_promise_is_refused(fields):
    with pytest.raises(ValidationError):
        propose(**fields)

    assert not Deed.objects.exists()


def test_progress_below_nothing_is_refused():
    deed = make_deed(done=3)

    with pytest.raises(ValidationError):
        services.report_progress(by=None, deed=deed, done=Decimal(-1), now=NOW)

    deed.refresh_from_db()
    assert deed.done == 3


def test_state_is_not_set_along_with_the_promise():
    with pytest.raises(LedgerError):
        propose(state=DeedState.CLOSED)
