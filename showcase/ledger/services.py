"""Every change to a deed happens here."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from showcase.ledger import rules
from showcase.ledger.errors import LedgerError, TargetNotReached, WrongState
from showcase.ledger.models import Deed, DeedState
from showcase.units.models import Unit
from site_cms.accounts.models import User
from site_cms.trail import services as trail

# What the promise itself is; progress and state have functions of their own.
PROMISE = ("title", "leader", "target", "measure", "due_on", "note", "source")


@transaction.atomic
def create_deed(*, by: User | None, unit: Unit, now: datetime, **fields: Any) -> Deed:
    """Propose a deed. It is public once it is admitted."""
    deed = Deed(unit=unit, **_only_promise(fields))
    deed.full_clean()
    deed.save()
    trail.record(
        by=by,
        action="deed.created",
        subject=deed,
        sentence=f"{unit}提出实事“{deed}”",
        now=now,
    )
    return deed


@transaction.atomic
def change_deed(*, by: User | None, deed: Deed, now: datetime, **fields: Any) -> Deed:
    """Change the promise of a deed that is not closed; the trail keeps what it was."""
    deed = _locked(deed)
    if deed.state == DeedState.CLOSED:
        raise WrongState("这件实事已经销号，内容不能再改。")
    trail.save_changes(
        by=by,
        action="deed.changed",
        subject=deed,
        noun="实事",
        fields=_only_promise(fields),
        now=now,
    )
    return deed


@transaction.atomic
def admit_deed(*, by: User | None, deed: Deed, now: datetime) -> Deed:
    return _moved(by=by, deed=deed, to=DeedState.ADMITTED, sentence="立项", now=now)


@transaction.atomic
def report_progress(
    *, by: User | None, deed: Deed, done: Decimal, now: datetime, note: str = ""
) -> Deed:
    """Say how much is done by now. Work that was only admitted has thereby begun."""
    deed = _locked(deed)
    if deed.state not in {DeedState.ADMITTED, DeedState.IN_PROGRESS}:
        raise WrongState
    before = deed.done
    deed.done, deed.state = done, DeedState.IN_PROGRESS
    deed.note = note or deed.note
    deed.full_clean()
    deed.save(update_fields=["done", "state", "note"])
    trail.record(
        by=by,
        action="deed.progressed",
        subject=deed,
        sentence=f"实事“{deed}”完成 {rules.amount(done)} {deed.measure}",
        now=now,
        details={"done": [str(before), str(done)]},
    )
    return deed


@transaction.atomic
def report_done(*, by: User | None, deed: Deed, now: datetime) -> Deed:
    """Ask for sign-off. Below the target there is nothing to sign off."""
    deed = _locked(deed)
    if deed.done < deed.target and deed.state == DeedState.IN_PROGRESS:
        raise TargetNotReached
    return _moved(by=by, deed=deed, to=DeedState.REPORTED, sentence="报完成", now=now)


@transaction.atomic
def close_deed(*, by: User | None, deed: Deed, closed_on: date, now: datetime) -> Deed:
    return _moved(
        by=by,
        deed=deed,
        to=DeedState.CLOSED,
        sentence="验收销号",
        now=now,
        closed_on=closed_on,
    )


@transaction.atomic
def send_back_deed(*, by: User | None, deed: Deed, reason: str, now: datetime) -> Deed:
    """Return a deed that was reported done but is not."""
    if not reason.strip():
        raise LedgerError("请写明退回的理由。理由会留在记录里。")
    if deed.state != DeedState.REPORTED:
        raise WrongState
    return _moved(
        by=by,
        deed=deed,
        to=DeedState.IN_PROGRESS,
        sentence="退回继续办",
        now=now,
        details={"reason": reason.strip()},
    )


def _only_promise(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(PROMISE)
    if unknown:
        raise LedgerError(f"这里不能填写：{'、'.join(sorted(unknown))}")
    return fields


def _locked(deed: Deed) -> Deed:
    return Deed.objects.select_for_update().get(pk=deed.pk)


def _moved(
    *,
    by: User | None,
    deed: Deed,
    to: DeedState,
    sentence: str,
    now: datetime,
    closed_on: date | None = None,
    details: dict[str, Any] | None = None,
) -> Deed:
    deed = _locked(deed)
    if not rules.may_follow(deed.state, to):
        raise WrongState
    deed.state, deed.closed_on = to, closed_on
    deed.full_clean()
    deed.save(update_fields=["state", "closed_on"])
    trail.record(
        by=by,
        action=f"deed.{to}",
        subject=deed,
        sentence=f"实事“{deed}”{sentence}",
        now=now,
        details=details,
    )
    return deed
