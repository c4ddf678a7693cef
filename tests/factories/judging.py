"""A night with its seats, and the marks that are given on it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.test import Client
from django.utils import timezone

from showcase.contests.rules import Stage
from showcase.contests.services import open_stage
from site_cms.accounts.roles import Role
from tests.factories.moments import DAY, HOUR, NOW
from tests.factories.numbers import next_number
from tests.factories.people import make_operator, make_user
from tests.factories.rulesheets import RULES, make_rule_sheet
from tests.factories.showcase import make_contest, make_entry
from voting.judging import services as judging
from voting.judging.late_models import Late, LateSheet
from voting.judging.models import Device, Draw, Recusal, Turn, TurnLock
from voting.judging.paper_codes import check_code
from voting.judging.paper_models import PaperSheet
from voting.judging.queries import night_of

SEED = "31415926535897932384"


def make_night(
    *,
    seats: int = 2,
    entries: int = 2,
    opened: bool = True,
    document: Mapping[str, Any] = RULES,
    **fields,
):
    """A night of two panels, each with so many official seats, drawn and open at ``NOW``."""
    defaults = {
        "poll_opens_at": NOW - 2 * DAY,
        "poll_closes_at": NOW - DAY,
        "night_opens_at": NOW - HOUR,
    }
    contest = make_contest(**defaults | fields)
    by, now = make_user(), NOW - 2 * HOUR
    for _ in range(entries):
        make_entry(contest=contest)
    make_rule_sheet(contest=contest, document=document, frozen_at=now)
    night = judging.set_up_night(by=by, contest=contest, document=document, now=now)
    for letter, panel in zip("AC", night.panels.all(), strict=True):
        for number in range(1, seats + 1):
            make_seat(night=night, panel=panel.code, code=f"{letter}{number:02d}")
    supervisors = [make_operator(Role.SUPERVISOR) for _ in range(2)]
    judging.name_supervisors(by=by, night=night, users=supervisors, now=now)
    if entries:
        draw_order(night.rounds.get(), now=now)
    if opened:
        open_night(night)
    return night_of(contest)


def draw_order(round_, *, seed: str = SEED, now: datetime = NOW) -> Draw:
    """The whole draw: its list, the seed, and a second person who reads the same."""
    recusals = Recusal.objects.filter(seat__night=round_.night_id).count()
    published = judging.publish_list(
        by=make_user(), round_=round_, recusals=recusals, now=now
    )
    proposal = judging.propose_seed(
        by=make_user(),
        published=published,
        seed=seed,
        how="十面骰子，当众掷。",
        now=now,
    )
    return judging.confirm_seed(by=make_user(), proposal=proposal, typed=seed, now=now)


def make_night_today(**fields):
    """A night that is open by the real clock, which views ask."""
    now = timezone.now()
    times = {
        "poll_opens_at": now - 2 * DAY,
        "poll_closes_at": now - DAY,
        "night_opens_at": now - HOUR,
    }
    return make_night(**times | fields)


def open_night(night) -> None:
    contest = night.contest
    assert open_stage(contest=contest, stage=Stage.NIGHT, now=contest.night_opens_at)


def make_seat(*, night, code: str, panel: str = "leaders", **fields):
    """A seat; its card is at ``seat.card`` for as long as the test holds this object."""
    seat, card = judging.add_seat(
        by=None,
        night=night,
        panel=panel,
        code=code,
        now=NOW - 2 * HOUR,
        **{"name": "周某某"} | fields,
    )
    seat.card = card
    return seat


def make_device(*, seat, **fields) -> Device:
    """The device that has the seat."""
    defaults = {
        "generation": seat.generation,
        "label": "手机",
        "asked_at": NOW - HOUR,
        "allowed_at": NOW - HOUR,
        "seen_at": NOW - HOUR,
    }
    return Device.objects.create(seat=seat, **defaults | fields)


def seated(seat) -> tuple[Client, str]:
    """A device that has the seat, as a client, and the address of its card."""
    card = judging.reissue_card(by=make_user(), seat=seat, now=timezone.now())
    address, client = f"/judge/{card.token}/", Client()
    client.post(f"{address}sign-in/", {"pin": card.pin})
    return client, address


def make_open_turn(night, *, now: datetime = NOW) -> Turn:
    """The next entry, on stage and open for marks."""
    host = make_user()
    turn = judging.call_turn(by=host, night=night, now=now)
    return judging.open_turn(by=host, turn=turn, now=now)


def make_sheet(*, seat, turn, **fields):
    """A sheet from a device of the seat."""
    defaults = {
        "device": seat.devices.last() or make_device(seat=seat),
        "turn_id": turn.pk,
        "sheet_id": UUID(int=next_number()),
        "version": 1,
        "marks": {"results": "50", "presentation": "30"},
        "now": NOW,
    }
    return judging.submit_sheet(**defaults | fields)


def make_paper(*, seat, turn, **fields) -> PaperSheet:
    """A paper sheet that its typist has handed to a second person."""
    defaults = {
        "by": fields.pop("by", None) or make_user(),
        "code": check_code(turn, seat),
        "marks": {"results": "50", "presentation": "30"},
        "paper_total": "80",
        "signed": True,
        "unaltered": True,
        "now": NOW,
    }
    return judging.enter_paper(seat=seat, turn=turn, **defaults | fields)


def make_late(*, seat, turn, **fields) -> LateSheet:
    """What a device sent when the turn was locked already, or the seat another's."""
    device = seat.devices.last() or make_device(seat=seat)
    defaults = {
        "id": UUID(int=next_number()),
        "device": device,
        "generation": 1,
        "version": 1,
        "marks": {"results": "52.0", "presentation": "30.0"},
        "total": 82,
        "why": Late.AFTER_LOCK,
        "received_at": fields.pop("now", NOW),
    }
    return LateSheet.objects.create(seat=seat, turn=turn, **defaults | fields)


def lock_turn(turn, *, now: datetime = NOW) -> TurnLock:
    proposal = judging.request_lock(by=make_user(), turn=turn, now=now)
    return judging.confirm_lock(by=make_user(), proposal=proposal, now=now)
