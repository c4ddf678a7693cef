"""The sample's contest, its units and their deeds."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from showcase.contests.models import Contest, Entry
from showcase.contests.services import create_contest
from showcase.ledger import services as ledger
from showcase.ledger.models import DeedState
from showcase.pages.desks.services import open_desk
from showcase.units.models import Category, Unit
from showcase.units.services import create_unit, set_affiliation
from site_cms.accounts.models import User
from voting.sample.people import WORKPLACES, keep_desk_logins

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


def add_units(
    sample: dict[str, Any], *, by: User, people: dict[str, User], now: datetime
) -> dict[str, Unit]:
    """Every unit of the county, by its two digits; some reviewers work at one of them."""
    units = {
        unit["code"]: create_unit(
            by=by,
            now=now,
            code=f"d{unit['code']}",
            name=unit["name"],
            short_name=unit["short_name"],
            category=_CATEGORY[unit["category"]],
            population_served=unit["population_served"],
            headcount=unit["headcount"],
            contact_name=_contact(unit),
            contact_phone=sample["contest"]["phone"],
        )
        for unit in [*sample["units"], *sample["candidates"]]
    }
    for username, code in WORKPLACES.items():
        if code in units:
            set_affiliation(by=by, user=people[username], unit=units[code], now=now)
    return units


def _contact(unit: dict[str, Any]) -> str:
    """Who answers for the unit: of a written one the person in charge of its first deed."""
    return unit.get("contact") or unit["deeds"][0]["leader"].split()[-1]


def open_desks(
    contest: Contest, units: dict[str, Unit], *, by: User, now: datetime
) -> dict[str, Entry]:
    """A desk and an entry for each unit; the entries by the unit's two digits."""
    for unit in units.values():
        open_desk(by=by, contest=contest, unit=unit, now=now)
    keep_desk_logins(units, now=now)
    entries = contest.entries.select_related("unit__collection", "contest")
    return {entry.unit.code.removeprefix("d"): entry for entry in entries}


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
