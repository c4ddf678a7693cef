"""The sample's contest, its units and their deeds."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from showcase.contests.models import Contest, Entry
from showcase.contests.services import create_contest, enter_unit, shortlist
from showcase.ledger import services as ledger
from showcase.ledger.models import DeedState
from showcase.units.models import Category
from showcase.units.services import create_unit
from site_cms.accounts.models import User

SLUG = "linhe-sample"
_CATEGORY = {label: value for value, label in Category.choices}


def add_contest(sample: dict[str, Any], *, by: User, now: datetime) -> Contest:
    about = sample["contest"]
    return create_contest(
        by=by,
        now=now,
        slug=SLUG,
        name=about["name"],
        county=about["county"],
        approval_number=about["approval_document_number"],
        practice=True,
        practice_note=about["sample_band"],
        finalists=about["finalists"],
        flags=about["flags"],
    )


def add_entries(
    sample: dict[str, Any], contest: Contest, *, by: User, now: datetime
) -> dict[str, Entry]:
    """Every unit entered and shortlisted under its number; by that number as two digits."""
    entries = {}
    for unit in sample["units"]:
        entries[unit["code"]] = enter_unit(
            by=by,
            contest=contest,
            now=contest.nomination_opens_at,
            unit=create_unit(
                by=by,
                now=contest.nomination_opens_at,
                code=f"d{unit['code']}",
                name=unit["name"],
                short_name=unit["short_name"],
                category=_CATEGORY[unit["category"]],
                population_served=unit["population_served"],
                headcount=unit["headcount"],
            ),
        )
    shortlist(
        by=by,
        contest=contest,
        numbers={entry.pk: int(code) for code, entry in entries.items()},
        now=now,
    )
    return {
        entry.plate: entry
        for entry in contest.entries.select_related("unit", "contest")
    }


def add_deeds(
    sample: dict[str, Any], entries: dict[str, Entry], *, first_day: datetime
) -> None:
    for unit in sample["units"]:
        for written in unit["deeds"]:
            _add_deed(written, entries[unit["code"]], first_day=first_day)


def _add_deed(written: dict[str, Any], entry: Entry, *, first_day: datetime) -> None:
    """Bring one deed to its state by the steps that a unit and the office would take."""
    begun, day_before = (first_day - timedelta(days=days) for days in (200, 1))
    deed = ledger.create_deed(
        by=None,
        unit=entry.unit,
        title=written["title"],
        leader=written["leader"],
        target=Decimal(written["target"]),
        measure=written["unit"],
        due_on=(first_day + timedelta(days=written["deadline_offset_days"])).date(),
        now=begun,
        note=written["note"],
        source=written["source"],
    )
    state = DeedState(written["state"])
    if state == DeedState.PROPOSED:
        return
    deed = ledger.admit_deed(by=None, deed=deed, now=begun)
    if state == DeedState.ADMITTED:
        return
    deed = ledger.report_progress(
        by=None,
        deed=deed,
        done=Decimal(written["progress"]),
        note=written["note"],
        now=day_before,
    )
    if state == DeedState.IN_PROGRESS:
        return
    deed = ledger.report_done(by=None, deed=deed, now=day_before)
    if state == DeedState.CLOSED:
        closed_on = first_day + timedelta(days=written["finished_offset_days"])
        ledger.close_deed(
            by=None,
            deed=deed,
            closed_on=closed_on.date(),
            now=day_before,
        )
